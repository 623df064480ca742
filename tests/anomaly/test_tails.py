"""Squared distances are those of the density, and their tail is chi-squared's."""

import math

import pytest
import torch
from scipy.stats import chi2
from torch.distributions import MultivariateNormal

from ml2020.anomaly import squared_distance, tail
from ml2020.classification import mean_and_covariance
from tests.refusals import refuses


def drawn(n=400):
    X = torch.randn(n, 3, generator=torch.Generator().manual_seed(0)).double()
    return X @ torch.tensor([[2.0, 0, 0], [1, 1, 0], [0, 0.5, 3]]).double() + 4


@pytest.mark.equation("eq-anomaly-distance")
def test_minus_twice_the_log_density_but_a_constant():
    X = drawn()
    mu, Sigma = mean_and_covariance(X)
    log_f = MultivariateNormal(mu, Sigma).log_prob(X)
    constant = 3 * math.log(2 * math.pi) + Sigma.logdet()
    found = squared_distance(X, mu, Sigma)
    torch.testing.assert_close(found, -2 * log_f - constant)
    assert found.mean().item() == pytest.approx(3)  # exactly D in the training set


@pytest.mark.equation("eq-anomaly-faded")
def test_faded_to_the_mean_it_is_nearer_by_the_square():
    X = drawn()
    mu, Sigma = mean_and_covariance(X)
    faded = squared_distance(mu + 0.3 * (X - mu), mu, Sigma)
    torch.testing.assert_close(faded, 0.09 * squared_distance(X, mu, Sigma))


@pytest.mark.equation("eq-anomaly-tail")
def test_the_tail_is_scipy_s():
    d2 = torch.tensor([0.0, 0.5, 3.0, 20.0]).double()
    for D in (1, 2, 9):
        found = tail(d2, D)
        torch.testing.assert_close(found, torch.from_numpy(chi2.sf(d2.numpy(), D)))


def test_rejects_singular_covariances_and_what_is_no_square():
    X = drawn(5)
    with pytest.raises(ValueError, match=r"^covariance is singular: drop a redundant"):
        squared_distance(X, X[0], torch.ones(3, 3).double())
    with pytest.raises(ValueError, match=r"^X has NaN"):
        squared_distance(X * math.nan, X[0], torch.eye(3).double())
    d2 = torch.ones(2)
    refuses(
        lambda value: tail(torch.tensor([1.0, value]), 1),
        "^distance2 is negative or NaN: give squared",
        good=[0.0],
        bad=[-1e-9, math.nan],
    )
    refuses(lambda D: tail(d2, D), "^features is 0: give 1", good=[1], bad=[0])
