"""Learning: the same descent for each question that pictures can ask of themselves.

Chapter: book/self_supervised.md
Source:  our own experiment; Adam of Kingma and Ba (2015), as torch has it
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.cnn.network import drawn
from ml2020.self_supervised.jigsaw import permutation_set, shuffled
from ml2020.self_supervised.reader import DOTS, INNER, projection, reader, two_layers
from ml2020.self_supervised.reconstruct import (
    hidden_dots,
    hidden_square,
    reconstruction_loss,
)
from ml2020.self_supervised.rotation import TURNS, turned
from ml2020.self_supervised.simclr import Ingredients, contrast
from ml2020.self_supervised.views import viewed
from ml2020.support.checks import (
    check_at_least,
    check_choice,
    check_learned,
    check_positive,
)

READ = 256  # pictures that the reader reads in an update, whatever it is asked
CLEAN = ("shift", "brightness")  # noise cannot be foretold, so nobody is asked for it
GRID, ORDERS = 2, 8  # of the jigsaw


class Learned(NamedTuple):
    """A reader, and the head that asked it."""

    reader: nn.Sequential
    head: nn.Sequential


def denoising(both: Learned, x: Tensor, generator: torch.Generator) -> Tensor:
    """Return the loss of all dots, with three tenths of them set to 0."""
    x = viewed(x, CLEAN, generator=generator)
    seen = x.masked_fill(hidden_dots(x, generator=generator), 0)
    everything = torch.ones_like(x, dtype=torch.bool)
    return reconstruction_loss(both.head(both.reader(seen)), x, everything)


def in_painting(both: Learned, x: Tensor, generator: torch.Generator) -> Tensor:
    """Return the loss of a square that was set to 0."""
    x = viewed(x, CLEAN, generator=generator)
    hole = hidden_square(x, generator=generator)
    return reconstruction_loss(both.head(both.reader(x.masked_fill(hole, 0))), x, hole)


def rotation(both: Learned, x: Tensor, generator: torch.Generator) -> Tensor:
    """Return the loss of the four turns of each picture."""
    shown = turned(viewed(x, generator=generator))
    return F.cross_entropy(both.head(both.reader(shown.X)), shown.r)


def jigsaw(both: Learned, x: Tensor, generator: torch.Generator) -> Tensor:
    """Return the loss of an order of four pieces for each picture."""
    orders = permutation_set(GRID**2, ORDERS)
    which = torch.randint(ORDERS, (len(x),), generator=generator)
    shown = shuffled(viewed(x, generator=generator), orders, which)
    return F.cross_entropy(both.head(both.reader(shown)), which)


Ask = Callable[[Learned, Tensor, torch.Generator], Tensor]
ASKS: dict[str, tuple[Ask, int, int]] = {  # the loss, answers, pictures an update
    "denoising": (denoising, DOTS, READ),
    "in-painting": (in_painting, DOTS, READ),
    "rotation": (rotation, TURNS, READ // TURNS),
    "jigsaw": (jigsaw, ORDERS, READ),
}
QUESTIONS = (*ASKS, "SimCLR")


def untrained(question: str, seed: int, made_of: Ingredients) -> Learned:
    """Return a reader and a head with first numbers, the reader's the same for all."""
    if question == "SimCLR":
        head = drawn(lambda: projection(made_of.head), seed + 1000)
    else:
        answers = ASKS[question][1]
        head = drawn(lambda: two_layers(INNER, answers), seed + 1000)
    return Learned(drawn(reader, seed), head)


def pretrained(
    question: str,
    pool: Float[Tensor, "n 1 14 14"],
    lr: float,
    steps: int,
    seed: int,
    made_of: Ingredients | None = None,
) -> Learned:
    """Return a reader that has learned from pictures alone, and its head.

    Args:
        question: One of `QUESTIONS`.
        pool: Pictures.
        lr: The rate of Adam, positive.
        steps: Updates, 1 or more.
        seed: Of the first numbers, the batches and what is drawn in them.
        made_of: Of SimCLR; without it the usual.

    Raises:
        ValueError: If there is no such question, a number is out of range, there are
            too few pictures, or the numbers become NaN or infinite.
    """
    check_choice("question", question, QUESTIONS)
    made_of = made_of or Ingredients()
    count = made_of.pairs if question == "SimCLR" else ASKS[question][2]
    check_pool(pool, count, lr, steps)
    generator = torch.Generator().manual_seed(seed)
    both = untrained(question, seed, made_of)
    numbers = [*both.reader.parameters(), *both.head.parameters()]
    rule = torch.optim.Adam(numbers, lr)
    for _ in range(steps):
        x = pool[torch.randperm(len(pool), generator=generator)[:count]]
        if question == "SimCLR":
            loss = contrast(*both, x, made_of, generator=generator)
        else:
            loss = ASKS[question][0](both, x, generator)
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_learned(numbers, lr)
    return both


def check_pool(pool: Tensor, count: int, lr: float, steps: int) -> None:
    """Refuse what nothing can be learned from.

    Raises:
        ValueError: If a number is out of range, or there are too few pictures.
    """
    check_positive("lr", lr)
    check_at_least("steps", steps, 1)
    if len(pool) < count:
        raise ValueError(f"pool has {len(pool)} pictures: give {count} or more")
