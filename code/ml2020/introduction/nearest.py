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

    Args:
        x: The questions.
        known: The examples that are remembered.
        labels: Their labels.

    Raises:
        ValueError: If no example is known, or a number is NaN or infinite.
    """
    check_features("known", known)
    check_finite("x", x)
    distance = torch.cdist(x, known)  # (n, examples)
    return labels[distance.argmin(dim=1)]
