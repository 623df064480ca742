"""Parallel universes: the same examples, other noise, another best function.

Chapter: book/error_sources.md
Source:  Geman, Bienenstock and Doursat (1992), section 3,
         https://doi.org/10.1162/neco.1992.4.1.1
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

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
        ValueError: If there is no example, a number is not finite, sigma is negative,
            or count is below 1.
    """
    check_truth(seen, "seen")
    check_sigma(sigma)
    if count < 1:
        raise ValueError(f"count is {count}: draw 1 universe or more")
    noise = torch.randn(count, len(seen), generator=generator, dtype=seen.dtype)
    return seen + sigma * noise.to(seen)


def answer_matrix(fit: Fit, n: int) -> Float[Tensor, "points n"]:
    """Return S, with which the answers of a linear fit are S y for all targets y.

    Column i holds the answers to the targets that are 0 but for a 1 at example i.

    Args:
        fit: Maps targets (n,) to answers (points,), in float64.
        n: How many examples the fit takes, 1 or more.

    Raises:
        ValueError: If n is below 1, or fit is not linear in its targets.
    """
    if n < 1:
        raise ValueError(f"n is {n}: give 1 or more")
    units = torch.eye(n, dtype=torch.float64)
    S = torch.stack([fit(unit) for unit in units], dim=1)
    trial = torch.arange(1.0, n + 1).to(units)
    if not torch.allclose(fit(trial), S @ trial, rtol=1e-6, atol=1e-6):
        raise ValueError("fit is not linear: fit each universe on its own")
    return S


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
        ValueError: If there is no example or no point, a number is not finite, or
            sigma is negative.
    """
    check_truth(seen, "seen")
    check_truth(asked, "asked")
    check_sigma(sigma)
    bias = S @ seen - asked
    variance = sigma**2 * (S**2).sum(dim=1)
    return bias**2, variance


def check_truth(truth: Tensor, name: str) -> None:
    """Refuse a truth that is not there.

    Raises:
        ValueError: If it is empty, or a number is not finite.
    """
    if not len(truth):
        raise ValueError(f"{name} is empty: give at least one place")
    if not truth.isfinite().all():
        raise ValueError(f"{name} has NaN or infinity: drop or mend those places")


def check_sigma(sigma: float) -> None:
    """Refuse noise of a negative size.

    Raises:
        ValueError: If sigma is negative or NaN.
    """
    if not sigma >= 0:
        raise ValueError(f"sigma is {sigma}: give 0 or more")
