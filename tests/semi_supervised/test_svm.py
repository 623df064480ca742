"""The machine is sklearn's LinearSVC with squared hinges."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import LinearSVC

from ml2020.semi_supervised import fit_svm, svm_objective
from tests.refusals import refuses, spoilt


def points(seed=0, n=30):
    dice = torch.Generator().manual_seed(seed)
    y = 2.0 * (torch.arange(n) % 2).double() - 1
    X = torch.randn(n, 3, generator=dice, dtype=torch.float64)
    X[:, 0] += y
    X[:, 2] = 1
    cost = 3 * torch.rand(n, generator=dice, dtype=torch.float64)
    return X, y, cost


@settings(max_examples=8)
@given(seed=st.integers(0, 100))
def test_it_is_sklearn_s(seed):
    X, y, cost = points(seed)
    theirs = LinearSVC(C=1.0, fit_intercept=False, dual=False, tol=1e-10)
    theirs.fit(X.numpy(), y.numpy(), sample_weight=cost.numpy())
    w = fit_svm(X, y, cost)
    torch.testing.assert_close(
        w, torch.from_numpy(theirs.coef_[0]), atol=1e-6, rtol=1e-5
    )


@pytest.mark.equation("eq-semi_supervised-svm")
def test_the_objective_is_the_sum_of_a_loop_and_least_at_w():
    X, y, cost = points()
    w = fit_svm(X, y, cost)
    slow = 0.5 * sum(v**2 for v in w)
    for i in range(30):
        slow += cost[i] * max(0, 1 - y[i] * sum(w * X[i])) ** 2
    assert svm_objective(w, X, y, cost).item() == pytest.approx(slow.item())
    for k in range(3):
        for step in (-1e-3, 1e-3):
            other = w.clone()
            other[k] += step
            assert svm_objective(other, X, y, cost) > svm_objective(w, X, y, cost)


def test_the_first_w_does_not_matter():
    X, y, cost = points()
    far = torch.tensor([5.0, -7.0, 3.0], dtype=torch.float64)
    torch.testing.assert_close(fit_svm(X, y, cost, far), fit_svm(X, y, cost))


def test_rejects_sides_and_costs_that_are_none():
    X, y, cost = points()
    refuses(
        lambda y: fit_svm(X, y, cost),
        "^y has numbers other than 1 and -1: recode them$",
        good=[y],
        bad=[(y + 1) / 2, *spoilt(y, math.nan, 0.5)],
    )
    refuses(
        lambda cost: fit_svm(X, y, cost),
        "^cost (is negative|has NaN or infinity): give 0 or more$",
        good=[cost, 0 * cost],
        bad=[-cost, *spoilt(cost, -0.1, math.nan, math.inf)],
    )
    with pytest.raises(ValueError, match=r"^X has NaN"):
        fit_svm(X * math.nan, y, cost)


def test_rejects_costs_beyond_the_digits():
    X = torch.tensor([[1.0, 1.0], [-1.0, -1.0]])
    y = torch.tensor([1.0, -1.0])
    fit_svm(X, y, torch.tensor([10.0, 10.0]))
    for cost in (1e8, 1e38):
        with pytest.raises(ValueError, match=r"^cost is too large for these digits"):
            fit_svm(X, y, torch.tensor([cost, cost]))
    X, y, cost = points()
    with pytest.raises(ValueError, match=r"^cost is too large for these digits"):
        fit_svm(X, y, torch.full_like(cost, 1e308))


def test_rejects_starts_that_are_none():
    X, y, cost = points()
    refuses(
        lambda start: fit_svm(X, y, cost, start),
        "^start has NaN or infinity: start from 0$",
        good=[torch.ones(3).double()],
        bad=[*spoilt(torch.ones(3).double(), math.nan)],
    )


def test_numbers_of_another_type_are_refused():
    X, y = torch.eye(2).double(), torch.tensor([1.0, -1]).double()
    with pytest.raises(ValueError, match=r"^y is torch.float32, X is torch.float64"):
        fit_svm(X, y.float(), torch.ones(2).double())
    with pytest.raises(ValueError, match=r"^cost is torch.float32, X is torch.flo"):
        fit_svm(X, y, torch.ones(2))
