"""Reprogramming: a frame around another task's pictures makes a network do that task.

Chapter: book/attack_find.md
Source:  Elsayed, Goodfellow and Sohl-Dickstein (2019), section 3, equations 1 to 3,
         https://arxiv.org/abs/1806.11146
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.optimization import Adam
from ml2020.support.checks import (
    check_at_least,
    check_classes,
    check_filled,
    check_positive,
)

Inner = Float[Tensor, "n height width"]
Frame = Float[Tensor, "rows columns"]


def framed(W: Frame, inner: Inner) -> Float[Tensor, "n 1 rows columns"]:
    """Return pictures of another task in the middle of a frame, dots from 0 to 1.

    The paper's dots go from -1 to 1, and its frame is a hyperbolic tangent; ours, a
    sigmoid, is the same but for that scale. W counts only outside of the middle.

    Raises:
        ValueError: If the inner pictures leave no frame.
    """
    check_room(W, inner)
    down, across = (
        big - small for big, small in zip(W.shape, inner.shape[1:], strict=True)
    )
    top, left = down // 2, across // 2
    pad = left, across - left, top, down - top
    mask = F.pad(torch.zeros_like(inner[0]), pad, value=1)
    return (W.sigmoid() * mask + F.pad(inner, pad))[:, None]


def learn_frame(
    model: Callable[[Tensor], Tensor],
    shape: tuple[int, int],
    inner: Inner,
    y: Int[Tensor, " n"],
    steps: int,
    rate: float,
    batch: int = 100,
    *,
    generator: torch.Generator | None = None,
) -> Frame:
    """Return a frame in which a fixed network names the classes of another task.

    Args:
        model: Maps pictures to scores; class k of the other task is said by score k.
        shape: Of the pictures that it takes.
        inner: The other task's pictures, dots from 0 to 1.
        y: Their classes.
        steps: Of Adam, 0 or more.
        rate: Of Adam, positive.
        batch: Pictures a step.
        generator: Of the batches.

    Raises:
        ValueError: If a number is outside its range, there is no picture or no room,
            or the model has no score for a class.
    """
    check_at_least("steps", steps, 0)
    check_at_least("batch", batch, 1)
    check_positive("rate", rate)
    check_filled("inner", inner, "picture")
    W = torch.zeros(shape, dtype=inner.dtype)
    check_room(W, inner)
    check_classes("y", y, model(framed(W, inner[:1])).shape[1])
    rule = Adam(lr=rate)
    memory = rule.init(W)
    for _ in range(steps):
        rows = torch.randint(len(inner), (batch,), generator=generator)
        W = W.detach().requires_grad_()
        loss = F.cross_entropy(model(framed(W, inner[rows])), y[rows])
        (g,) = torch.autograd.grad(loss, W)
        W, memory = rule.step(W.detach(), g, memory)
    return W


def counted_squares(
    n: int, most: int, *, generator: torch.Generator | None = None
) -> tuple[Inner, Int[Tensor, " n"]]:
    """Return pictures of 8 by 8 with 1 to most bright squares, and how many less 1.

    Each square has 2 by 2 dots and one of 16 places, all equally likely.

    Raises:
        ValueError: If n is below 1, or most is not from 1 to 16.
    """
    check_at_least("n", n, 1)
    if not 1 <= most <= 16:
        raise ValueError(f"most is {most}: choose it from 1 to 16")
    y = torch.randint(most, (n,), generator=generator)
    order = torch.rand(n, 16, generator=generator, dtype=torch.float32)
    ranks = order.argsort(dim=1).argsort(dim=1)
    bright = (ranks <= y[:, None]).float().view(n, 4, 4)
    return bright.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2), y


def check_room(W: Tensor, inner: Tensor) -> None:
    """Refuse pictures that are as large as the frame.

    Raises:
        ValueError: If they are.
    """
    for small, big in zip(inner.shape[1:], W.shape, strict=True):
        if small >= big:
            raise ValueError(f"inner has a side of {small}: give less than {big}")
