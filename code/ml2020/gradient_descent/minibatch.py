"""Stochastic descent: update after every few examples instead of after all of them.

Chapter: book/gradient_descent.md
Source:  Robbins and Monro (1951), https://doi.org/10.1214/aoms/1177729586; drawing
         without replacement as in Cochran (1977), Sampling Techniques, theorem 2.2
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.gradient_descent.rule import Memory, Rule, descend
from ml2020.support.checks import check_at_least, check_filled, check_finite

Places = Int[Tensor, "_"]  # as many as a batch holds
BatchGradient = Callable[[Tensor, Tensor], Tensor]


def shuffled_batches(
    n: int,
    size: int,
    passes: int = 1,
    *,
    generator: torch.Generator | None = None,
) -> list[Places]:
    """Return the places of the examples of each batch; every pass is shuffled anew.

    Args:
        n: How many examples there are.
        size: How many go into a batch, 1 to n; the last one of a pass may be smaller.
        passes: How often every example is used.
        generator: Seed it to draw the same order again.

    Raises:
        ValueError: If n, size or passes is below 1, or size is larger than n.
    """
    check_at_least("n", n, 1)
    check_at_least("passes", passes, 1)
    check_size(size, n)
    orders = [torch.randperm(n, generator=generator) for _ in range(passes)]
    return [batch for order in orders for batch in torch.split(order, size)]


def stochastic_descent(
    rule: Rule[Memory],
    gradient: BatchGradient,
    start: Float[Tensor, "*shape"],
    batches: Sequence[Places],
) -> Float[Tensor, " points *shape"]:
    """Return the path that a rule walks, one update a batch, the start included.

    Args:
        rule: How each gradient becomes a step.
        gradient: Maps theta and the places of a batch to the mean gradient there.
        start: The first theta.
        batches: The places of the examples of each batch, in order.

    Raises:
        ValueError: If a batch is empty.
    """
    check_batches(batches)
    queue = iter(batches)
    return descend(
        rule, lambda theta: gradient(theta, next(queue)), start, len(batches)
    )


def batch_noise(
    gradients: Float[Tensor, "n parameters"], size: int
) -> Float[Tensor, ""]:
    """Return the mean squared distance of a batch's gradient from the full one.

    Args:
        gradients: The gradient of each single example, a row each.
        size: How many different examples are drawn into the batch, 1 to n.

    Raises:
        ValueError: If there is no example, one is not finite, or size is outside.
    """
    n = len(gradients)
    check_filled("gradients", gradients)
    check_finite("gradients", gradients, "lower the learning rate")
    check_size(size, n)
    one = ((gradients - gradients.mean(dim=0)) ** 2).sum(dim=1).mean()
    return one / size * (n - size) / max(n - 1, 1)


def check_size(size: int, n: int) -> None:
    """Refuse a batch that cannot be drawn.

    Raises:
        ValueError: If size is below 1 or above n.
    """
    if not 1 <= size <= n:
        raise ValueError(f"size is {size}: choose it from 1 to {n}")


def check_batches(batches: Sequence[Tensor]) -> None:
    """Refuse a batch whose mean would be 0 / 0.

    Raises:
        ValueError: If one holds no example.
    """
    for t, batch in enumerate(batches):
        if not batch.numel():  # a call for each batch would cost as much as its step
            check_filled(f"batches[{t}]", batch)
