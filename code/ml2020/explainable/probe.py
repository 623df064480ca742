"""Probe: can a property be read from what a layer says, by a linear model?

Chapter: book/explainable_global.md
Source:  Alain and Bengio (2016), https://arxiv.org/abs/1610.01644; the control task of
         Hewitt and Liang (2019), https://arxiv.org/abs/1909.03368
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_positive,
)

STEPS = 100  # of L-BFGS, at most


class Probe(NamedTuple):
    """A linear classifier on the numbers of a layer, and how they are scaled."""

    W: Float[Tensor, "classes numbers"]
    b: Float[Tensor, " classes"]
    middle: Float[Tensor, " numbers"]
    spread: Float[Tensor, ""]

    def __call__(self, h: Float[Tensor, "n numbers"]) -> Float[Tensor, "n classes"]:
        """Return the scores of the classes."""
        return (h - self.middle) / self.spread @ self.W.T + self.b


def probe_loss(
    W: Float[Tensor, "classes numbers"],
    b: Float[Tensor, " classes"],
    h: Float[Tensor, "n numbers"],
    c: Int[Tensor, " n"],
    strength: float,
) -> Float[Tensor, ""]:
    """Return the mean cross entropy, and the pull of the weights to 0."""
    return F.cross_entropy(h @ W.T + b, c) + strength / 2 * W.square().sum()


def probe(
    h: Float[Tensor, "n numbers"],
    c: Int[Tensor, " n"],
    classes: int,
    strength: float,
) -> Probe:
    """Fit a linear classifier to what a layer says, by L-BFGS from 0.

    The numbers are centred, and divided by one common spread.

    Args:
        h: What the layer says of each example.
        c: The property to be read, 0 to classes - 1.
        classes: How many values it has, 2 or more.
        strength: Of the pull of the weights to 0, positive.

    Raises:
        ValueError: If there is no example, or a number is out of range, NaN or
            infinite.
    """
    check_probe(h, c, classes, strength)
    middle = h.mean(dim=0)
    spread = (h - middle).square().sum(dim=1).mean().sqrt()
    spread = torch.where(spread > 0, spread, torch.ones_like(spread))
    x = (h - middle) / spread
    W = torch.zeros(classes, h.shape[1], dtype=h.dtype).to(h.device).requires_grad_()
    b = torch.zeros(classes, dtype=h.dtype).to(h.device).requires_grad_()
    rule = torch.optim.LBFGS([W, b], max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        rule.zero_grad()
        loss = probe_loss(W, b, x, c, strength)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    rule.step(closure)  # type: ignore[no-untyped-call]
    return Probe(W.detach(), b.detach(), middle, spread)


def control_labels(
    types: Int[Tensor, " n"], classes: int, *, generator: torch.Generator | None = None
) -> Int[Tensor, " n"]:
    """Return a random label for each type, the same for all examples of it.

    Args:
        types: Of what type each example is, from 0.
        classes: How many labels there are, 2 or more.
        generator: Seed it to draw them again.

    Raises:
        ValueError: If there is no example, a type is negative, or there are less than
            two classes.
    """
    check_filled("types", types)
    check_at_least("types", int(types.min()), 0)
    check_at_least("classes", classes, 2)
    drawn = torch.randint(classes, (int(types.max()) + 1,), generator=generator)
    return drawn.to(types.device)[types]


def check_probe(h: Tensor, c: Tensor, classes: int, strength: float) -> None:
    """Refuse what no probe can be fitted to.

    Raises:
        ValueError: If there is no example, or a number is out of range, NaN or
            infinite.
    """
    check_filled("h", h)
    check_finite("h", h)
    check_at_least("classes", classes, 2)
    check_positive("strength", strength)
    if not 0 <= int(c.min()) <= int(c.max()) < classes:
        raise ValueError(f"c is outside 0 to {classes - 1}: give more classes")
