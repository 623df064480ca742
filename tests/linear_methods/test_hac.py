"""The tree is scipy's, and cuts take it apart where they say."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from ml2020.linear_methods import (
    LINKAGES,
    adjusted_rand,
    cut,
    cut_into,
    hac,
    joined_distance,
)
from tests.refusals import refuses, spoilt


def points(seed=0, n=25):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, 2, generator=dice, dtype=torch.float64)


@settings(max_examples=15)
@given(seed=st.integers(0, 100), kind=st.sampled_from(LINKAGES))
def test_the_tree_is_scipy_s(seed, kind):
    X = points(seed)
    theirs = torch.from_numpy(linkage(X.numpy(), kind))
    torch.testing.assert_close(hac(X, kind), theirs)


@pytest.mark.equation("eq-linear_methods-linkage")
@pytest.mark.parametrize("kind", LINKAGES)
def test_the_joined_distance_is_that_over_all_pairs(kind):
    X = points()
    a, b, others = X[:4], X[4:10], X[10:]

    def over_pairs(cluster):
        D = torch.cdist(others, cluster)
        if kind == "single":
            return D.amin(dim=1)
        return D.amax(dim=1) if kind == "complete" else D.mean(dim=1)

    found = joined_distance(over_pairs(a), over_pairs(b), 4, 6, kind)
    torch.testing.assert_close(found, over_pairs(X[:10]))


def test_by_hand_five_points_on_a_line():
    X = torch.tensor([[0.0], [1.0], [3.0], [7.0], [9.5]])
    assert hac(X, "single").tolist() == [
        [0, 1, 1, 2],
        [2, 5, 2, 3],
        [3, 4, 2.5, 2],
        [6, 7, 4, 5],
    ]
    assert hac(X, "complete")[:, 2].tolist() == [1, 2.5, 3, 9.5]
    assert hac(X, "average")[:, 2].tolist() == pytest.approx([1, 2.5, 2.5, 41.5 / 6])


@settings(max_examples=15)
@given(seed=st.integers(0, 100), kind=st.sampled_from(LINKAGES), part=st.floats(0, 1.2))
def test_cuts_are_scipy_s(seed, kind, part):
    X = points(seed)
    tree = hac(X, kind)
    height = part * tree[-1, 2].item()
    theirs = torch.from_numpy(fcluster(tree.numpy(), height, "distance")).long()
    assert adjusted_rand(cut(tree, height), theirs) == 1
    assert len(cut(tree, height).unique()) == len(theirs.unique())


def test_a_cut_at_a_join_s_own_height_still_joins_it():
    tree = hac(torch.tensor([[0.0], [1.0], [3.0]]), "single")
    assert cut(tree, 0.99).tolist() == [0, 1, 2]
    assert cut(tree, 1.0).tolist() == [0, 0, 1]
    assert cut(tree, 2.0).tolist() == [0, 0, 0]
    assert cut(tree, -math.inf).tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", LINKAGES)
@pytest.mark.parametrize("count", [1, 2, 7, 24, 25])
def test_a_cut_into_so_many_has_so_many(kind, count):
    labels = cut_into(hac(points(), kind), count)
    assert len(labels) == 25
    assert labels.unique().tolist() == list(range(count))


def test_a_cut_into_parts_leaves_the_tree_as_it_is():
    tree = hac(points(), "average")
    before = tree.clone()
    cut_into(tree, 3)
    assert torch.equal(tree, before)


def test_identical_points_join_at_nothing_and_still_part_into_two():
    tree = hac(torch.zeros(4, 2), "average")
    assert tree[:, 2].tolist() == [0, 0, 0]
    assert len(cut_into(tree, 2).unique()) == 2


def test_rejects_bad_input():
    X = points(n=5)
    said = "^linkage is ward: choose one of single, complete, average$"
    asked = {"good": LINKAGES, "bad": ["ward"]}
    refuses(lambda kind: hac(X, kind), said, **asked)
    d = torch.ones(3)
    refuses(lambda kind: joined_distance(d, d, 1, 1, kind), said, **asked)
    refuses(lambda X: hac(X, "single"), "^X has NaN", good=[X], bad=spoilt(X, math.nan))
    refuses(
        lambda n: hac(X[:n], "single"),
        "^X has one example: give 2 or more$",
        good=[2],
        bad=[1],
    )
    tree = hac(X, "single")
    refuses(
        lambda n: cut_into(tree, n),
        "^count is .*: give 1 to 5, the number of examples$",
        good=[1, 5],
        bad=[0, 6],
    )
    said = "^height is NaN: give a"
    refuses(lambda h: cut(tree, h), said, good=[math.inf], bad=[math.nan])


def test_rejects_distances_that_overflow():
    X = torch.tensor([[0.0], [1e25]], dtype=torch.float32)
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares over"):
        hac(X, "single")
