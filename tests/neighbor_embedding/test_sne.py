"""Slopes are those of autograd."""

import math

import pytest
import torch

from ml2020.neighbor_embedding import (
    divergence,
    joint,
    neighbour_shares,
    sne_shares,
    sne_slope,
    symmetric_shares,
    symmetric_slope,
)


def some(n=12, seed=1):
    dice = torch.Generator().manual_seed(seed)
    P = neighbour_shares(torch.randn(n, 5, generator=dice).double(), 4.0)
    return P, torch.randn(n, 2, generator=dice).double().requires_grad_()


def auto(P, Z, shares):
    return torch.autograd.grad(divergence(P, shares(Z)), Z)[0]


@pytest.mark.equation("eq-neighbor_embedding-sne")
def test_divergence_is_a_slow_sum():
    P, Z = some()
    Q = sne_shares(Z.detach())
    slow = sum(
        P[i, j] * math.log(P[i, j] / Q[i, j])
        for i in range(12)
        for j in range(12)
        if i != j
    )
    assert divergence(P, Q).item() == pytest.approx(slow.item())
    assert divergence(P, P).item() == 0
    assert divergence(P, Q) > 0


def test_conditional_slope_is_that_of_autograd():
    P, Z = some()
    assert torch.allclose(sne_slope(P, Z.detach()), auto(P, Z, sne_shares))


def test_symmetric_slope_is_that_of_autograd():
    P, Z = some()
    P = joint(P)
    assert torch.allclose(symmetric_slope(P, Z.detach()), auto(P, Z, symmetric_shares))


def test_shares_on_the_map_are_gaussian():
    Z = torch.tensor([[0.0], [1.0], [3.0]], dtype=torch.float64)
    Q = sne_shares(Z)
    assert Q[0, 1].item() == pytest.approx(math.exp(-1) / (math.exp(-1) + math.exp(-9)))
    assert torch.allclose(Q.sum(dim=1), torch.ones(3).double())
    Q = symmetric_shares(Z)
    total = 2 * (math.exp(-1) + math.exp(-4) + math.exp(-9))
    assert Q[1, 2].item() == pytest.approx(math.exp(-4) / total)
    assert Q.sum().item() == pytest.approx(1)
    assert (Q.diagonal() == 0).all()
