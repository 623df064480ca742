"""Cross-validation: the examples take turns at judging.

Chapter: book/error_sources_selection.md
Source:  Stone (1974), section 2, https://doi.org/10.1111/j.2517-6161.1974.tb00994.x
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.regression.linear import least_squares
from ml2020.support.checks import check_examples, check_finite, check_same_type

Places = Int[Tensor, "_"]  # however many
Found = Tensor | tuple[Tensor, Tensor]  # weights, or weights and a bias
Fit = Callable[[Tensor, Tensor], Found]


def cross_validation(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    folds: Sequence[tuple[Places, Places]],
    fit: Fit = least_squares,
) -> Float[Tensor, " folds"]:
    """Return the mean squared error of each turn; their mean is the estimate.

    Args:
        X: One row an example.
        y_hat: The right answers.
        folds: For each turn the places that teach and the places that judge.
        fit: Maps features and answers to weights w, or to w and a bias b.

    Raises:
        ValueError: If there is no example, a number is not finite, the types differ,
            there is no fold, a fold is empty on one side or names an example that is
            not there, an example judges twice or teaches and judges in one turn, or
            an answer is not finite or its square may overflow.
    """
    check_examples(X, y_hat)
    check_same_type(X, y_hat)
    check_squares("y_hat", y_hat)
    check_folds(folds, len(X))
    errors = []
    for learn, judge in folds:
        answer = answers(X[judge], fit(X[learn], y_hat[learn]))
        errors.append(((y_hat[judge] - answer) ** 2).mean())
    return torch.stack(errors)


def answers(X: Float[Tensor, "n features"], found: Found) -> Float[Tensor, " n"]:
    """Return X w, or X w + b if a bias was found as well.

    Raises:
        ValueError: If an answer is not finite, or its square may overflow.
    """
    w, b = (found, 0.0) if isinstance(found, Tensor) else found
    y = X @ w + b
    check_finite("answers", y, "mend fit")
    check_squares("answers", y)
    return y


def check_squares(name: str, y: Tensor) -> None:
    """Refuse numbers of which two, far apart, have an infinite squared distance.

    Raises:
        ValueError: If 4 n y^2, more than a sum of n of these, overflows.
    """
    squares = 4 * len(y) * y**2
    check_finite(f"squares of {name}", squares, "change the units")


def check_folds(folds: Sequence[tuple[Tensor, Tensor]], n: int) -> None:
    """Refuse turns in which nobody teaches or judges, or somebody does both.

    Raises:
        ValueError: If there is no fold, one is empty on one side, names an example
            outside 0 to n - 1, its sides overlap, or an example judges twice.
    """
    if not folds:
        raise ValueError("folds are empty: make at least one with kfold()")
    for learn, judge in folds:
        if not len(learn) or not len(judge):
            raise ValueError("folds have an empty side: choose fewer folds")
        named = torch.cat([learn, judge])
        if not ((named >= 0) & (named < n)).all():
            raise ValueError(f"folds name examples outside 0 to {n - 1}: use kfold()")
        if set(learn.tolist()) & set(judge.tolist()):
            raise ValueError("folds overlap: an example must not judge itself")
        if len(set(judge.tolist())) < len(judge):
            raise ValueError("folds repeat an example that judges: name it once")
