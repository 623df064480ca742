"""Finding: does descent find the folds that a small network could make?

Chapter: book/why_deep.md
Source:  the chapter's own; on such targets Malach and Shalev-Shwartz (2019),
         https://arxiv.org/abs/1903.03488
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import pack, side_by_side
from ml2020.gradient_descent import Rule
from ml2020.optimization import train
from ml2020.support.checks import check_at_least, check_filled, check_finite
from ml2020.why_deep.tent import tent_layers, tents

POINTS = 16  # for each straight piece


def tent_sizes(folds: int, width: int = 2) -> tuple[int, ...]:
    """Return the sizes of a network with a hidden layer for each fold of a line.

    Raises:
        ValueError: If a number is below 1.
    """
    check_at_least("folds", folds, 1)
    check_at_least("width", width, 1)
    return (1, *[width] * folds, 1)


def shaken(
    folds: int, noise: float, seeds: Sequence[int]
) -> Float[Tensor, "networks parameters"]:
    """Return the numbers of `tent_layers`, and something random added to each of them.

    Args:
        folds: How often it folds, 1 or more.
        noise: The standard deviation of what is added, 0 or more. The weights that are
            folded with are 1, 2 and -4.
        seeds: One for each network.

    Raises:
        ValueError: If there is no fold or seed, or the noise is negative or no number.
    """
    check_at_least("noise", noise, 0)
    check_filled("seeds", torch.as_tensor(seeds), "seed")
    built = pack(tent_layers(folds, torch.ones(1, 1, dtype=torch.float32)))
    dice = (torch.Generator().manual_seed(seed) for seed in seeds)
    drawn = [torch.randn(len(built), generator=g, dtype=torch.float32) for g in dice]
    return built + noise * torch.stack(drawn)


def tent_fit(
    rule: Rule[Any],
    theta: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
    folds: int,
    steps: int,
) -> tuple[Float[Tensor, "networks parameters"], Float[Tensor, " networks"]]:
    """Return what descent makes of networks that shall fold a line, and their errors.

    Args:
        rule: How each gradient becomes a step.
        theta: Where to begin, a row for each network.
        sizes: Those of the networks: 1, hidden layers, 1.
        folds: How often the line that they shall learn is folded, 1 or more.
        steps: How many, 0 or more; each sees 16 points for each piece.

    Returns:
        The numbers of each network, and the mean squared error at these points as a
        share of the variance of the target; infinite if it is no number.

    Raises:
        ValueError: If folds is below 1, steps negative, or theta does not fit the sizes
            or has NaN or infinity.
    """
    check_at_least("folds", folds, 1)
    check_at_least("steps", steps, 0)
    check_finite("theta", theta, "draw it anew")
    x = torch.linspace(0, 1, POINTS * 2**folds + 1, dtype=theta.dtype)
    target = tents(x, folds)
    given = x[:, None].expand(len(theta), -1, -1)

    def loss(theta: Tensor, _: object) -> Tensor:
        return ((side_by_side(theta, sizes, given)[..., 0] - target) ** 2).mean(dim=1)

    if steps:
        theta, _ = train(rule, theta, loss, range(steps))
    share = loss(theta, None) / target.var(correction=0)
    return theta, share.nan_to_num(torch.inf, posinf=torch.inf)
