"""Readers: each network learns as torch's own would, from the same pictures."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.deep_learning import (
    draws,
    he_layers,
    layer_by_layer,
    relu,
    straight,
    unpack,
)
from ml2020.gradient_descent import shuffled_batches
from ml2020.optimization import Adam
from ml2020.why_deep import learn_digits
from tests.refusals import refuses

SIZES = (64, 5, 10)


def pictures(n=230):
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(n, 64, generator=dice)
    return X, torch.randint(10, (n,), generator=dice)


def test_a_network_learns_as_torch_does():
    X, labels = pictures()
    start = draws(he_layers, SIZES, [0, 1])
    before = start.clone()

    def dice():
        return torch.Generator().manual_seed(7)

    found = learn_digits(Adam(0.02), start, SIZES, X, labels, 2, generator=dice())
    assert torch.equal(start, before)
    for mine, row in zip(found, start, strict=True):
        theta = torch.nn.Parameter(row.clone())
        rule = torch.optim.Adam([theta], lr=0.02)
        for rows in shuffled_batches(230, 100, 2, generator=dice()):
            z = layer_by_layer(X[rows], unpack(theta, SIZES), [relu, straight]).a[-1]
            rule.zero_grad()
            F.cross_entropy(z, labels[rows]).backward()
            rule.step()
        torch.testing.assert_close(mine, theta.detach(), rtol=1e-4, atol=1e-5)


def test_rejects_other_readers_and_no_epoch():
    X, labels = pictures(101)

    def learn(sizes=SIZES, epochs=1):
        start = draws(he_layers, sizes, [0])
        return learn_digits(Adam(0.1), start, sizes, X, labels, epochs)

    refuses(
        lambda epochs: learn(epochs=epochs),
        "^epochs is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(
        lambda sizes: learn(sizes),
        "^sizes are .*: begin with 64, end with 10$",
        good=[SIZES, (64, 10)],
        bad=[(64, 5, 9), (63, 5, 10)],
    )
    refuses(
        lambda n: learn_digits(
            Adam(0.1), draws(he_layers, SIZES, [0]), SIZES, X[:n], labels[:n], 1
        ),
        "^X has .*: give 100 pictures or more$",
        good=[100],
        bad=[99, 0],
    )
    with pytest.raises(ValueError, match=r"^sizes are \(\): begin with 64"):
        learn_digits(Adam(0.1), draws(he_layers, SIZES, [0]), (), X, labels, 1)
