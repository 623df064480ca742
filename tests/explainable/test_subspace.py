"""The subspace is that of the largest singular values."""

import math

import torch

from ml2020.explainable import outside, subspace
from tests.explainable.nets import dice
from tests.refusals import refuses, spoilt


def rows(n=30, dots=8):
    return torch.randn(n, dots, generator=dice(0), dtype=torch.float64)


def test_what_is_left_is_what_the_singular_values_say():
    X = rows()
    left = outside(subspace(X, 3), X).square().sum()
    values = torch.linalg.svdvals(X - X.mean(dim=0))
    torch.testing.assert_close(left, values[3:].square().sum())


def test_directions_have_length_1_and_right_angles():
    space = subspace(rows(), 5)
    eye = torch.eye(5, dtype=torch.float64)
    torch.testing.assert_close(space.directions @ space.directions.T, eye)
    inside = space.mean + torch.ones(1, 5).double() @ space.directions
    assert outside(space, inside).item() < 1e-12


def test_bad_counts_are_refused():
    X = rows()
    said = "^kept is .*: give"
    refuses(lambda k: subspace(X, k), said, good=[1, 8], bad=[0, 9])
    refuses(lambda k: subspace(X[:4], k), said, good=[3], bad=[4])
    said = "^X is .*: give 2 or more"
    refuses(lambda n: subspace(X[:n], 1), said, good=[2], bad=[0, 1])
    said = "^X has NaN or infinity"
    refuses(lambda X: subspace(X, 2), said, good=[X], bad=spoilt(X, math.nan))
