"""Slimming: factors are paid for, fold into filters, and tell which channels go."""

import copy
import math

import pytest
import torch
from torch import nn

from ml2020.compression import (
    channel_factors,
    folded,
    incoming,
    scaled_network,
    slim_loss,
    slimmed,
    small_network,
    smaller,
    strongest,
)
from ml2020.compression.slimming import fold
from tests.refusals import refuses, spoilt


def pictures(n=60):
    g = torch.Generator().manual_seed(1)
    X = torch.rand(n, 1, 28, 28, generator=g)
    return X, torch.randint(10, (n,), generator=g)


def some(seed=0):
    """A network whose normalisations are not as they begin."""
    g, model = torch.Generator().manual_seed(seed), scaled_network(seed)
    for layer in model:
        if isinstance(layer, nn.BatchNorm2d):
            for v in (layer.weight.data, layer.bias.data, layer.running_mean):
                v.copy_(torch.randn(v.shape, generator=g))
            layer.running_var.copy_(torch.rand(layer.bias.shape, generator=g) + 0.1)
    return model.eval()


def test_its_convolutions_are_those_of_the_network_of_the_lecture():
    model, plain = scaled_network(3), small_network(3)
    for k, like in ((0, 0), (3, 2), (7, 5), (9, 7)):
        assert torch.equal(model[k].weight, plain[like].weight)
    assert [model[1].num_features, model[4].num_features] == [8, 16]


@pytest.mark.equation("eq-compression-prune-slimming")
def test_the_price_pulls_each_factor_by_its_sign():
    X, y = pictures(20)
    slopes = {}
    for weight in (0.0, 0.3):
        model = some().train()
        slim_loss(model, X, y, weight).backward()
        slopes[weight] = [(p.grad, p.detach()) for p in model.parameters()]
    gammas = {2, 6}  # places among the parameters
    pairs = zip(slopes[0.0], slopes[0.3], strict=True)
    for k, ((free, _), (paid, value)) in enumerate(pairs):
        pull = 0.3 * value.sign() if k in gammas else torch.zeros(())
        torch.testing.assert_close(paid, free + pull, atol=1e-5, rtol=1e-4)


def test_without_a_price_it_is_the_cross_entropy():
    (X, y), model = pictures(20), some()
    plain = nn.functional.cross_entropy(model(X), y)
    torch.testing.assert_close(slim_loss(model, X, y, 0.0), plain)
    sizes = sum(model[k].weight.abs().sum() for k in (1, 4))
    torch.testing.assert_close(slim_loss(model, X, y, 2.0), plain + 2 * sizes)


@pytest.mark.equation("eq-compression-prune-fold")
def test_a_folded_network_says_the_same_in_use():
    model, (X, _) = some(), pictures(9)
    before = copy.deepcopy(model.state_dict())
    found = folded(model)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in found)
    torch.testing.assert_close(found(X), model(X), atol=1e-5, rtol=1e-4)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])


def test_a_channel_without_factor_and_shift_can_go_unnoticed():
    model, (X, _) = some(), pictures(5)
    with torch.no_grad():
        for layer, silent in ((model[1], [1, 4, 5, 6]), (model[4], range(8))):
            layer.weight[list(silent)] = layer.bias[list(silent)] = 0
    stays = strongest(channel_factors(model), 0.5)
    assert [*stays] == [0, 2]
    assert stays[0].nonzero().flatten().tolist() == [0, 2, 3, 7]
    assert stays[2].nonzero().flatten().tolist() == [*range(8, 16)]
    whole = folded(model)
    torch.testing.assert_close(smaller(whole, stays)(X), whole(X))


def test_factors_are_sizes():
    model = some()
    found = channel_factors(model)
    assert torch.equal(found[0], model[1].weight.abs())
    assert torch.equal(found[2], model[4].weight.abs())
    assert incoming(folded(model)).keys() == {0, 2, 5}


def test_a_descent_is_that_of_a_slow_loop():
    X, y = pictures(50)
    start, dice = scaled_network(0), torch.Generator().manual_seed(2)
    found = slimmed(start, X, y, 0.01, 2, 0.1, generator=dice)
    model = copy.deepcopy(start)
    rule = torch.optim.Adam(model.parameters(), 0.01)
    order = torch.Generator().manual_seed(2)
    for lr in (0.01, 0.005):
        rows = torch.randperm(50, generator=order)
        rule.param_groups[0]["lr"] = lr
        rule.zero_grad()
        price = sum(model[k].weight.abs().sum() for k in (1, 4))
        loss = nn.functional.cross_entropy(model(X[rows]), y[rows]) + 0.1 * price
        loss.backward()
        rule.step()
    assert not found.training
    for p, q in zip(found.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(p, q, atol=1e-6, rtol=1e-5)
    fresh = scaled_network(0)
    for p, q in zip(start.parameters(), fresh.parameters(), strict=True):
        assert torch.equal(p, q)


def test_a_price_makes_factors_small():
    X, y = pictures(20)
    sizes = {}
    for weight in (0.0, 1.0):
        model = slimmed(scaled_network(0), X, y, 0.1, 30, weight)
        sizes[weight] = sum(s.sum() for s in channel_factors(model).values())
    assert sizes[1.0] < sizes[0.0] / 2


def test_refusals():
    X, y = pictures(4)
    model = scaled_network(0)
    bad = [-0.1, float("nan")]
    refuses(lambda w: slim_loss(model, X, y, w), "^weight is", good=[0], bad=bad)
    refuses(lambda w: slimmed(model, X, y, 0.1, 1, w), "^weight is", good=[0], bad=bad)
    refuses(lambda lr: slimmed(model, X, y, lr, 1, 0), "^lr is", good=[1], bad=[0])
    refuses(lambda n: slimmed(model, X, y, 0.1, n, 0), "^epochs is", good=[1], bad=[0])
    bad = [X[:0], *spoilt(X, math.nan)]
    refuses(lambda X: slimmed(model, X, y, 0.1, 1, 0), "^X ", good=[X], bad=bad)
    said = "^model has no factors: put nn.BatchNorm2d behind its layers"
    with pytest.raises(ValueError, match=said):
        slimmed(small_network(0), X, y, 0.1, 1, 0)
    norm = nn.BatchNorm2d(3)
    with pytest.raises(ValueError, match=r"^norm has no factors, or conv no bias"):
        fold(nn.Conv2d(1, 3, 3, bias=False), norm)
    with pytest.raises(ValueError, match=r"^norm has no factors, or conv no bias"):
        fold(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3, affine=False))
    with pytest.raises(ValueError, match=r"^norm.weight has the shape \(3,\)"):
        fold(nn.Conv2d(1, 4, 3), norm)


def test_what_cannot_be_folded_is_refused():
    conv, norm = nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3)
    behind = r"^layer \d stands behind no Conv2d: move it there$"
    for layers in ([norm], [conv, nn.ReLU(), norm], [conv, norm, norm]):
        with pytest.raises(ValueError, match=behind):
            folded(nn.Sequential(*layers))
    forgetful = nn.BatchNorm2d(3, track_running_stats=False)
    with pytest.raises(ValueError, match=r"^layer 1 keeps no mean: let it track"):
        fold(conv, forgetful)


def test_the_loss_of_no_picture_is_refused():
    with pytest.raises(ValueError, match=r"^X is empty"):
        slim_loss(
            scaled_network(0), torch.zeros(0, 1, 28, 28), torch.zeros(0).long(), 1
        )
