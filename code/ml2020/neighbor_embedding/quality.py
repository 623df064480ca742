"""Quality of a map: are its neighbours true ones, and do they have one label?

Chapter: book/neighbor_embedding.md
Source:  Venna and Kaski (2001), section 2, as in scikit-learn's trustworthiness
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.semi_supervised.graph import nearest_others
from ml2020.support.checks import check_features, check_neighbours


def trustworthiness(
    X: Float[Tensor, "n features"], Z: Float[Tensor, "n count"], k: int = 5
) -> Float[Tensor, ""]:
    """Return 1 if all k neighbours on the map are true ones, less for strangers.

    Args:
        X: The points.
        Z: Their places on the map.
        k: How many neighbours, from 1 to less than n / 2.

    Raises:
        ValueError: If a number is not finite, or k is out of range.
    """
    check_features("X", X)
    check_features("Z", Z)
    check_neighbours(k, (len(X) + 1) // 2)
    n = len(X)
    distance = torch.cdist(X, X).fill_diagonal_(-1)
    rank = distance.argsort(dim=1).argsort(dim=1)  # 0 for the point itself
    strange = (rank.gather(1, nearest_others(Z, k)) - k).clamp(min=0)
    return 1 - 2 * strange.sum() / (n * k * (2 * n - 3 * k - 1))


def named_by_neighbours(
    Z: Float[Tensor, "n count"], y: Int[Tensor, " n"], k: int = 5
) -> Float[Tensor, ""]:
    """Return the share of points whose k nearest others, by majority, have their label.

    Args:
        Z: The places.
        y: The labels, from 0 on; of classes with as many votes the first one wins.
        k: How many neighbours, from 1 to n - 1.

    Raises:
        ValueError: If a number is not finite, or k is out of range.
    """
    check_features("Z", Z)
    check_neighbours(k, len(Z))
    votes = torch.nn.functional.one_hot(y[nearest_others(Z, k)]).sum(dim=1)
    return (votes.argmax(dim=1) == y).double().mean()


def apart(Z: Float[Tensor, "n count"], y: Int[Tensor, " n"]) -> Float[Tensor, ""]:
    """Return the mean distance between classes over the mean distance within.

    Args:
        Z: The places.
        y: The labels; two of them or more, and two points of one of them.

    Raises:
        ValueError: If a number is not finite, no pair has one label, or none has two.
    """
    check_features("Z", Z)
    alike = y[:, None] == y
    check_pairs(alike)
    distance = torch.cdist(Z, Z)
    others = ~torch.eye(len(Z), dtype=torch.bool, device=Z.device)
    return distance[~alike].mean() / distance[alike & others].mean()


def explained(Z: Float[Tensor, "n count"], s: Float[Tensor, " n"]) -> Float[Tensor, ""]:
    """Return the share of the variance of s that a linear function of Z explains.

    Args:
        Z: The places.
        s: A number for each point, not all of them one.

    Raises:
        ValueError: If a number is not finite, or s is constant.
    """
    check_features("Z", Z)
    check_varied(s)
    A, b = Z - Z.mean(dim=0), s - s.mean()
    left = b - A @ torch.linalg.lstsq(A, b[:, None]).solution[:, 0]
    return 1 - (left**2).sum() / (b**2).sum()


def check_pairs(alike: Tensor) -> None:
    """Refuse labels of which no pairs, or only pairs, are alike.

    Raises:
        ValueError: If they are.
    """
    if alike.sum() == len(alike) or alike.all():
        raise ValueError("y has no two alike, or all alike: give two classes or more")


def check_varied(s: Tensor) -> None:
    """Refuse numbers that are all one, or no numbers.

    Raises:
        ValueError: If they are.
    """
    if not s.isfinite().all() or (s == s[0]).all():
        raise ValueError("s is constant or no number: give what differs")
