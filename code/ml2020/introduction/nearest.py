"""Nearest neighbour: remember everything, and answer like the most similar example.

Chapter: book/introduction.md
Source:  Mitchell (1997), section 8.2 (k-nearest neighbour learning, here with k = 1)
"""

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from ml2020.support.checks import check_features, check_finite


def nearest_label(
    x: Float[Tensor, "n features"],
    known: Float[Tensor, "examples features"],
    labels: Shaped[Tensor, " examples"],
) -> Shaped[Tensor, " n"]:
    """Return, for each x, the label of the known example that is least far from it.

    Of several that are equally near, the first answers. Differences below 1e-154 may
    count as none: their squares underflow. All distances stand in one table of n times
    examples numbers in float64: 60,000 questions to 10,000 examples fill 4.8 GB, so ask
    in parts.

    Args:
        x: The questions.
        known: The examples that are remembered.
        labels: Their labels.

    Raises:
        ValueError: If no example is known, a number is NaN or infinite, or so large
            that distances overflow.
    """
    check_features("known", known)
    check_finite("x", x)
    check_reach(x, known)
    # differences first: the default's matrix product cancels far from zero
    way = "donot_use_mm_for_euclid_dist"
    distance = torch.cdist(x.double(), known.double(), compute_mode=way)
    return labels[distance.argmin(dim=1)]


def check_reach(x: Float[Tensor, "n features"], known: Tensor) -> None:
    """Refuse numbers between which a squared distance may overflow.

    Raises:
        ValueError: If the largest and its opposite, in every feature, would do so.
    """
    furthest = torch.cat([x.double(), known.double()]).abs().max()
    if not (x.shape[1] * (2 * furthest) ** 2).isfinite():
        raise ValueError(
            "x or known has numbers so large that squares overflow: "
            "drop or mend those examples"
        )
