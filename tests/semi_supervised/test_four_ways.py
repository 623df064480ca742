"""Each way is what its parts make of it, and asks no label of the unlabelled."""

import pytest
import torch

from ml2020.classification import with_ones
from ml2020.semi_supervised import (
    QUESTIONS,
    WAYS,
    class_means,
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
from tests.refusals import refuses


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
    said = WAYS["generative"](X, y, U, True)
    assert torch.equal(said, log_joint(U, found).argmax(dim=1))
    means = [X[y == k].mean(dim=0) for k in (0, 1)]
    nearer = [int((u - means[1]).norm() < (u - means[0]).norm()) for u in U]
    assert WAYS["generative"](X, y, U, False).tolist() == nearer
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


def test_the_rough_start_takes_more_classes_than_two():
    X = torch.tensor([[0.0, 1.0], [2.0, 0.0], [4.0, 0.0], [5.0, 9.0]]).double()
    start = rough_start(X, torch.tensor([0, 2, 2, 1]), X)
    torch.testing.assert_close(start.prior, torch.tensor([0.25, 0.25, 0.5]).double())
    assert start.mean.tolist() == [[0, 1], [5, 9], [3, 0]]


def test_rejects_a_class_without_label():
    X, y, U, _ = task("generative")
    refuses(
        lambda y: rough_start(X, y, torch.cat([X, U])),
        "^y leaves a class without example: give each class a label$",
        good=[y],
        bad=[0 * y, 2 * y],
    )


@pytest.mark.parametrize("y", [[0, 0], [0, 2], [-1, 1]])
def test_means_of_a_class_without_example_are_refused(y):
    with pytest.raises(ValueError, match=r"^y (leaves a class|is negative)"):
        class_means(torch.eye(2), torch.tensor(y))


def test_means_are_those_of_each_class():
    X = torch.tensor([[0.0, 2], [4, 0], [2, 2]])
    means = class_means(X, torch.tensor([0, 1, 0]))
    assert means.tolist() == [[1, 2], [4, 0]]
