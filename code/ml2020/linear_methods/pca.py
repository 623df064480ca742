"""PCA: the directions in which examples differ most, and what is lost without the rest.

Chapter: book/linear_methods_pca.md
Source:  Hotelling (1933), https://doi.org/10.1037/h0071325; Bishop (2006), section 12.1
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features, check_like, check_squares


class PCA(NamedTuple):
    """The first K main directions.

    Attributes:
        mean: Of the examples.
        W: The directions, unit vectors, one row each; the sign of a row is that with
            which its largest entry is positive.
        variances: Of the examples along *all* main directions, the largest first; so
            they add up to the variance of everything.
    """

    mean: Float[Tensor, " features"]
    W: Float[Tensor, "K features"]
    variances: Float[Tensor, " directions"]


def covariance(X: Float[Tensor, "n features"]) -> Float[Tensor, "features features"]:
    """Return S, the mean over examples of the products of their deviations.

    Raises:
        ValueError: If there is no example, or a number is not finite or too large.
    """
    check_table(X)
    deviation = X - X.mean(dim=0)
    return deviation.T @ deviation / len(X)


def signed(W: Float[Tensor, "K features"]) -> Float[Tensor, "K features"]:
    """Return directions turned so that the largest entry of each is positive."""
    largest = W.abs().argmax(dim=1, keepdim=True)
    return W * W.gather(1, largest).sign()


def pca(X: Float[Tensor, "n features"], count: int) -> PCA:
    """Return main directions as eigenvectors of the covariance.

    Args:
        X: One row an example.
        count: How many directions, 1 to the number of those in which X spreads.

    Raises:
        ValueError: If X is empty, not finite or too large, or spreads in fewer.
    """
    S = covariance(X)
    check_spread(X, count)
    variances, U = torch.linalg.eigh(S)  # smallest first, one column each
    W = signed(U.flip(1).T[:count])
    return PCA(X.mean(dim=0), W, variances.flip(0).clamp(min=0))


def pca_by_svd(X: Float[Tensor, "n features"], count: int) -> PCA:
    """Return the same from the singular values of the examples, without S.

    Args:
        X: As for `pca`.
        count: Likewise.

    Raises:
        ValueError: As for `pca`.
    """
    check_table(X)
    check_spread(X, count)
    mean = X.mean(dim=0)
    _, sigma, Vt = torch.linalg.svd(X - mean, full_matrices=False)
    return PCA(mean, signed(Vt[:count]), sigma**2 / len(X))


def codes(X: Float[Tensor, "n features"], model: PCA) -> Float[Tensor, "n K"]:
    """Return z, the coordinates of examples along the directions.

    Raises:
        ValueError: If a number is not finite, or of another type than the model's.
    """
    check_features("X", X)
    check_like("X", X, "model.W", model.W)
    return (X - model.mean) @ model.W.T


def decoded(Z: Float[Tensor, "n K"], model: PCA) -> Float[Tensor, "n features"]:
    """Return the examples that codes stand for: the mean, and so much of each row."""
    return model.mean + Z @ model.W


def lost(X: Float[Tensor, "n features"], model: PCA) -> Float[Tensor, ""]:
    """Return the sum of squared errors when examples go through their codes."""
    return ((X - decoded(codes(X, model), model)) ** 2).sum()


def check_table(X: Tensor) -> None:
    """Refuse examples that have no covariance in their type.

    Raises:
        ValueError: If there is none, or a number is not finite, or squares overflow.
    """
    check_features("X", X)
    check_squares(X)


def check_spread(X: Tensor, count: int) -> None:
    """Refuse to choose among directions in which nothing differs.

    Raises:
        ValueError: If the count is below 1, or above the number of directions in which
            the examples differ; identical ones differ in none.
    """
    if count < 1:
        raise ValueError(f"count is {count}: give 1 or more")
    rank = int(torch.linalg.matrix_rank(X - X.mean(dim=0)))
    if rank < count:
        raise ValueError(
            f"X spreads in {rank} directions: ask for no more than these, not {count}"
        )
