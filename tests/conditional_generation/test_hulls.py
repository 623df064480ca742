"""Hulls equal scipy's, go round to the left, and refuse what encloses nothing."""

import math
from importlib import import_module

import pytest
import torch
from scipy.spatial import ConvexHull

from ml2020.conditional_generation.hulls import (
    END,
    enclosed,
    hulls,
    next_corner,
    point_sets,
    scaled,
    turns,
)
from tests.refusals import refuses, spoilt

SQUARE = torch.tensor([[[0.0, 0], [1, 1], [1, 0], [0.5, 0.5], [0, 1]]])


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-conditional_generation-left")
@pytest.mark.parametrize("n", [3, 5, 12])
def test_corners_are_scipy_s_from_the_left_most_counter_clockwise(n):
    P = point_sets(n, 40, generator=dice(n))
    for points, row in zip(P, hulls(P).tolist(), strict=True):
        found = [v + 1 for v in ConvexHull(points.double().numpy()).vertices.tolist()]
        first = found.index(points[:, 0].argmin().item() + 1)
        k = row.index(END)
        assert row[:k] == found[first:] + found[:first]
        assert set(row[k + 1 :]) <= {-100}


def test_a_square_with_a_point_inside():
    assert hulls(SQUARE).tolist() == [[1, 3, 2, 5, 0]]


def test_points_on_an_edge_are_no_corners():
    P = torch.tensor([[[0.0, 0], [2, 0], [1, 0], [0, 2], [0, 1], [1, 1]]])
    assert hulls(P).tolist() == [[1, 2, 4, 0]]


def test_of_several_left_most_points_the_lowest_comes_first():
    P = torch.tensor([[[0.0, 1], [0, 0], [1, 0.5], [0, 0.4]]])
    assert hulls(P).tolist() == [[2, 3, 1, 0]]


def test_nearly_flat_corners_are_those_of_double_precision():
    u = 0.5 + torch.rand(300, 2, generator=dice())
    near = 0.5 * u + 5e-8 * torch.randn(300, 2, generator=dice(1))
    P = torch.stack([torch.zeros_like(u), u, near, u * torch.tensor([1.0, 0.1])], 1)
    assert torch.equal(hulls(P), hulls(P.double()))


def test_a_turn_is_the_cross_product():
    P = torch.tensor([[[1.0, 0], [0, 1], [3, 5]]])
    o = torch.tensor([[1.0, 1.0]])
    expected = torch.zeros(3, 3)
    for a in range(3):
        for b in range(3):
            (ax, ay), (bx, by) = P[0, a] - o[0], P[0, b] - o[0]
            expected[a, b] = ax * by - ay * bx
    assert torch.equal(turns(P, o)[0], expected)


def test_the_next_corner_leaves_all_points_to_the_left():
    assert next_corner(SQUARE.double(), torch.tensor([0])).tolist() == [2]


def test_the_way_itself_is_no_turn(monkeypatch):
    """With no tolerance at all a point is not to the right of the way to it."""
    module = import_module("ml2020.conditional_generation.hulls")
    monkeypatch.setattr(module, "FLAT", 0.0)
    assert next_corner(SQUARE.double(), torch.tensor([0])).tolist() == [2]


def test_the_area_of_what_lies_far_away_is_exact():
    assert enclosed(SQUARE[0] + 4096, [1, 3, 2, 5]) == 1


def test_the_area_is_that_of_the_polygon():
    assert enclosed(SQUARE[0], [1, 3, 2, 5]) == pytest.approx(1)
    assert enclosed(SQUARE[0], [1, 3, 2]) == pytest.approx(0.5)
    assert enclosed(SQUARE[0], [5, 2, 3, 1]) == pytest.approx(-1)
    assert enclosed(SQUARE[0], [1, 3]) == 0


def test_sets_are_drawn_by_their_seed_in_the_unit_square():
    P = point_sets(5, 7, generator=dice())
    assert P.shape == (7, 5, 2)
    assert torch.equal(P, point_sets(5, 7, generator=dice()))
    assert P.min() >= 0
    assert P.max() < 1


def test_rejects_points_that_enclose_nothing():
    refuses(hulls, "^P has 2 points", good=[SQUARE[:, :3]], bad=[SQUARE[:, :2]])
    line = torch.tensor([[[0.0, 0], [0.5, 0.5], [1, 1], [0.2, 0.2]]])
    bent = line.clone()
    bent[0, 3, 1] += 1e-3
    refuses(hulls, "^P has a set .* on one line", good=[bent], bad=[line])
    both = torch.cat([bent, line])
    refuses(hulls, "^P has a set .* on one line", good=[bent], bad=[both])
    twice = SQUARE[:, [0, 1, 2, 0]]
    refuses(hulls, "^P has the same point twice", good=[SQUARE], bad=[twice])
    near = SQUARE.double().clone()
    near[0, 4] = near[0, 0] + 4e-7
    twin = near.clone()
    twin[0, 4] = twin[0, 0] + 6e-7  # together 1.2e-6: the limit is 1e-6
    off = near.clone()
    off[0, 4] += 1e-3
    refuses(hulls, "^P has two points hardly apart", good=[off, twin], bad=[near])
    said = "^P has NaN or infinity"
    refuses(hulls, said, good=[SQUARE], bad=spoilt(SQUARE, math.nan, math.inf))
    refuses(hulls, "^P is empty", good=[SQUARE], bad=[SQUARE[:0]])


@pytest.mark.parametrize("scale", [1e-9, 1e-4, 3.0, 1e6])
def test_neither_the_unit_nor_the_place_matters(scale):
    P = point_sets(10, 60, generator=dice(2)).double()
    away = torch.tensor([3.0, -5.0]).double()
    assert torch.equal(hulls(scale * (P + away)), hulls(P))


def test_points_hardly_apart_are_gone_round():
    P = point_sets(8, 200, generator=dice(4)).double()
    P[:, 7] = P[:, 0] + 6e-7
    for row in hulls(P).tolist():
        assert row.count(END) == 1
        assert len(set(row[: row.index(END)])) == row.index(END) <= 8


def test_a_walk_that_does_not_come_back_is_refused(monkeypatch):
    """The second set goes to its last point for ever, and never comes back."""
    module = import_module("ml2020.conditional_generation.hulls")

    def stuck(P, here):
        found = next_corner(P, here)
        found[1] = P.shape[1] - 1
        return found

    monkeypatch.setattr(module, "next_corner", stuck)
    with pytest.raises(ValueError, match=r"^P has points too near .*: leave one out"):
        hulls(SQUARE.repeat(2, 1, 1))


def test_sets_are_scaled_to_a_square_of_side_1():
    P = torch.tensor([[[2.0, 5.0], [6.0, 6.0], [4.0, 5.0]]])
    assert scaled(P).tolist() == [[[0, 0], [1, 0.25], [0.5, 0]]]


def test_rejects_to_draw_too_little():
    refuses(lambda n: point_sets(n, 1), "^n is", good=[3], bad=[2])
    refuses(lambda b: point_sets(3, b), "^batch is", good=[1], bad=[0])
