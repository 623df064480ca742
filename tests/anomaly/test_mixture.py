"""EM climbs, ends where scikit-learn's does, and refuses what has no covariance."""

import math

import numpy as np
import pytest
import torch
from sklearn.mixture import GaussianMixture

from ml2020.anomaly import gaussian_mixture, own_model
from ml2020.anomaly.mixture import spread_start
from ml2020.classification import mean_and_covariance
from ml2020.semi_supervised import log_joint
from tests.refusals import refuses


def two_lumps(n=200):
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(n, 2, generator=dice, dtype=torch.float64)
    X[: n // 2] = X[: n // 2] * torch.tensor([0.5, 1.5]).double() + 4
    return X


def start(X, count=2):
    return spread_start(X, count, generator=torch.Generator().manual_seed(1))


@pytest.mark.equation("eq-anomaly-em")
def test_ends_where_scikit_learn_does_from_the_same_start():
    X = two_lumps()
    first = start(X)
    found = gaussian_mixture(X, first, 60)
    theirs = GaussianMixture(
        2,
        tol=0,
        reg_covar=0,
        max_iter=60,
        weights_init=first.prior.numpy(),
        means_init=first.mean.numpy(),
        precisions_init=np.linalg.inv(first.covariance.numpy()),
    )
    with pytest.warns(UserWarning, match=r"converge"):
        theirs.fit(X.numpy())
    np.testing.assert_allclose(found.model.mean, theirs.means_, atol=1e-6)
    np.testing.assert_allclose(found.model.covariance, theirs.covariances_, atol=1e-6)
    np.testing.assert_allclose(found.model.prior, theirs.weights_, atol=1e-6)
    ours = log_joint(X, found.model).logsumexp(dim=1)
    np.testing.assert_allclose(ours, theirs.score_samples(X.numpy()), atol=1e-6)


def test_the_likelihood_never_falls_and_is_of_all():
    X = two_lumps()
    found = gaussian_mixture(X, start(X, 3), 30)
    assert len(found.log_likelihood) == 31
    assert (found.log_likelihood.diff() > -1e-9).all()
    assert found.log_likelihood[-1] > found.log_likelihood[0] + 50
    last = log_joint(X, found.model).logsumexp(dim=1).sum()
    torch.testing.assert_close(found.log_likelihood[-1], last)


@pytest.mark.equation("eq-anomaly-mle")
def test_one_gaussian_has_mean_and_covariance_of_all_at_once():
    X = two_lumps()
    found = gaussian_mixture(X, start(X, 1), 1).model
    mu, Sigma = mean_and_covariance(X)
    torch.testing.assert_close(found.mean[0], mu)
    torch.testing.assert_close(found.covariance[0], Sigma)


def test_the_m_step_by_a_loop_with_a_ridge():
    X = two_lumps(6)
    share = torch.rand(6, 2, generator=torch.Generator().manual_seed(2)).double()
    found = own_model(X, share, 0.1)
    for k in range(2):
        N = sum(share[i, k] for i in range(6))
        mu = sum(share[i, k] * X[i] for i in range(6)) / N
        Sigma = sum(share[i, k] * torch.outer(X[i] - mu, X[i] - mu) for i in range(6))
        torch.testing.assert_close(found.mean[k], mu)
        torch.testing.assert_close(
            found.covariance[k], Sigma / N + 0.1 * torch.eye(2).double()
        )
        torch.testing.assert_close(found.prior[k], N / share.sum())


def test_no_round_leaves_the_start():
    X = two_lumps()
    found = gaussian_mixture(X, start(X), 0)
    assert torch.equal(found.model.mean, start(X).mean)
    assert found.log_likelihood.shape == (1,)


def test_a_start_stands_on_examples():
    X = two_lumps()
    first = start(X, 5)
    assert all((X == mean).all(dim=1).any() for mean in first.mean)
    assert first.prior.tolist() == [0.2] * 5
    torch.testing.assert_close(first.covariance[4], mean_and_covariance(X)[1])
    assert len({tuple(mean.tolist()) for mean in first.mean}) == 5


def test_rejects():
    X = two_lumps(8)
    line = X[:, :1].expand(-1, 2)
    with pytest.raises(ValueError, match=r"^covariance is singular"):
        gaussian_mixture(line, start(line), 3)
    share = torch.ones(8, 2).double()
    refuses(
        lambda r: own_model(X, share, r),
        "^ridge is .*: give 0 or more",
        good=[0.0],
        bad=[-1e-9, math.nan],
    )
    refuses(
        lambda n: gaussian_mixture(X, start(X), n),
        "^rounds is -1: give 0",
        good=[0],
        bad=[-1],
    )
    with pytest.raises(ValueError, match=r"^share leaves a class without example"):
        own_model(X, share * torch.tensor([1.0, 0.0]).double())
    with pytest.raises(ValueError, match=r"^X has NaN"):
        own_model(X * math.nan, share)
    with pytest.raises(
        ValueError, match=r"^share is torch.float32, X is torch.float64"
    ):
        own_model(X, share.float())
    refuses(
        lambda n: spread_start(X, n),
        "^count is .*: give 1 to 8, as many as examples$",
        good=[1, 8],
        bad=[0, 9],
    )
