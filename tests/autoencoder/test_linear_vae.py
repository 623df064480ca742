"""Linear VAE: the bound is tight at the true posterior, and lower by the divergence."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from ml2020.autoencoder import log_evidence, lower_bound, posterior
from tests.refusals import only_positive, refuses


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float64)


W, TAU, X = drawn(5, 2), 0.7, drawn(9, 5, seed=1)


def test_the_evidence_is_that_of_a_normal():
    S = W @ W.T + TAU**2 * torch.eye(5, dtype=torch.float64)
    theirs = MultivariateNormal(torch.zeros(5).double(), S).log_prob(X)
    torch.testing.assert_close(log_evidence(X, W, TAU), theirs)


@pytest.mark.equation("eq-autoencoder-bound")
def test_evidence_is_bound_plus_divergence_from_the_posterior():
    means, V = posterior(X, W, TAU)
    torch.testing.assert_close(
        lower_bound(X, W, TAU, means, V), log_evidence(X, W, TAU), rtol=1e-12, atol=0
    )
    A = drawn(2, 2, seed=3)
    m, U = means + drawn(9, 2, seed=4), A @ A.T + torch.eye(2).double()
    kl = kl_divergence(MultivariateNormal(m, U), MultivariateNormal(means, V))
    assert (kl > 0).all()
    gap = log_evidence(X, W, TAU) - lower_bound(X, W, TAU, m, U)
    torch.testing.assert_close(gap, kl)


def test_the_posterior_is_that_of_the_joint_normal():
    means, V = posterior(X, W, TAU)
    S = W @ W.T + TAU**2 * torch.eye(5, dtype=torch.float64)
    torch.testing.assert_close(means, X @ torch.linalg.inv(S) @ W)
    torch.testing.assert_close(V, torch.eye(2).double() - W.T @ torch.linalg.inv(S) @ W)


@pytest.mark.equation("eq-autoencoder-collapse")
@pytest.mark.parametrize(("variance", "left"), [(0.3, False), (0.6, True)])
def test_a_number_survives_where_its_variance_is_above_that_of_the_dots(variance, left):
    tau = 0.5**0.5
    x = math.sqrt(variance) * torch.tensor([[1.0], [-1.0]], dtype=torch.float64)
    fits = []
    grid = torch.linspace(0, 1, 201, dtype=torch.float64)
    for w in grid:
        line = w.reshape(1, 1)
        fits.append(lower_bound(x, line, tau, *posterior(x, line, tau)).mean())
    best = grid[torch.stack(fits).argmax()].item()
    wanted = math.sqrt(variance - 0.5) if left else 0
    assert best == pytest.approx(wanted, abs=0.006)


def test_refusals():
    means, V = posterior(X, W, TAU)
    tiny = 1e-3
    only_positive(lambda t: log_evidence(X, W, max(t, tiny) if t > 0 else t), "tau")
    only_positive(lambda t: posterior(X, W, max(t, tiny) if t > 0 else t), "tau")
    only_positive(
        lambda t: lower_bound(X, W, max(t, tiny) if t > 0 else t, means, V), "tau"
    )
    flat = torch.diag(torch.tensor([1.0, 0.0], dtype=torch.float64))
    refuses(
        lambda V: lower_bound(X, W, TAU, means, V),
        "^V is no covariance: give a positive definite matrix$",
        good=[V],
        bad=[-V, flat],
    )
