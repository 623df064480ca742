"""Confidence: how sure a classifier says it is, at a temperature.

Chapter: book/anomaly_labels.md
Source:  Hendrycks and Gimpel (2017), section 2, https://arxiv.org/abs/1610.02136; the
         temperature: Liang, Li and Srikant (2018), https://arxiv.org/abs/1706.02690
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_positive


def confidence(
    z: Float[Tensor, "*n classes"], temperature: float = 1.0
) -> Float[Tensor, "*n"]:
    """Return the largest probability of softmax(z / T).

    Args:
        z: The scores of the classes, before a softmax.
        temperature: T; above 1 all answers are less sure.

    Raises:
        ValueError: If there is no score, one is NaN or infinite, or T is not positive.
    """
    check_filled("z", z, "answer")
    check_finite("z", z, "train anew with a lower rate")
    check_positive("temperature", temperature)
    return (z / temperature).softmax(dim=-1).amax(dim=-1)
