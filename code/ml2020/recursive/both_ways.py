"""Both ways: one LSTM reads a phrase on, one reads it back, and their scores add up.

Chapter: book/recursive.md
Source:  Schuster and Paliwal (1997), https://doi.org/10.1109/78.650093
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.recursive.learning import first_reader, learned_by
from ml2020.recursive.readers import scores_of
from ml2020.rnn import Sequences, turned_round

Readers = Float[Tensor, "networks parameters"]
Batches = Iterable[tuple[Sequences, Tensor]]


def first_both_ways(
    d: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, " parameters"]:
    """Return the first numbers: of the LSTM that reads on, then of the other.

    Raises:
        ValueError: If d, the numbers that each of them says, is below 1.
    """
    halves = [first_reader("LSTM", d, generator=generator) for _ in range(2)]
    return torch.cat(halves)


def both_ways_scores(
    theta: Float[Tensor, "*networks parameters"], d: int, read: Sequences
) -> Float[Tensor, "*networks phrases degrees"]:
    """Return the scores: one readout of both last states is a sum of two.

    Args:
        theta: The numbers of the readers, a row each.
        d: How many numbers each of the two LSTMs says.
        read: The phrases, as `prepared` gives them to an LSTM.

    Raises:
        ValueError: If theta has another length, NaN or infinity.
    """
    on, back = theta.chunk(2, dim=-1)
    turned = read._replace(X=turned_round(read.X, read.lengths))
    return scores_of(on, "LSTM", d, read) + scores_of(back, "LSTM", d, turned)


def learned_both_ways(
    theta: Readers, d: int, rule: Rule[Any], batches: Batches
) -> Readers:
    """Return readers that have learned, each by its own loss, as `learned` does.

    Raises:
        ValueError: If there are more or fewer classes than phrases.
    """
    return learned_by(theta, partial(both_ways_scores, d=d), rule, batches)
