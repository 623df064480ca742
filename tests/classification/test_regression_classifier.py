"""A regression on labels is fitted to the wrong question, and can be caught at it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, LogisticRegression

from ml2020.classification import (
    accuracy,
    fit_generative,
    linear_boundary,
    regression_boundary,
)


def dice(seed):
    return torch.Generator().manual_seed(seed)


def examples(seed=0, n=60, every=3):
    X = torch.randn(n, 2, generator=dice(seed), dtype=torch.float64)
    y = (torch.arange(n) % every == 0).long()
    X[:, 0] += torch.where(y == 1, 1.5, -1.5)
    return X, y


def shared_boundary(X, y):
    m = fit_generative(X, y, shared=True)
    return linear_boundary(*m.mean, m.covariance[0], *m.prior.tolist())


def cosine(w, v):
    return (w @ v / w.norm() / v.norm()).item()


@pytest.mark.equation("eq-classification-targets")
@given(seed=st.integers(0, 2**31))
def test_no_other_line_has_smaller_squared_errors_from_plus_and_minus_1(device, seed):
    X, y = (part.to(device) for part in examples(seed))
    w, b = (part.requires_grad_() for part in regression_boundary(X, y))
    targets = torch.where(y == 1, 1.0, -1.0).to(X)
    ((X @ w + b - targets) ** 2).sum().backward()
    assert w.grad.abs().max() < 1e-9
    assert b.grad.abs() < 1e-9


def test_it_is_the_linear_regression_of_scikit_learn():
    X, y = examples()
    theirs = LinearRegression().fit(X.numpy(), 2 * y.numpy() - 1)
    w, b = regression_boundary(X, y)
    torch.testing.assert_close(w, torch.from_numpy(theirs.coef_))
    assert b.item() == pytest.approx(theirs.intercept_)


@pytest.mark.equation("eq-classification-same-direction")
@given(seed=st.integers(0, 2**31), every=st.integers(2, 6))
def test_it_points_where_the_shared_gaussian_points(seed, every):
    X, y = examples(seed, every=every)
    w, _ = regression_boundary(X, y)
    v, _ = shared_boundary(X, y)
    d = X[y == 1].mean(dim=0) - X[y == 0].mean(dim=0)
    n1, n2 = (y == 1).sum().item(), (y == 0).sum().item()
    p = n1 * n2 / (n1 + n2) ** 2
    torch.testing.assert_close(w, 2 * p / (1 + p * (d @ v)) * v)


@given(seed=st.integers(0, 2**31))
def test_with_equal_counts_both_have_one_boundary(seed):
    X, y = examples(seed, every=2)
    (w, b), (v, c) = regression_boundary(X, y), shared_boundary(X, y)
    torch.testing.assert_close(w * c, v * b)


def test_points_that_are_too_correct_turn_it_and_not_the_logistic_one():
    X, y = examples(n=200, every=2)
    far = torch.tensor([8.0, -8.0]) + torch.randn(20, 2, generator=dice(9))
    X2 = torch.cat([X, far.double()])
    y2 = torch.cat([y, torch.ones(20, dtype=torch.long)])

    def logistic(X, y):
        found = LogisticRegression(C=1e6).fit(X.numpy(), y.numpy())
        return torch.from_numpy(found.coef_[0])

    before, after = (regression_boundary(*pair) for pair in ((X, y), (X2, y2)))
    assert cosine(before[0], after[0]) < 0.95
    assert cosine(logistic(X, y), logistic(X2, y2)) > 0.9999
    right = [accuracy(X @ w + b, y) for w, b in (before, after)]
    assert right[1] < right[0]


def test_the_arguments_are_left_alone():
    X, y = examples()
    before = X.clone(), y.clone()
    regression_boundary(X, y)
    assert torch.equal(X, before[0])
    assert torch.equal(y, before[1])


def test_rejects_data_that_cannot_be_fitted():
    X, y = examples()
    with pytest.raises(ValueError, match=r"^y has no label 1: give both classes"):
        regression_boundary(X, torch.zeros_like(y))
    with pytest.raises(ValueError, match=r"^y has labels other than 0 and 1"):
        regression_boundary(X, 2 * y - 1)
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        regression_boundary(X[:0], y[:0])
    bad = torch.full((2, 2), float("nan"), dtype=torch.float64)
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        regression_boundary(bad, y[:2])


def test_a_redundant_feature_changes_no_answer_and_the_shortest_is_returned():
    X, y = examples()
    w, b = regression_boundary(X, y)
    twice = torch.cat([X, X[:, :1]], dim=1)
    v, c = regression_boundary(twice, y)
    torch.testing.assert_close(twice @ v + c, X @ w + b)
    torch.testing.assert_close(v[0], v[-1])  # shared evenly: the least squares of w


def test_a_nearly_redundant_feature_gets_large_weights_that_nearly_cancel():
    X, y = examples()
    noise = 1e-8 * torch.randn(len(X), 1, generator=dice(1), dtype=torch.float64)
    w, _ = regression_boundary(X, y)
    v, c = regression_boundary(torch.cat([X, X[:, :1] + noise], dim=1), y)
    assert v[0].abs() > 1e4
    assert (v[0] + v[2] - w[0]).abs() < 0.2
    assert (torch.cat([X, X[:, :1] + noise], dim=1) @ v + c).abs().max() < 3
