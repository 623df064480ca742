"""Clusters: Lloyd's means equal scikit-learn's; the slope of a table is a sum."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from ml2020.compression import k_means, table_slope
from ml2020.compression.clusters import evenly, means, nearest
from tests.refusals import refuses, spoilt


def weights(n=200, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-compression-small-means")
@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_it_is_scikit_learns(k):
    w = weights()
    start = np.linspace(w.min().item(), w.max().item(), k)[:, None]
    theirs = KMeans(k, init=start, n_init=1, max_iter=300, tol=0).fit(
        w[:, None].numpy()
    )
    found = k_means(w, k)
    assert found.ids.tolist() == theirs.labels_.tolist()
    np.testing.assert_allclose(found.table, theirs.cluster_centers_[:, 0])


def test_by_hand():
    found = k_means(torch.tensor([[0.0, 1.0], [1.2, 4.0]]), 2)
    assert found.ids.tolist() == [[0, 0], [0, 1]]
    torch.testing.assert_close(found.table, torch.tensor([2.2 / 3, 4.0]))
    assert found.values.shape == (2, 2)


def test_a_cluster_without_weights_stays_where_it_was():
    found = k_means(torch.tensor([0.0, 0.0, 1.0]), 3)
    assert found.table.tolist() == [0, 0.5, 1]
    assert found.ids.tolist() == [0, 0, 2]


@settings(max_examples=40)
@given(st.integers(1, 20), st.integers(0, 50))
def test_each_weight_is_at_the_nearest_value_and_each_value_the_mean(k, seed):
    w = weights(40, seed)
    ids, table = k_means(w, k)
    apart = (w[:, None] - table).abs()
    torch.testing.assert_close(apart.gather(1, ids[:, None])[:, 0], apart.amin(dim=1))
    for j in range(k):
        if (ids == j).any():
            torch.testing.assert_close(table[j], w[ids == j].mean())


def test_more_clusters_than_values_lose_nothing():
    w = torch.tensor([1.0, 2.0, 3.0, 4.0])
    assert torch.equal(k_means(w, 16).values, w)


def test_one_cluster_is_the_mean():
    w = weights()
    torch.testing.assert_close(k_means(w, 1).table, w.mean()[None])
    assert evenly(w, 1).item() == pytest.approx((w.min() + w.max()).item() / 2)


def test_rounds_are_counted():
    w = weights()
    table = evenly(w, 4)
    once = means(w, nearest(w, table), table)
    torch.testing.assert_close(k_means(w, 4, 1).table, once)
    assert not torch.equal(k_means(w, 4).table, once)


def test_float32_stays_float32_and_the_weights_stay_as_they_are():
    w = weights().float().requires_grad_()
    before = w.detach().clone()
    found = k_means(w, 4)
    assert found.table.dtype == torch.float32
    assert not found.table.requires_grad
    assert torch.equal(w.detach(), before)


@pytest.mark.equation("eq-compression-small-table")
def test_the_slope_of_a_value_is_the_sum_of_those_of_its_weights():
    ids, table = k_means(weights(30).view(5, 6), 4)
    table.requires_grad_()
    loss = (table[ids].sin() * torch.arange(30.0).view(5, 6)).sum()
    (theirs,) = torch.autograd.grad(loss, table)
    slope = table[ids].detach().cos() * torch.arange(30.0).view(5, 6)
    torch.testing.assert_close(table_slope(slope, ids, 4), theirs)


def test_refusals():
    w, said = weights(), "^w "
    refuses(lambda w: k_means(w, 3), said, good=[w], bad=spoilt(w, math.nan, math.inf))
    refuses(lambda w: k_means(w, 3), said, good=[w[:1]], bad=[w[:0]])
    refuses(lambda k: k_means(w, k), "^k is .*: give 1 or more$", good=[1], bad=[0, -1])
    wide = [torch.tensor([-3e38, 3e38])]
    refuses(lambda w: k_means(w, 2), "^w has a range", good=[w], bad=wide)
    refuses(lambda n: k_means(w, 2, n), "^rounds is", good=[1], bad=[0])
    ids = torch.tensor([0, 2])
    slope = torch.ones(2)
    refuses(lambda k: table_slope(slope, ids, k), "^ids are", good=[3], bad=[2])
    refuses(
        lambda i: table_slope(slope, i, 3),
        "^ids are",
        good=[ids],
        bad=[ids - 1, ids + 1],
    )


def test_no_value_has_no_slope():
    none = torch.zeros(0)
    refuses(lambda k: table_slope(none, none.long(), k), "^k is", good=[1], bad=[0])
