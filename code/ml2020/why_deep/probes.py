"""Probes: how well a layer keeps two classes apart.

Chapter: book/why_deep.md
Source:  Alain and Bengio (2017), https://arxiv.org/abs/1610.01644, for linear probes;
         Fisher (1936) for distances in units of the spread
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.regression import ridge
from ml2020.support.checks import check_features, check_positive, check_shape


def probe(
    A: Float[Tensor, "n neurons"],
    y_hat: Bool[Tensor, " n"],
    A_new: Float[Tensor, "m neurons"],
    lam: float,
) -> Float[Tensor, " m"]:
    """Return what a linear classifier, learned on a layer, says of new examples.

    It is ridge regression on -1 and 1: above 0 is yes.

    Args:
        A: What the layer says of each example.
        y_hat: The right answers.
        A_new: What it says of other examples.
        lam: The price of a squared weight.

    Raises:
        ValueError: If an array is empty, a number is NaN or infinite, one of the two
            classes is missing, lam is not positive, or shapes do not fit.
    """
    check_two(A, y_hat)
    check_positive("lam", lam)
    check_new(A_new, A)
    w, b = ridge(A.double(), 2 * y_hat.double() - 1, lam)
    return (A_new.double() @ w + b).to(A_new)


def separation(A: Float[Tensor, "n neurons"], y_hat: Bool[Tensor, " n"]) -> float:
    """Return how far the means of two classes are apart, in units of their spread.

    The spread is the root of the mean squared distance of an example from the mean of
    its own class; so a change of the unit changes nothing.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, one of the two
            classes is missing, y_hat has another length, or no class has a spread: none
            above a millionth of the largest number.
    """
    check_two(A, y_hat)
    yes, no = A[y_hat].double(), A[~y_hat].double()
    rest = torch.cat([yes - yes.mean(dim=0), no - no.mean(dim=0)])
    spread = rest.square().sum(dim=1).mean().sqrt().item()
    if spread <= 1e-6 * A.abs().max():
        raise ValueError("A is the same for all of a class: give more examples")
    return (yes.mean(dim=0) - no.mean(dim=0)).norm().item() / spread


def check_two(A: Tensor, y_hat: Tensor) -> None:
    """Refuse what two classes cannot be told apart by.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, a class is
            missing, or there are not as many answers as examples.
    """
    check_features("A", A)
    check_shape("y_hat", y_hat, (len(A),))
    if y_hat.all() or not y_hat.any():
        raise ValueError("y_hat has one class: give examples of both")


def check_new(A_new: Tensor, A: Tensor) -> None:
    """Raise a ValueError unless there are new examples, finite, with A's neurons."""
    check_features("A_new", A_new)
    check_shape("A_new", A_new, (len(A_new), A.shape[1]))
