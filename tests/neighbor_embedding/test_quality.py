"""Measures are those of scikit-learn, or of slow loops."""

import math

import pytest
import torch
from sklearn.linear_model import LinearRegression
from sklearn.manifold import trustworthiness as theirs
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from ml2020.neighbor_embedding import (
    apart,
    explained,
    named_by_neighbours,
    trustworthiness,
)
from tests.refusals import refuses, spoilt


def some(n=25, seed=1):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(n, 5, generator=dice, dtype=torch.float64)
    return X, X[:, :2] + 0.3 * torch.randn(n, 2, generator=dice), torch.arange(n) % 3


@pytest.mark.equation("eq-neighbor_embedding-trust")
def test_trustworthiness_is_that_of_scikit_learn():
    X, Z, _ = some()
    for k in (1, 5, 12):
        ours = trustworthiness(X, Z, k).item()
        assert ours == pytest.approx(theirs(X.numpy(), Z.numpy(), n_neighbors=k))
    assert trustworthiness(X, Z).item() == trustworthiness(X, Z, 5).item()
    assert trustworthiness(X, 3 * X).item() == 1


def test_neighbours_name_as_scikit_learns_do():
    _, Z, y = some()
    Z = Z + y[:, None]
    for k in (1, 5, 24):
        right = cross_val_score(
            KNeighborsClassifier(k), Z.numpy(), y.numpy(), cv=LeaveOneOut()
        ).mean()
        assert named_by_neighbours(Z, y, k).item() == pytest.approx(right)
    assert named_by_neighbours(Z, y) == named_by_neighbours(Z, y, 5)


def test_apart_is_a_slow_mean():
    _, Z, y = some(7)
    between, within = [], []
    for i in range(7):
        for j in range(i):
            kind = within if y[i] == y[j] else between
            kind.append((Z[i] - Z[j]).norm().item())
    slow = sum(between) / len(between) / (sum(within) / len(within))
    assert apart(Z, y).item() == pytest.approx(slow)


def test_explained_is_the_score_of_a_regression():
    X, Z, _ = some()
    s = X[:, 0] + 3
    score = LinearRegression().fit(Z.numpy(), s.numpy()).score(Z.numpy(), s.numpy())
    assert explained(Z, s).item() == pytest.approx(score)
    assert explained(Z, 2 * Z[:, 0] - Z[:, 1] + 5).item() == pytest.approx(1)


def test_rejects_bad_arguments():
    X, Z, y = some()
    said = "^k is .*: give 1 to 12$"
    refuses(lambda k: trustworthiness(X, Z, k), said, good=[1, 12], bad=[0, 13])
    said = "^k is .*: give 1 to 11$"
    refuses(lambda k: trustworthiness(X[:24], Z[:24], k), said, good=[11], bad=[12])
    said = "^k is .*: give 1 to 24$"
    refuses(lambda k: named_by_neighbours(Z, y, k), said, good=[1, 24], bad=[0, 25])
    said = "^X has NaN or infinity"
    refuses(lambda X: trustworthiness(X, Z), said, good=[X], bad=spoilt(X, math.nan))
    for call in (
        lambda Z: trustworthiness(X, Z),
        lambda Z: named_by_neighbours(Z, y),
        lambda Z: apart(Z, y),
        lambda Z: explained(Z, X[:, 0]),
    ):
        refuses(call, "^Z has NaN or infinity", good=[Z], bad=spoilt(Z, math.nan))
    said = "^y has no two alike, or all alike: give two classes or more$"
    refuses(
        lambda y: apart(Z[:3], y),
        said,
        good=[torch.tensor([0, 0, 1])],
        bad=[torch.tensor([0, 1, 2]), torch.tensor([0, 0, 0])],
    )
    said = "^s is constant or no number: give what differs$"
    s = X[:, 0]
    bad = [torch.ones(25).double(), *spoilt(s, math.nan)]
    refuses(lambda s: explained(Z, s), said, good=[s], bad=bad)
