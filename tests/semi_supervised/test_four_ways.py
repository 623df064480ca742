"""Each way is what its parts make of it, and asks no label of the unlabelled."""

import pytest
import torch

from ml2020.classification import with_ones
from ml2020.semi_supervised import (
    QUESTIONS,
    WAYS,
    em,
    few_labels,
    fit_svm,
    harmonic,
    log_joint,
    main_directions,
    rbf_weights,
    rough_start,
    transductive_svm,
)


def task(name, seed=0):
    dice = torch.Generator().manual_seed(seed)
    points = QUESTIONS[name](100, generator=dice)
    few = few_labels(points.along, 2, generator=dice)
    rest = torch.ones(100, dtype=torch.bool).index_fill(0, few, False)
    return points.X[few], points.along[few], points.X[rest], points.along[rest]


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("unlabelled", [True, False])
def test_it_is_better_than_chance_where_its_assumption_holds(name, unlabelled):
    right = []
    for seed in range(5):
        X, y, U, hidden = task(name, seed)
        said = WAYS[name](X, y, U, unlabelled)
        assert said.shape == hidden.shape
        right.append((said == hidden).double().mean())
    assert sum(right) / 5 > 0.75


def test_the_rough_start_is_told_means_and_everybody_s_covariance():
    X, y, U, _ = task("generative")
    everything = torch.cat([X, U])
    start = rough_start(X, y, everything)
    for k in (0, 1):
        torch.testing.assert_close(start.mean[k], X[y == k].mean(dim=0))
        torch.testing.assert_close(start.covariance[k], everything.T.cov(correction=0))
    assert start.prior.tolist() == [0.5, 0.5]


def test_each_way_is_its_parts():
    X, y, U, _ = task("generative")
    start = rough_start(X, y, torch.cat([X, U]))
    found = em(X, y, U, start, 25).model
    for unlabelled, model in ((False, start), (True, found)):
        said = WAYS["generative"](X, y, U, unlabelled)
        assert torch.equal(said, log_joint(U, model).argmax(dim=1))
    X, y, U, _ = task("gap")
    sides, ones = 2.0 * y.double() - 1, torch.ones(4).double()
    w, _ = transductive_svm(with_ones(X), sides, with_ones(U), (1.0, 0.1), 48, 96)
    assert torch.equal(WAYS["gap"](X, y, U, True), (with_ones(U) @ w > 0).long())
    w = fit_svm(with_ones(X), sides, ones)
    assert torch.equal(WAYS["gap"](X, y, U, False), (with_ones(U) @ w > 0).long())
    X, y, U, _ = task("smooth")
    said = harmonic(rbf_weights(torch.cat([X, U]), 50.0), torch.arange(4), y, 2)[4:]
    assert torch.equal(WAYS["smooth"](X, y, U, True), said.argmax(dim=1))
    nearest = [int(y[(u - X).norm(dim=1).argmin()]) for u in U]
    assert WAYS["smooth"](X, y, U, False).tolist() == nearest
    X, y, U, _ = task("directions")
    V = main_directions(torch.cat([X, U]), 1)
    for unlabelled, W in ((True, V), (False, torch.eye(20).double())):
        w = fit_svm(with_ones(X @ W), sides, ones)
        said = (with_ones(U @ W) @ w > 0).long()
        assert torch.equal(WAYS["directions"](X, y, U, unlabelled), said)
