"""Four ways: one classifier for each assumption, with the unlabelled or without them.

Chapter: book/semi_supervised.md
Source:  our own; each way is that of a module of this folder
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.classification import Generative, mean_and_covariance, with_ones
from ml2020.semi_supervised.em import ROUNDS, em
from ml2020.semi_supervised.graph import rbf_weights
from ml2020.semi_supervised.harmonic import harmonic
from ml2020.semi_supervised.mixture import log_joint
from ml2020.semi_supervised.representation import main_directions
from ml2020.semi_supervised.svm import fit_svm
from ml2020.semi_supervised.transductive import transductive_svm
from ml2020.support.checks import check_features

COSTS, GAMMA = (1.0, 0.1), 50.0
Labelled = Float[Tensor, "few features"]
Unlabelled = Float[Tensor, "u features"]
Sides = Int[Tensor, " few"]  # 0 or 1


def rough_start(X: Labelled, y: Sides, everything: Tensor) -> Generative:
    """Return a first model: the means of the labelled, the covariance of all.

    Args:
        X: The labelled examples, some of each class.
        y: Their labels, from 0 on.
        everything: All examples, enough for a covariance.

    Raises:
        ValueError: If there is one class only, or one of several has no label.
    """
    count = torch.bincount(y)
    check_each_class(count)
    Sigma = mean_and_covariance(everything)[1]
    return Generative(
        count / count.sum().to(X), class_means(X, y), Sigma.expand(len(count), -1, -1)
    )


def class_means(
    X: Float[Tensor, "n features"], y: Int[Tensor, " n"]
) -> Float[Tensor, "classes features"]:
    """Return the mean of each class's labelled examples.

    Raises:
        ValueError: If there is no example, a label is negative, or a class has none.
    """
    check_features("X", X)
    if (y < 0).any():
        raise ValueError("y is negative: count classes from 0")
    share = one_hot(y).to(X)
    check_each_class(share.sum(dim=0))
    return share.T @ X / share.sum(dim=0)[:, None]


def by_gaussians(X: Labelled, y: Sides, U: Unlabelled, unlabelled: bool) -> Tensor:
    """Return the class with the nearer mean of labels, or the likelier by EM."""
    if not unlabelled:
        return torch.cdist(U, class_means(X, y)).argmin(dim=1)
    model = em(X, y, U, rough_start(X, y, torch.cat([X, U])), ROUNDS).model
    return log_joint(U, model).argmax(dim=1)


def by_margin(X: Labelled, y: Sides, U: Unlabelled, unlabelled: bool) -> Tensor:
    """Return the side: of a machine, or of one that also keeps off the unlabelled."""
    A, B, sides = with_ones(X), with_ones(U), 2.0 * y.to(X) - 1
    if unlabelled:
        w, _ = transductive_svm(A, sides, B, COSTS, len(U) // 2, len(U))
    else:
        w = fit_svm(A, sides, torch.full_like(sides, COSTS[0]))
    return (B @ w > 0).long()


def by_neighbours(X: Labelled, y: Sides, U: Unlabelled, unlabelled: bool) -> Tensor:
    """Return the label of the nearest labelled one, or of the harmonic solution."""
    if not unlabelled:
        return y[torch.cdist(U, X).argmin(dim=1)]
    W = rbf_weights(torch.cat([X, U]), GAMMA)
    return harmonic(W, torch.arange(len(X)), y, 2)[len(X) :].argmax(dim=1)


def by_direction(X: Labelled, y: Sides, U: Unlabelled, unlabelled: bool) -> Tensor:
    """Return the side of a machine that sees all features, or one direction."""
    if unlabelled:
        V = main_directions(torch.cat([X, U]), 1)
        X, U = X @ V, U @ V
    return by_margin(X, y, U, unlabelled=False)


WAYS: dict[str, Callable[[Tensor, Tensor, Tensor, bool], Tensor]] = {
    "generative": by_gaussians,
    "gap": by_margin,
    "smooth": by_neighbours,
    "directions": by_direction,
}


def check_each_class(count: Tensor) -> None:
    """Refuse labels of a single class, and a class without.

    Raises:
        ValueError: If there is one.
    """
    if len(count) < 2 or not count.all():
        raise ValueError("y leaves a class without example: give each class a label")
