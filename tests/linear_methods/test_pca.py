"""Variance, reconstruction and singular values give one and the same."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import decomposition

from ml2020.data.digits import digits
from ml2020.linear_methods import codes, covariance, decoded, lost, pca, pca_by_svd
from ml2020.linear_methods.pca import signed
from tests.refusals import refuses, spoilt


def table(seed=0, n=40, features=5):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(n, features, generator=dice, dtype=torch.float64)
    return X @ torch.diag(torch.arange(1.0, features + 1).double()) + 3


@pytest.mark.equation("eq-linear_methods-covariance")
def test_the_covariance_is_numpy_s():
    X = table()
    theirs = torch.from_numpy(__import__("numpy").cov(X.T.numpy(), bias=True))
    torch.testing.assert_close(covariance(X), theirs)


@pytest.mark.equation("eq-linear_methods-eigen")
@settings(max_examples=20)
@given(seed=st.integers(0, 100))
def test_each_direction_is_an_eigenvector_and_they_are_orthonormal(seed):
    X = table(seed)
    m, S = pca(X, 5), covariance(X)
    torch.testing.assert_close(m.W @ S, m.variances[:, None] * m.W)
    torch.testing.assert_close(m.W @ m.W.T, torch.eye(5).double())
    assert (m.variances.diff() <= 0).all()


@pytest.mark.equation("eq-linear_methods-variance")
def test_no_other_direction_has_a_larger_variance():
    X = table()
    m = pca(X, 2)
    dice = torch.Generator().manual_seed(1)
    w = torch.randn(2000, 5, generator=dice, dtype=torch.float64)
    w = w / w.norm(dim=1, keepdim=True)
    assert (X @ w.T).var(dim=0, correction=0).max() < m.variances[0]
    w = w - (w @ m.W[0])[:, None] * m.W[0]  # orthogonal to the first
    w = w / w.norm(dim=1, keepdim=True)
    assert (X @ w.T).var(dim=0, correction=0).max() < m.variances[1]
    along = (X @ m.W.T).var(dim=0, correction=0)
    torch.testing.assert_close(along, m.variances[:2])


@pytest.mark.equation("eq-linear_methods-decorrelated")
def test_codes_are_decorrelated():
    X = digits().images.flatten(1).double()
    Z = codes(X, pca(X, 10))
    S = covariance(Z)
    assert (S - torch.diag(S.diag())).abs().max() < 1e-12
    torch.testing.assert_close(Z.mean(dim=0), torch.zeros(10).double())


@pytest.mark.equation("eq-linear_methods-tail")
@settings(max_examples=20)
@given(seed=st.integers(0, 100), count=st.integers(1, 5))
def test_what_is_lost_is_the_tail(seed, count):
    X = table(seed)
    m = pca(X, count)
    tail = len(X) * m.variances[count:].sum()
    torch.testing.assert_close(lost(X, m), tail, atol=1e-9, rtol=1e-9)


@pytest.mark.equation("eq-linear_methods-two-parts")
def test_kept_and_lost_add_up():
    X = table()
    m = pca(X, 2)
    whole = ((X - X.mean(dim=0)) ** 2).sum()
    torch.testing.assert_close((codes(X, m) ** 2).sum() + lost(X, m), whole)


@pytest.mark.equation("eq-linear_methods-svd")
@settings(max_examples=20)
@given(seed=st.integers(0, 100), count=st.integers(1, 5))
def test_singular_values_give_the_same(seed, count):
    X = table(seed)
    for one, two in zip(pca(X, count), pca_by_svd(X, count), strict=True):
        torch.testing.assert_close(one, two)


def test_it_is_sklearn_s():
    X = digits().images.flatten(1).double()
    theirs = decomposition.PCA(10, svd_solver="full").fit(X.numpy())
    m = pca(X, 10)
    ratios = torch.from_numpy(theirs.explained_variance_ratio_)
    torch.testing.assert_close(m.variances[:10] / m.variances.sum(), ratios)
    torch.testing.assert_close(m.W, signed(torch.from_numpy(theirs.components_)))
    back = torch.from_numpy(theirs.inverse_transform(theirs.transform(X.numpy())))
    torch.testing.assert_close(decoded(codes(X, m), m), back)


def test_fewer_examples_than_features():
    X = table(n=4)
    one, two = pca(X, 3), pca_by_svd(X, 3)
    torch.testing.assert_close(one.W, two.W)
    torch.testing.assert_close(one.variances[:4], two.variances, atol=1e-12, rtol=1e-9)
    assert one.variances.min() >= 0
    assert lost(X, two) < 1e-20


def test_a_sign_is_that_of_the_largest():
    W = torch.tensor([[1.0, -2.0], [0.5, 0.1]])
    assert signed(W).tolist() == [[-1, 2], [0.5, torch.tensor(0.1).item()]]


@pytest.mark.parametrize("way", [pca, pca_by_svd])
def test_rejects_directions_that_there_are_not(way):
    X = table(n=4)
    refuses(
        lambda k: way(X, k), "^X spreads in 3 directions: ask", good=[3], bad=[4, 5]
    )
    refuses(lambda k: way(X, k), "^count is 0: give 1 or more$", good=[1], bad=[0])
    with pytest.raises(ValueError, match=r"^X spreads in 0 directions: ask"):
        way(torch.ones(5, 3), 1)
    refuses(
        lambda X: way(X, 1), "^X has NaN or infinity", good=[X], bad=spoilt(X, math.nan)
    )
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares"):
        way(1e200 * X, 1)


def test_rejects_examples_of_another_type():
    X = table()
    m = pca(X, 2)
    with pytest.raises(ValueError, match=r"^X is torch.float32, model.W is"):
        codes(X.float(), m)
    refuses(lambda X: codes(X, m), "^X has NaN", good=[X], bad=spoilt(X, math.inf))
