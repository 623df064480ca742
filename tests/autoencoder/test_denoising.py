"""Denoising: the loss, and the best line against a search for a better one."""

import math

import pytest
import torch

from ml2020.autoencoder import denoising_loss, drawn_autoencoder, squared_error, wiener
from tests.refusals import only_positive, refuses, spoilt


def rows(n=50, d=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    mix = torch.randn(d, d, generator=dice, dtype=torch.float64)
    return torch.randn(n, d, generator=dice, dtype=torch.float64) @ mix + 3


@pytest.mark.equation("eq-autoencoder-denoising")
def test_it_reads_noise_and_has_to_give_back_what_was_clean():
    model, x = drawn_autoencoder(0, [4, 3]), rows().float()
    met = denoising_loss(model, x, 0.3, generator=torch.Generator().manual_seed(1))
    noise = torch.randn(50, 4, generator=torch.Generator().manual_seed(1))
    slow = (model(x + 0.3 * noise) - x).square().sum(dim=1).mean()
    torch.testing.assert_close(met, slow)
    clean = denoising_loss(model, x, 0.0)
    torch.testing.assert_close(clean, squared_error(x, model(x)))


@pytest.mark.equation("eq-autoencoder-wiener")
def test_the_best_line_is_that_of_ridge_on_endless_noise():
    X, sigma = rows(), 0.7
    mu, W = wiener(X, sigma)
    # least squares where the noise is exact: four times d extra rows of noise alone
    n, d = X.shape
    noise = math.sqrt(n) * sigma * torch.eye(d, dtype=X.dtype)
    A = torch.cat([X - mu, noise])
    B = torch.cat([X - mu, torch.zeros(d, d, dtype=X.dtype)])
    torch.testing.assert_close(W, torch.linalg.lstsq(A, B).solution)
    torch.testing.assert_close(mu, X.mean(dim=0))


def test_no_other_line_is_better_on_drawn_noise():
    X, sigma = rows(n=400), 1.0
    mu, W = wiener(X, sigma)
    dice = torch.Generator().manual_seed(2)
    X = X.repeat(100, 1)
    noisy = X + sigma * torch.randn(X.shape, generator=dice, dtype=X.dtype)
    best = squared_error(X, mu + (noisy - mu) @ W)
    for _ in range(10):
        other = W + 0.1 * torch.randn(W.shape, generator=dice, dtype=X.dtype)
        assert squared_error(X, mu + (noisy - mu) @ other) > best


def test_without_much_noise_it_changes_nothing_and_with_much_it_says_the_mean():
    X = rows()
    _, W = wiener(X, 1e-6)
    torch.testing.assert_close(W, torch.eye(4, dtype=X.dtype), atol=1e-6, rtol=0)
    _, W = wiener(X, 1e6)
    assert W.abs().max() < 1e-9
    _, W = wiener(X[:, :1], 1.0)
    v = X[:, 0].var(correction=0)
    torch.testing.assert_close(W, (v / (v + 1)).reshape(1, 1))


def test_refusals():
    model, x = drawn_autoencoder(0, [4, 3]), rows().float()
    refuses(
        lambda s: denoising_loss(model, x, s),
        "^sigma is .*: give 0 or more$",
        good=[0.0, 1.0],
        bad=[-0.1, math.nan, math.inf],
    )
    only_positive(lambda s: wiener(rows(), max(s, 0) or s), "sigma")
    said = "^X (has NaN|has one example: give two or more)"
    refuses(
        lambda X: wiener(X, 1.0),
        said,
        good=[rows(n=2)],
        bad=[rows(n=1), *spoilt(rows(), math.nan, math.inf)],
    )
