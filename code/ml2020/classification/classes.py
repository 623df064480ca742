"""Classes: two of them, class 1 (label 1) first, counted before anything is fitted.

Chapter: book/classification_generative.md
Source:  Bishop (2006), section 4.2.2, equation 4.73.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_features

LABELS = (1, 0)  # of class 1 and class 2: the order of all rows and columns


def class_counts(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
) -> Int[Tensor, " 2"]:
    """Return N_1 and N_2: how many examples have the label 1, and how many 0.

    Args:
        X: One row an example.
        y: The labels: 1 for class 1, which comes first everywhere, 0 for class 2.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, a label
            is neither 0 nor 1, or a class has no example.
    """
    check_features("X", X)
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("y has labels other than 0 and 1: recode them")
    counts = torch.stack([(y == label).sum() for label in LABELS])
    if not counts.all():
        raise ValueError(f"y has no label {LABELS[counts.argmin()]}: give both classes")
    return counts


def prior(counts: Int[Tensor, " classes"]) -> Float[Tensor, " classes"]:
    """Return P(C) = N_C / N.

    Raises:
        ValueError: If a count is negative, or all are 0.
    """
    if not (counts >= 0).all() or not counts.any():
        raise ValueError("counts are negative or all 0: count some examples")
    return counts.double() / counts.sum()


def accuracy(
    z: Float[Tensor, " n"],
    y: Int[Tensor, " n"],
) -> float:
    """Return the share of examples on the right side of z = 0; on it is label 0.

    Args:
        z: The log-odds of label 1, or any g(x) that is positive for label 1.
        y: The labels, 0 or 1.

    Raises:
        ValueError: If there is no example, z is NaN, or a label is neither 0 nor 1.
    """
    if not len(y):
        raise ValueError("y is empty: give at least one example")
    if z.isnan().any():
        raise ValueError("z has NaN: drop or mend those examples")
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("y has labels other than 0 and 1: recode them")
    return ((z > 0) == (y == 1)).double().mean().item()
