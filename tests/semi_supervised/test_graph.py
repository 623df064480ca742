"""Weights and edges are what slow loops find."""

import math

import pytest
import torch

from ml2020.semi_supervised import nearest_edges, rbf_weights
from ml2020.semi_supervised.graph import nearest_others
from tests.refusals import only_positive, refuses, spoilt


def points(n=12):
    dice = torch.Generator().manual_seed(1)
    return torch.randn(n, 3, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-semi_supervised-rbf")
def test_weights_fall_with_the_squared_distance():
    X = points()
    W = rbf_weights(X, 0.7)
    for i in range(12):
        for j in range(12):
            near = math.exp(-0.7 * sum((X[i] - X[j]) ** 2)) if i != j else 0.0
            assert W[i, j].item() == pytest.approx(near, abs=1e-15)


def test_edges_join_who_is_near_to_one_of_both():
    X = points()
    joined = nearest_edges(X, 2)
    for i in range(12):
        order = sorted(
            (j for j in range(12) if j != i), key=lambda j: (X[i] - X[j]).norm()
        )
        for j in order[:2]:
            assert joined[i, j]
            assert joined[j, i]
    assert not joined.diagonal().any()
    assert joined.sum() <= 2 * 2 * 12


def test_nearest_others_are_sorted_in_each_set():
    pool = torch.stack([points(), points() ** 3])
    near = nearest_others(pool, 4)
    for k in range(2):
        for i in range(12):
            order = (pool[k] - pool[k, i]).norm(dim=1).argsort().tolist()
            order.remove(i)
            assert near[k, i].tolist() == order[:4]


def test_rejects_bad_arguments():
    X = points()
    only_positive(lambda gamma: rbf_weights(X, gamma), "gamma")
    said = "^X has NaN or infinity: drop"
    bad = spoilt(X, math.nan, math.inf)
    refuses(lambda X: rbf_weights(X, 1.0), said, good=[X], bad=bad)
    refuses(lambda X: nearest_edges(X, 1), said, good=[X], bad=bad)
    refuses(
        lambda count: nearest_edges(X, count),
        "^count is .*: give 1 to 11$",
        good=[1, 11],
        bad=[0, 12],
    )
