"""Walks are judged by corners and area; a network learns to walk."""

import pytest
import torch

from ml2020.conditional_generation import hull_learning as module
from ml2020.conditional_generation.hull_learning import (
    Walks,
    crosses,
    hull_learner,
    simple,
    walk_shares,
    walked,
)
from ml2020.conditional_generation.hulls import hulls, point_sets
from tests.refusals import refuses

SQUARE = torch.tensor([[[0.0, 0], [1, 1], [1, 0], [0.5, 0.5], [0, 1]]])


def test_the_right_walk_is_whole():
    P = point_sets(7, 20, generator=torch.Generator().manual_seed(0))
    rows = [[v for v in row if v > 0] for row in hulls(P).tolist()]
    assert walk_shares(P, rows) == Walks(1.0, 1.0, pytest.approx(1.0))


@pytest.mark.parametrize(
    ("walk", "exact", "corners", "area"),
    [
        ([1, 3, 2, 5], 1, 1, 1),
        ([3, 2, 5, 1], 0, 1, 1),
        ([5, 2, 3, 1], 0, 1, 0),
        ([1, 2, 3, 5], 0, 1, 0),
        ([1, 3, 2], 0, 0, 0.5),
        ([1, 3, 4, 5], 0, 0, 0.5),
        ([1, 3, 2, 2], 0, 0, 0),
        ([1, 3], 0, 0, 0),
        ([], 0, 0, 0),
    ],
)
def test_other_walks_are_worth_what_they_enclose(walk, exact, corners, area):
    assert walk_shares(SQUARE, [walk]) == Walks(exact, corners, pytest.approx(area))


def test_ways_cross_or_not():
    assert crosses([0, 0], [1, 1], [0, 1], [1, 0])
    assert not crosses([0, 0], [1, 1], [2, 0], [3, 1])
    assert not crosses([0, 0], [1, 1], [1, 1], [2, 0])
    assert not crosses([0, 0], [1, 1], [0, 3], [3, 0])
    assert simple(SQUARE[0], [1, 3, 2, 5])
    assert not simple(SQUARE[0], [1, 2, 5, 3])
    assert not simple(SQUARE[0], [1, 4, 2])  # it encloses nothing


def test_a_network_learns_on_fresh_sets(monkeypatch):
    monkeypatch.setattr(module, "UNITS", 16)
    monkeypatch.setattr(module, "BATCH", 16)
    before = hull_learner("all at once", 0, 1e-9, 1)
    after = hull_learner("all at once", 0, 0.01, 60)
    again = hull_learner("all at once", 0, 1e-9, 1)
    for a, b in zip(before.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)
    assert walked(after, 5, 60, 1).area > walked(before, 5, 60, 1).area + 0.05


def test_sets_to_walk_round_are_those_of_the_seed_and_points_may_come_twice(
    monkeypatch,
):
    monkeypatch.setattr(module, "UNITS", 4)
    monkeypatch.setattr(module, "BATCH", 2)
    model, met = hull_learner("all at once", 0, 0.01, 1), []
    walks = module.pointed
    monkeypatch.setattr(
        module,
        "pointed",
        lambda m, P, once: (met.append((P, once)), walks(m, P, once))[1],
    )
    found = [walked(model, 6, 5, 1), walked(model, 6, 5, 1, True)]
    P = point_sets(6, 5, generator=torch.Generator().manual_seed(1))
    assert all(torch.equal(P, Q) for Q, _ in met)
    assert [once for _, once in met] == [False, True]
    assert all(isinstance(one, Walks) for one in found)


def test_the_sizes_of_the_sets_take_turns(monkeypatch):
    met = []

    def spied(n, batch, *, generator):
        met.append(n)
        return point_sets(n, batch, generator=generator)

    monkeypatch.setattr(module, "UNITS", 4)
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "point_sets", spied)
    hull_learner("all at once", 0, 0.01, 7)
    hull_learner("all at once", 0, 0.01, 4, 7)
    assert met == [5, 6, 7, 8, 9, 10, 5, 5, 6, 7, 5]
    refuses(
        lambda most: hull_learner("all at once", 0, 0.01, 1, most),
        "^most is",
        good=[5],
        bad=[4],
    )
