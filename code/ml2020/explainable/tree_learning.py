"""Tree learning: descent on the loss and a price, and what came of it.

Chapter: book/explainable_global.md
Source:  Wu et al. (2018), algorithm 1, https://arxiv.org/abs/1711.06178
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.explainable.tree import answers, grown
from ml2020.explainable.tree_price import (
    EVERY,
    HIDDEN,
    KINDS,
    LEAST,
    Guesser,
    Parabola,
    followed,
    parabola,
    scores,
)
from ml2020.support.checks import check_at_least

RATE = 0.01  # of Adam


class Imitation(NamedTuple):
    """A network, and the tree that imitates it, judged on other points."""

    path: float  # questions of the tree, in the mean
    network: float  # share that the network names as the truth does
    tree: float  # and the tree
    agree: float  # share that both name alike
    follows: float = 0.0  # how the guesser's guesses follow the paths, see `followed`


def start(generator: torch.Generator) -> Float[Tensor, " numbers"]:
    """Draw parameters."""
    parts = [(2 * HIDDEN, 0.5), (HIDDEN, 1.0), (HIDDEN, HIDDEN**-0.5), (1, 0.0)]
    drawn = [
        s * torch.randn(n, generator=generator, dtype=torch.float32) for n, s in parts
    ]
    return torch.cat(drawn)


def learned(
    data: Parabola,
    kind: str,
    strength: float,
    updates: int,
    *,
    generator: torch.Generator,
) -> tuple[Float[Tensor, " numbers"], Guesser]:
    """Return the parameters after Adam on the loss and a price, and the guesser.

    Args:
        data: What to learn from.
        kind: tree, the path that a guesser expects; shuffled, the same by a guesser
            that learned lengths in a wrong order; squares, of the parameters.
        strength: Of the price, 0 or more.
        updates: How many, 0 or more.
        generator: Of the start, and of the guesser.

    Raises:
        ValueError: If it is no kind, or a number is below 0.
    """
    check_learning(kind, strength, updates)
    theta = start(generator).requires_grad_()
    guesser = Guesser(kind == "shuffled", generator)
    priced = kind != "squares" and strength > 0
    rule = torch.optim.Adam([theta], RATE)
    y = data.y.float()
    for update in range(updates):
        if priced and update % EVERY == 0:
            guesser.meet(theta.detach(), data.X)
            guesser.learn()
        loss = F.binary_cross_entropy_with_logits(scores(theta, data.X), y)
        price = guesser.guess(theta) if priced else theta.square().sum()
        rule.zero_grad()
        (loss + strength * price).backward()  # type: ignore[no-untyped-call]
        rule.step()
    return theta.detach(), guesser


def imitation(theta: Tensor, data: Parabola, judge: Parabola) -> Imitation:
    """Return what the network is worth, and the tree that learned from its answers."""
    said = [(scores(theta, X) > 0).long() for X in (data.X, judge.X)]
    tree = grown(data.X, said[0], LEAST)
    told, asked = answers(tree, judge.X)
    shares = [
        (one == other).double().mean().item()
        for one, other in ((said[1], judge.truth), (told, judge.truth), (told, said[1]))
    ]
    return Imitation(asked.double().mean().item(), *shares)


def tree_run(kind: str, strength: float, seed: int, updates: int) -> Imitation:
    """Return one network that learned from 500 points, judged on 2,000 others."""
    dice = torch.Generator().manual_seed(seed)
    data = parabola(500, generator=dice)
    judge = parabola(2000, 0.0, generator=dice)
    theta, guesser = learned(data, kind, strength, updates, generator=dice)
    found = imitation(theta, data, judge)
    return found._replace(follows=followed(guesser))


def check_learning(kind: str, strength: float, updates: int) -> None:
    """Refuse a price that is none.

    Raises:
        ValueError: If it is no kind, or a number is below 0.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}: give one of {', '.join(KINDS)}")
    check_at_least("strength", strength, 0)
    check_at_least("updates", updates, 0)
