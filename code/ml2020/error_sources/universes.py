"""Parallel universes: the same examples, other noise, another best function.

Chapter: book/error_sources_bias_variance.md
Source:  Geman, Bienenstock and Doursat (1992), section 3,
         https://doi.org/10.1162/neco.1992.4.1.1
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_like,
    check_square,
)

SIZES, ROUNDING = (1e-3, 1.0, 1e3), 1e-6  # of the second targets of a trial
Fit = Callable[[Tensor], Tensor]  # targets (n,) to answers (points,), linear in them


def draw_universes(
    seen: Float[Tensor, " n"],
    sigma: float,
    count: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "universes n"]:
    """Return what each universe measures at the same places: the truth, and noise.

    Args:
        seen: The truth at the places of the examples.
        sigma: The standard deviation of the Gaussian noise, 0 or more.
        count: How many universes, 1 or more.
        generator: Seed it to draw the same universes again.

    Raises:
        ValueError: If there is no example, a number is not finite, sigma is negative
            or its square too large for the type of `seen`, or count is below 1.
    """
    check_truth("seen", seen)
    check_square("sigma", sigma, seen.dtype)
    check_at_least("count", count, 1)
    noise = torch.randn(count, len(seen), generator=generator, dtype=seen.dtype)
    return seen + sigma * noise.to(seen)


def answer_matrix(fit: Fit, n: int) -> Float[Tensor, "points n"]:
    """Return S, with which the answers of a linear fit are S y for all targets y.

    Column i holds the answers to the targets that are 0 but for a 1 at example i.

    Args:
        fit: Maps targets (n,) to answers (points,), in float64.
        n: How many examples the fit takes, 1 or more.

    Raises:
        ValueError: If n is below 1, or fit is not linear in its targets in one of a few
            random trials, with small and large targets.
    """
    check_at_least("n", n, 1)
    check_linear(fit, n)
    units = torch.eye(n, dtype=torch.float64)
    return torch.stack([fit(unit) for unit in units], dim=1)


def exact_parts(
    S: Float[Tensor, "points n"],
    seen: Float[Tensor, " n"],
    asked: Float[Tensor, " points"],
    sigma: float,
) -> tuple[Float[Tensor, " points"], Float[Tensor, " points"]]:
    """Return bias^2 and variance of a linear fit at each point, without any dice.

    Args:
        S: The matrix from targets to answers.
        seen: The truth at the places of the examples.
        asked: The truth at the points where the fit answers.
        sigma: The standard deviation of the noise in the targets, 0 or more.

    Raises:
        ValueError: If there is no example or no point, a number is not finite, the
            types differ, sigma is negative, or a square is too large for the type.
    """
    check_truth("seen", seen)
    check_truth("asked", asked)
    check_finite("S", S, "make it with answer_matrix()")
    check_like("seen", seen, "S", S)
    check_like("asked", asked, "S", S)
    check_square("sigma", sigma, S.dtype)
    bias2, variance = parts(S, seen, asked, sigma)
    check_finite("bias^2", bias2, "change the units")
    check_finite("variance", variance, "change the units")
    return bias2, variance


def parts(
    S: Float[Tensor, "points n"],
    seen: Float[Tensor, " n"],
    asked: Float[Tensor, " points"],
    sigma: float,
) -> tuple[Float[Tensor, " points"], Float[Tensor, " points"]]:
    """Return the formula of `exact_parts`, which refuses what has no meaning."""
    bias = S @ seen - asked
    variance = sigma**2 * (S**2).sum(dim=1)
    return bias**2, variance


def check_truth(name: str, truth: Tensor) -> None:
    """Refuse a truth that is not there.

    Raises:
        ValueError: If it is empty, or a number is not finite.
    """
    check_filled(name, truth, "place")
    check_finite(name, truth, "drop or mend those places")


def check_linear(fit: Fit, n: int) -> None:
    """Refuse a fit whose answers to a sum are not the sum of its answers.

    Raises:
        ValueError: If it is not linear in one of a few trials of both signs.
    """
    dice = torch.Generator().manual_seed(0)  # the trials are the same every time
    for scale in SIZES:
        one, other = torch.randn(2, n, generator=dice, dtype=torch.float64)
        other *= scale
        first, second = fit(one), fit(other)
        off = [fit(one + other) - first - second, fit(-other) + second]
        size = first.abs().max() + second.abs().max()
        if not torch.stack(off).abs().max() <= ROUNDING * size:
            raise ValueError("fit is not linear: fit each universe on its own")
