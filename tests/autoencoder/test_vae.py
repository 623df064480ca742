"""VAE: the divergence against torch, the bound, and what overflows."""

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from ml2020.autoencoder import (
    drawn_autoencoder,
    kl_to_normal,
    noisy_code,
    vae_cost,
    vae_loss,
)
from tests.refusals import only_positive, refuses


def codes(n=30, k=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(2, n, k, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-autoencoder-kl")
def test_the_divergence_is_torch_s():
    m, s = codes()
    theirs = kl_divergence(Normal(m, (s / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_to_normal(m, s), theirs, rtol=1e-12, atol=1e-12)


def test_the_price_of_noise_is_least_where_the_variance_is_1():
    s = torch.linspace(-3, 3, 61, dtype=torch.float64)[:, None]
    price = kl_to_normal(torch.zeros_like(s), s)
    assert price.argmin() == 30
    assert price[30] == pytest.approx(0, abs=1e-15)


@pytest.mark.equation("eq-autoencoder-sample")
def test_a_noisy_code_has_the_mean_and_the_variance():
    m, s = codes(1, 3)
    m, s = m.expand(40000, 3), s.expand(40000, 3)
    z = noisy_code(m, s, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(z.mean(0), m[0], atol=0.05, rtol=0)
    torch.testing.assert_close(z.var(0), s[0].exp(), rtol=0.05, atol=0)


def test_slopes_reach_mean_and_log_variance_through_the_noise():
    m, s = (x.clone().requires_grad_() for x in codes())
    dice = torch.Generator().manual_seed
    z = noisy_code(m, s, generator=dice(1))
    z.sum().backward()
    assert torch.equal(m.grad, torch.ones_like(m))
    e = torch.randn(m.shape, generator=dice(1), dtype=m.dtype)
    torch.testing.assert_close(s.grad, (s / 2).exp().detach() * e / 2)


def test_the_loss_is_missed_squares_and_the_price():
    model = drawn_autoencoder(0, [5, 4, 2], read=2)
    x = torch.randn(6, 5, generator=torch.Generator().manual_seed(2))
    dice = torch.Generator().manual_seed
    met = vae_loss(model, x, 0.5, 0.7, generator=dice(1))
    m, s = model.E(x)[:, :2], model.E(x)[:, 2:]
    e = torch.randn(m.shape, generator=dice(1))
    missed = (model.D(m + (s / 2).exp() * e) - x).square().sum(1) / 0.5
    price = (s.exp() + m**2 - 1 - s).sum(1) / 2
    torch.testing.assert_close(met, (missed + 0.7 * price).mean())
    cost = vae_cost(0.5, 0.7, generator=dice(1))
    torch.testing.assert_close(cost(model, x), met)
    usual = vae_loss(model, x, 0.5, generator=dice(1))
    torch.testing.assert_close(usual, (missed + price).mean())


def test_with_beta_1_it_is_the_bound_of_a_drawn_code():
    model = drawn_autoencoder(0, [5, 4, 2], read=2).double()
    x = torch.randn(1, 5, generator=torch.Generator().manual_seed(2)).double()
    m, s = model.E(x).chunk(2, dim=1)
    q, tau, draws = Normal(m, (s / 2).exp()), 0.5, 4000
    z = (
        m
        + (s / 2).exp()
        * torch.randn(draws, 2, generator=torch.Generator().manual_seed(3)).double()
    )
    bound = (
        Normal(model.D(z), tau).log_prob(x).sum(1)
        + Normal(0.0, 1.0).log_prob(z).sum(1)
        - q.log_prob(z).sum(1)
    ).mean()
    constant = 5 * math.log(2 * math.pi * tau**2) / 2
    dice = torch.Generator().manual_seed(4)
    met = torch.stack([vae_loss(model, x, tau, generator=dice) for _ in range(2000)])
    assert -bound.item() - constant == pytest.approx(met.mean().item(), rel=0.03)


def test_refusals():
    m, s = codes()
    worst = torch.full_like(s, 710.0)
    said = "^s has a log-variance whose variance overflows, above .*: lower the rate"
    bad = [worst, s * math.nan, torch.where(s == s[0, 0], 1000.0, s)]
    refuses(lambda s: noisy_code(m, s), said, good=[s, worst - 1, -worst], bad=bad)
    refuses(lambda s: kl_to_normal(m, s), said, good=[s, worst - 1], bad=bad)
    model = drawn_autoencoder(0, [5, 2], read=2)
    x = torch.ones(3, 5)
    only_positive(
        lambda tau: vae_loss(model, x, max(tau, 1e-9) if tau > 0 else tau), "tau"
    )
    refuses(
        lambda b: vae_loss(model, x, 1.0, b),
        "^beta is .*: give 0 or more$",
        good=[0.0],
        bad=[-1.0, math.nan],
    )
