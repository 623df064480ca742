"""Distances and outlier factors are scikit-learn's."""

import math

import numpy as np
import pytest
import torch
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from ml2020.anomaly import kth_distance, local_outlier_factor
from tests.refusals import refuses


def drawn(n, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, 3, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-anomaly-knn")
def test_the_kth_distance_is_scikit_learn_s():
    train, X = drawn(50), 2 * drawn(2500, 1)
    for k in (1, 7, 50):
        far, _ = (
            NearestNeighbors(n_neighbors=k).fit(train.numpy()).kneighbors(X.numpy())
        )
        np.testing.assert_allclose(kth_distance(X, train, k), far[:, -1])


@pytest.mark.equation("eq-anomaly-lof")
def test_the_local_outlier_factor_is_scikit_learn_s():
    train, X = drawn(60), 2 * drawn(20, 1)
    for k in (1, 5, 20):
        theirs = LocalOutlierFactor(k, novelty=True).fit(train.numpy())
        expected = -theirs.score_samples(X.numpy())
        np.testing.assert_allclose(local_outlier_factor(X, train, k), expected, 1e-6)


def test_far_from_the_origin_distances_are_as_near_it():
    crowd = torch.arange(60, dtype=torch.float32)[:, None] / 16
    far = crowd + 4096
    torch.testing.assert_close(
        kth_distance(far, far, 3), kth_distance(crowd, crowd, 3), rtol=0, atol=0
    )


def test_a_crowd_has_factor_1_at_any_density():
    line = torch.arange(20, dtype=torch.float64)[:, None]
    for width in (0.1, 10.0):
        inside = local_outlier_factor(width * (line[8:10] + 0.5), width * line, 2)
        torch.testing.assert_close(inside, torch.ones(2).double())


def test_rejects():
    train, X = drawn(6), drawn(2, 1)
    said = "^k is .*: give 1 to {}, as many as there are$"
    refuses(
        lambda k: kth_distance(X, train, k), said.format(6), good=[1, 6], bad=[0, 7]
    )
    refuses(
        lambda k: local_outlier_factor(X, train, k),
        said.format(5),
        good=[1, 5],
        bad=[0, 6],
    )
    with pytest.raises(ValueError, match=r"^X has NaN"):
        kth_distance(X * math.nan, train, 1)
    with pytest.raises(ValueError, match=r"^train has NaN"):
        kth_distance(X, train * math.nan, 1)
    copies = train.clone()
    copies[:3] = copies[0]
    with pytest.raises(
        ValueError, match=r"^train has more than k equal examples: drop"
    ):
        local_outlier_factor(X, copies, 2)
    assert local_outlier_factor(X, copies, 3).isfinite().all()
