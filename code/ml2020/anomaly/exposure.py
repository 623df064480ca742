"""Exposure: some strangers in the training set, to be undecided about.

Chapter: book/anomaly_labels.md
Source:  Lee, Lee, Lee and Shin (2018), equation 1, https://arxiv.org/abs/1711.09325;
         Hendrycks, Mazeika and Dietterich (2019), section 3,
         https://arxiv.org/abs/1812.04606
"""

from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.support.checks import (
    check_at_least,
    check_classes,
    check_filled,
    check_finite,
)


def exposed_loss(
    z: Float[Tensor, "n classes"],
    y: Int[Tensor, " n"],
    strange: Float[Tensor, "m classes"],
    weight: float,
) -> Float[Tensor, ""]:
    """Return the cross entropy, and for strangers that to equal probabilities.

    Args:
        z: The scores of the normal examples.
        y: Their labels.
        strange: The scores of the strangers.
        weight: How much the strangers count, 0 or more.

    Raises:
        ValueError: If there is no example, a score is NaN or infinite, a label is none,
            or the weight is below 0.
    """
    check_at_least("weight", weight, 0)
    check_classes("y", y, z.shape[1])
    for name, scores in (("z", z), ("strange", strange)):
        check_filled(name, scores)
        check_finite(name, scores, "train anew with a lower rate")
    undecided = -strange.log_softmax(dim=1).mean()  # over classes and strangers
    return cross_entropy(z, y) + weight * undecided
