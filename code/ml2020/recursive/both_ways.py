"""Both ways: one LSTM reads a phrase on, one reads it back, and their scores add up.

Chapter: book/recursive.md
Source:  Schuster and Paliwal (1997), https://doi.org/10.1109/78.650093
"""

from collections.abc import Iterable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import Rule
from ml2020.recursive.learning import TAU, first_reader
from ml2020.recursive.readers import scores_of
from ml2020.rnn import Sequences, turned_round
from ml2020.rnn.clipping import own_gradients
from ml2020.support.checks import check_shape

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
    memory = rule.init(theta)
    for read, classes in batches:
        check_shape("classes", classes, (len(read.lengths),))
        watched = theta.detach().requires_grad_()
        scores = both_ways_scores(watched, d, read)
        loss = cross_entropy(scores.flatten(0, 1), classes.repeat(len(theta)))
        theta, memory = rule.step(theta, own_gradients(loss, watched, TAU), memory)
    return theta
