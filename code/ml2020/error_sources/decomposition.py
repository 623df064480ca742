"""Decomposition: how much of the error is bias, and how much is variance.

Chapter: book/error_sources.md
Source:  Geman, Bienenstock and Doursat (1992), section 3.1,
         https://doi.org/10.1162/neco.1992.4.1.1; the correction and its standard
         error are derived in the chapter.
"""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite

Part = Float[Tensor, "*points"]


class Parts(NamedTuple):
    """What the universes say about a method.

    Attributes:
        bias2: Estimate of the squared bias. Unbiased, so it may come out below 0.
        variance: Estimate of the variance between the universes.
        bias2_error: Standard error of `bias2`; up to 1.5 times too large near bias 0.
    """

    bias2: Part
    variance: Part
    bias2_error: Part


def decompose(
    predictions: Float[Tensor, "universes points"],
    truth: Float[Tensor, " points"],
) -> Parts:
    """Return the parts of the error at each point.

    Args:
        predictions: What the best function of each universe says, a row each.
        truth: What it should say, without noise.

    Raises:
        ValueError: If there are fewer than two universes, no point, or a number is not
            finite.
    """
    check_universes(predictions, truth)
    R = len(predictions)
    f_bar = predictions.mean(dim=0)
    variance = ((predictions - f_bar) ** 2).sum(dim=0) / (R - 1)
    wobble = variance / R  # of f_bar, and (f_bar - truth)^2 contains it
    bias2 = (f_bar - truth) ** 2 - wobble
    error2 = 4 * bias2.clamp(min=0) * wobble + 2 * wobble**2
    return Parts(bias2, variance, error2.sqrt())


def averaged(
    predictions: Float[Tensor, "universes points"],
    truth: Float[Tensor, " points"],
) -> Parts:
    """Return the parts of the error in the mean over the points.

    The errors of neighbouring points go together, so the standard error of the mean
    takes their covariance.

    Raises:
        ValueError: If there are fewer than two universes, no point, or a number is not
            finite.
    """
    bias2, variance, _ = decompose(predictions, truth)
    R, P = predictions.shape
    b = predictions.mean(dim=0) - truth
    C = predictions.T.cov().reshape(P, P) / R  # of the mean function
    own = (C**2).sum()
    error2 = (4 * (b @ C @ b - own).clamp(min=0) + 2 * own) / P**2
    return Parts(bias2.mean(), variance.mean(), error2.sqrt())


def check_universes(predictions: Tensor, truth: Tensor) -> None:
    """Refuse what has no spread, or no meaning.

    Raises:
        ValueError: If there are fewer than two universes, no point, or a number is not
            finite.
    """
    if len(predictions) < 2:
        raise ValueError(
            f"predictions have {len(predictions)} universes: give 2 or more"
        )
    check_filled("truth", truth, "point")
    check_finite("predictions", predictions, "drop or mend those")
    check_finite("truth", truth, "drop or mend those")
