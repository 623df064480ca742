"""Contractive: the squared slopes of a code, against autograd and small changes."""

import math

import pytest
import torch

from ml2020.autoencoder import (
    contraction,
    contractive_loss,
    drawn_autoencoder,
    squared_error,
)
from tests.refusals import refuses


def rows(n=7, d=4):
    dice = torch.Generator().manual_seed(0)
    return torch.randn(n, d, generator=dice, dtype=torch.float32)


def test_the_squared_slopes_are_those_of_autograd_one_by_one():
    model, x = drawn_autoencoder(1, [4, 6, 2]), rows()
    slow = 0.0
    for row in x:
        J = torch.autograd.functional.jacobian(model.E, row[None])
        assert J.numel() == 8
        slow += J.square().sum().item()
    assert contraction(model.E, x).item() == pytest.approx(slow / 7, rel=1e-5)


def test_of_a_matrix_it_is_the_sum_of_its_squares():
    A = rows(3, 4)
    met = contraction(lambda x: x @ A.T, rows())
    torch.testing.assert_close(met, A.square().sum())


@pytest.mark.equation("eq-autoencoder-contractive")
def test_the_loss_is_what_is_missed_and_the_price_with_slopes():
    model, x = drawn_autoencoder(1, [4, 6, 2]), rows()
    eps, dice = 1e-3, torch.Generator().manual_seed(1)
    e = torch.randn(4000, 4, generator=dice)
    moved = torch.stack(
        [
            ((model.E(r + eps * e) - model.E(r[None])) / eps).square().sum(1).mean()
            for r in x
        ]
    ).mean()  # of small changes with covariance 1, as a mean
    met = contractive_loss(model, x, 0.5)
    wanted = squared_error(x, model(x)) + 0.5 * moved
    torch.testing.assert_close(met, wanted, rtol=0.03, atol=0)
    met.backward()
    assert model.E[0].weight.grad.abs().sum() > 0
    torch.testing.assert_close(
        contractive_loss(model, x, 0.0), squared_error(x, model(x))
    )


def test_refusals():
    model = drawn_autoencoder(1, [4, 2])
    refuses(
        lambda lam: contractive_loss(model, rows(), lam),
        "^lam is .*: give 0 or more$",
        good=[0.0],
        bad=[-1.0, math.nan, math.inf],
    )
