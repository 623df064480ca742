"""Prompts: a task told as the beginning of a text, to a network that goes on writing.

Chapter: book/pretraining_tasks.md
Source:  Radford et al. (2019), section 2; the small GPT: see
         ml2020/data/transformer_poems.py
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.transformer_poems import poem_weights
from ml2020.pretraining.chain_rule import log_p
from ml2020.transformer.poems import alphabet
from ml2020.transformer.reader import Reader, drawn_reader

LINE = 6  # symbols of a line with its mark


class Choice(NamedTuple):
    """How likely two ends are after the same beginning, in nats (n,)."""

    true: Float[Tensor, " n"]
    other: Float[Tensor, " n"]

    def right(self) -> float:
        """Return the share of the beginnings after which the true end is likelier."""
        return (self.true > self.other).float().mean().item()


def small_gpt() -> Reader:
    """Return the reader of quatrains, trained beforehand."""
    model = drawn_reader(0, len(alphabet()), 64, 4, 2, masked=True)
    model.load_state_dict(poem_weights())
    return model


@torch.no_grad()
def chosen_end(
    reader: Callable[[Tensor], Tensor],
    begins: Int[Tensor, "n T"],
    true: Int[Tensor, "n t"],
    other: Int[Tensor, "n t"],
) -> Choice:
    """Return how likely two ends are after each beginning.

    Args:
        reader: See `log_p`.
        begins: The prompts.
        true: The ends that are right.
        other: Ends as long that are wrong.
    """
    ends = true.shape[1]
    sums = [
        log_p(reader, torch.cat([begins, end], dim=1))[:, -ends:].sum(dim=1)
        for end in (true, other)
    ]
    return Choice(*sums)


def line_of(X: Int[Tensor, "n 25"], k: int) -> Int[Tensor, "n 6"]:
    """Return line k of poems with its mark before it, k from 0 to 3.

    Raises:
        ValueError: If there is no such line.
    """
    check_line(k)
    return X[:, LINE * k : LINE * (k + 1)]


@torch.no_grad()
def ranks(
    reader: Callable[[Tensor], Tensor], begins: Int[Tensor, "n T"], y: Int[Tensor, " n"]
) -> Int[Tensor, " n"]:
    """Return the place of the right next symbol among all, 1 the likeliest."""
    scores = reader(begins)[:, -1]
    right = scores.gather(1, y[:, None])
    return 1 + (scores > right).sum(dim=1)


def check_line(k: int) -> None:
    """Refuse lines that a quatrain has not."""
    if not 0 <= k <= 3:
        raise ValueError(f"k is {k}: choose a line from 0 to 3")
