"""Decomposition: how much of the error is bias, and how much is variance.

Chapter: book/error_sources_bias_variance.md
Source:  Geman, Bienenstock and Doursat (1992), section 3.1,
         https://doi.org/10.1162/neco.1992.4.1.1; the correction is derived in the
         chapter.
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.error_sources.estimators import sample_variance
from ml2020.support.checks import check_filled, check_finite, check_like


def decompose(
    predictions: Float[Tensor, "universes points"],
    truth: Float[Tensor, " points"],
) -> tuple[Float[Tensor, " points"], Float[Tensor, " points"]]:
    """Return estimates of bias^2 and variance at each point.

    Both are unbiased, so bias^2 may come out below 0.

    Args:
        predictions: What the best function of each universe says, a row each.
        truth: What it should say, without noise.

    Raises:
        ValueError: If there are fewer than two universes, no point, a number is not
            finite, the types differ, or a square overflows.
    """
    check_universes(predictions, truth)
    R = len(predictions)
    f_bar = predictions.mean(dim=0)
    variance = sample_variance(predictions.T, correction=1)
    wobble = variance / R  # of f_bar: its squared distance contains that
    return (f_bar - truth) ** 2 - wobble, variance


def check_universes(predictions: Tensor, truth: Tensor) -> None:
    """Refuse what has no spread, or no meaning.

    Raises:
        ValueError: If there are fewer than two universes, no point, a number is not
            finite, the types differ, or a sum of squares overflows.
    """
    if len(predictions) < 2:
        raise ValueError(
            f"predictions have {len(predictions)} universes: give 2 or more"
        )
    check_filled("truth", truth, "point")
    check_finite("predictions", predictions, "drop or mend those")
    check_finite("truth", truth, "drop or mend those")
    check_like("truth", truth, "predictions", predictions)
    check_finite("sum of predictions", predictions.sum(dim=0), "change the units")
    squares = ((predictions - truth) ** 2).sum(dim=0)  # as large as those to the mean
    check_finite("sum of (predictions - truth)^2", squares, "change the units")
