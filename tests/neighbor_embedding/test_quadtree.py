"""A tree that asks everybody is the exact sum; one that does not asks few."""

import math

import pytest
import torch

from ml2020.neighbor_embedding import likeness, quadtree, repulsion
from ml2020.neighbor_embedding.quadtree import Cell, asked_cells
from tests.refusals import below, refuses, spoilt


def spread(n=60, seed=1):
    dice = torch.Generator().manual_seed(seed)
    return 10 * torch.randn(n, 2, generator=dice, dtype=torch.float64)


def exact(Z):
    s2 = likeness(Z) ** 2
    return s2.sum(dim=1, keepdim=True) * Z - s2 @ Z


def test_at_theta_zero_the_sum_is_exact():
    Z = spread()
    push, total, terms = repulsion(Z, 0.0)
    assert torch.allclose(push, exact(Z))
    assert total.item() == pytest.approx(likeness(Z).sum().item())
    assert terms.tolist() == [60] * 60


def test_wider_cells_ask_fewer_and_err_more():
    Z = spread(300)
    found = [repulsion(Z, theta) for theta in (0.2, 0.5, 1.0)]
    errors = [((r.push - exact(Z)).norm() / exact(Z).norm()).item() for r in found]
    asked = [r.terms.double().mean().item() for r in found]
    assert errors[0] < errors[1] < errors[2] < 0.2
    assert errors[1] < 0.05
    assert 300 > asked[0] > asked[1] > asked[2]


@pytest.mark.equation("eq-neighbor_embedding-cell")
def test_a_cell_is_asked_whole_if_its_side_looks_narrow():
    Z = torch.tensor([[0.0, 0.0], [0.5, 0.1], [10.0, 10.0]], dtype=torch.float64)
    tree = quadtree(Z)
    assert (tree.side, tree.points) == (10.0, 3)
    assert tree.mean == pytest.approx((3.5, 10.1 / 3))
    # The left two share cells of side 5, 2.5, 1.25 and 0.625, 13.9 away.
    for theta, seen in ((0.4, [5.0]), (0.35, [2.5]), (0.05, [0.625]), (0.03, [])):
        cells = asked_cells(tree, 10.0, 10.0, theta)
        assert [cell.side for cell in cells if cell.points == 2] == seen
        assert sum(cell.points for cell in cells) == 3


def test_a_cell_that_looks_just_as_wide_as_allowed_is_opened():
    leaf = Cell(0.5, 1, (0.0, 0.0), [])
    whole = Cell(1.0, 2, (0.0, 0.0), [leaf, leaf])
    assert asked_cells(whole, 2.0, 0.0, 0.5) == [leaf, leaf]
    assert asked_cells(whole, 2.1, 0.0, 0.5) == [whole]


def leaves(cell):
    if not cell.quarters:
        return [cell]
    return [leaf for part in cell.quarters for leaf in leaves(part)]


def test_cells_hold_what_their_quarters_hold():
    Z = spread(40)
    tree = quadtree(Z)
    means = sorted(leaf.mean for leaf in leaves(tree))
    assert means == sorted(tuple(z) for z in Z.tolist())

    def holds(cell):
        if cell.quarters:
            assert sum(part.points for part in cell.quarters) == cell.points
            assert all(part.side == cell.side / 2 for part in cell.quarters)
            for axis in (0, 1):
                sums = sum(part.points * part.mean[axis] for part in cell.quarters)
                assert sums / cell.points == pytest.approx(cell.mean[axis])
            for part in cell.quarters:
                holds(part)

    holds(tree)


def test_identical_points_share_a_leaf():
    Z = torch.cat([spread(5), spread(5)[:1]])
    assert torch.allclose(repulsion(Z, 0.0).push, exact(Z))
    alone = repulsion(torch.zeros(3, 2).double(), 0.5)
    assert alone.total.item() == 6
    assert (alone.push == 0).all()


def test_rejects_bad_arguments():
    Z = spread(5)
    said = "^Z has NaN or infinity"
    refuses(quadtree, said, good=[Z], bad=spoilt(Z, math.nan))
    refuses(lambda Z: repulsion(Z, 0.5), said, good=[Z], bad=spoilt(Z, math.inf))
    refuses(
        lambda theta: repulsion(Z, theta),
        "^theta is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), math.nan],
    )
