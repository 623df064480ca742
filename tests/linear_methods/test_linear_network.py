"""Its slopes are autograd's, and its end is PCA's space."""

import math

import pytest
import torch

from ml2020.linear_methods import (
    descended_network,
    largest_angle,
    lost,
    network_loss,
    network_slopes,
    pca,
)
from tests.refusals import refuses, spoilt


def table():
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(50, 4, generator=dice, dtype=torch.float64)
    X = X @ torch.diag(torch.tensor([1.0, 1, 2, 3]).double())
    return X - X.mean(dim=0)


def start(seed=1, count=2):
    dice = torch.Generator().manual_seed(seed)
    return tuple(
        0.3 * torch.randn(count, 4, generator=dice, dtype=torch.float64) for _ in "AB"
    )


@pytest.mark.equation("eq-linear_methods-network")
def test_the_loss_is_a_loop_over_examples():
    X, (A, B) = table(), start()
    loop = sum(((x - B.T @ (A @ x)) ** 2).sum().item() for x in X) / 50
    assert network_loss(X, A, B).item() == pytest.approx(loop)


def test_slopes_are_autograd_s():
    X, (A, B) = table(), start()
    A.requires_grad_(), B.requires_grad_()
    theirs = torch.autograd.grad(network_loss(X, A, B), (A, B))
    for ours, its in zip(network_slopes(X, A, B), theirs, strict=True):
        torch.testing.assert_close(ours, its)


def test_it_ends_in_the_space_of_pca():
    X = table()
    m = pca(X, 2)
    net = descended_network(X, start(), 0.02, 3000)
    assert (net.path.diff() < 1e-12).all()
    assert len(net.path) == 3001
    assert net.path[0] == network_loss(X, *start())
    torch.testing.assert_close(net.path[-1], lost(X, m) / 50)
    assert largest_angle(net.decoder, m.W) < 1e-6
    assert largest_angle(net.encoder, m.W) < 1e-6
    own = net.decoder @ net.decoder.T
    assert (own - torch.diag(own.diag())).abs().max() > 0.01


def test_rejects_bad_settings():
    X, first = table(), start()
    refuses(
        lambda lr: descended_network(X, first, lr, 1),
        "^lr is .*: give a positive number$",
        good=[1e-300],
        bad=[0.0, -1.0, math.nan],
    )
    refuses(
        lambda n: descended_network(X, first, 0.01, n),
        "^steps is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda X: descended_network(X, first, 0.01, 1),
        "^X has NaN",
        good=[X],
        bad=spoilt(X, math.nan),
    )
    with pytest.raises(ValueError, match=r"^lr is 1.0: the loss rose"):
        descended_network(X, first, 1.0, 5)


def test_rejects_a_rate_at_which_the_loss_falls_first_and_then_rises():
    X = table()
    dice = torch.Generator().manual_seed(1)
    first = tuple(
        0.1 * torch.randn(2, 4, generator=dice, dtype=torch.float64) for _ in "AB"
    )
    short = descended_network(X, first, 0.1, 3).path
    assert short[-1] < short[0]
    with pytest.raises(ValueError, match=r"^lr is 0.1: the loss rose from"):
        descended_network(X, first, 0.1, 500)


def test_the_path_ends_with_the_loss_of_what_is_returned():
    X = table()
    dice = torch.Generator().manual_seed(2)
    first = tuple(torch.randn(2, 4, generator=dice).double() for _ in "AB")
    found = descended_network(X, first, 0.01, 3)
    assert found.path[0] == network_loss(X, *first)
    assert found.path[-1] == network_loss(X, found.encoder, found.decoder)
