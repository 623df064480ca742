"""Loss, gradient, step: against torch's own, and on eight examples."""

import inspect
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ml2020.classification import sigmoid
from ml2020.deep_learning import (
    Layer,
    autograd_gradient,
    draw_layers,
    forward,
    network_loss,
    one_step,
    relu,
    straight,
)
from ml2020.logistic_regression import softmax
from tests.refusals import only_positive, refuses, spoilt

SIZES = (3, 6, 4)
BENDS = [relu, straight]
seeds = st.integers(0, 2**31)


def sample(seed=0, count=8, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    layers = [
        Layer(W.double().to(device), b.double().to(device))
        for W, b in draw_layers(SIZES, generator=dice)
    ]
    X = torch.randn(count, 3, generator=dice, dtype=torch.float64)
    labels = torch.randint(4, (count,), generator=dice)
    return layers, X.to(device), labels.to(device)


def as_torch(layers):
    model = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 4)).double()
    with torch.no_grad():
        for linear, (W, b) in zip(model[::2], layers, strict=True):
            linear.weight.copy_(W)
            linear.bias.copy_(b)
    return model


def slope(layers, X, labels):
    return autograd_gradient(layers, BENDS, X, labels)


@pytest.mark.equation("eq-deep_learning-output")
@given(seed=seeds)
def test_the_loss_is_minus_the_logarithm_of_what_the_right_class_got(seed):
    layers, X, labels = sample(seed)
    y = softmax(forward(X, layers, BENDS).a[-1])
    by_hand = -sum(math.log(y[n, k].item()) for n, k in enumerate(labels.tolist()))
    loss = network_loss(layers, BENDS, X, labels)
    assert loss.item() == pytest.approx(by_hand)


@pytest.mark.equation("eq-deep_learning-loss")
@given(seed=seeds)
def test_the_loss_is_the_cross_entropy_of_torch_summed_up(device, seed):
    layers, X, labels = sample(seed, device=device)
    theirs = F.cross_entropy(as_torch(layers).to(device)(X), labels, reduction="sum")
    torch.testing.assert_close(network_loss(layers, BENDS, X, labels), theirs)


@given(seed=seeds)
def test_the_gradient_is_that_of_small_changes(seed):
    layers, X, labels = sample(seed)
    found = autograd_gradient(layers, [sigmoid, straight], X, labels)
    for k in range(2):
        for name in ("W", "b"):
            value, step = getattr(layers[k], name), 1e-6
            change = torch.zeros_like(value)
            change.view(-1)[1] = step
            losses = []
            for sign in (1, -1):
                given_ = list(layers)
                given_[k] = layers[k]._replace(**{name: value + sign * change})
                total = network_loss(given_, [sigmoid, straight], X, labels)
                losses.append(total.item() / len(X))
            expected = (losses[0] - losses[1]) / (2 * step)
            met = getattr(found[k], name)
            assert met.shape == value.shape
            assert met.view(-1)[1].item() == pytest.approx(expected, abs=1e-7)


@pytest.mark.equation("eq-deep_learning-step")
@given(seed=seeds)
def test_three_steps_are_those_of_torch(seed):
    layers, X, labels = sample(seed)
    batches = [torch.arange(4), torch.arange(4, 8), torch.tensor([7, 0])]
    model = as_torch(layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for rows in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), labels[rows]).backward()
        optimizer.step()
        layers = one_step(layers, slope(layers, X[rows], labels[rows]), 0.3)
    for linear, (W, b) in zip(model[::2], layers, strict=True):
        torch.testing.assert_close(W, linear.weight.detach())
        torch.testing.assert_close(b, linear.bias.detach())


def test_a_step_goes_against_any_slopes():
    layers, _, _ = sample()
    ones = [Layer(torch.ones_like(W), 2 * torch.ones_like(b)) for W, b in layers]
    for (W, b), (dW, db) in zip(layers, one_step(layers, ones, 0.5), strict=True):
        torch.testing.assert_close(dW, W - 0.5)
        torch.testing.assert_close(db, b - 1)


def test_eight_examples_are_learned_by_heart():
    layers, X, labels = sample()
    for _ in range(200):
        layers = one_step(layers, slope(layers, X, labels), 0.5)
    said = forward(X, layers, BENDS).a[-1].argmax(dim=1)
    assert torch.equal(said, labels)


def test_nothing_is_written_in_place_and_nothing_is_watched():
    layers, X, labels = sample()
    before = [Layer(W.clone(), b.clone()) for W, b in layers]
    ours = one_step(layers, slope(layers, X, labels), 0.1)
    for layer, was, new in zip(layers, before, ours, strict=True):
        for p, q, r in zip(layer, was, new, strict=True):
            assert torch.equal(p, q)
            assert not p.requires_grad
            assert not r.requires_grad


def test_the_gradient_is_found_where_torch_watches_nothing():
    layers, X, labels = sample()
    with torch.no_grad():
        quiet = slope(layers, X, labels)
        assert not torch.is_grad_enabled()
    for ours, theirs in zip(quiet, slope(layers, X, labels), strict=True):
        assert torch.equal(ours.W, theirs.W)
        assert torch.equal(ours.b, theirs.b)


# ---- refusals


def test_rejects_a_rate_that_is_none():
    layers, X, labels = sample()
    slopes = slope(layers, X, labels)
    only_positive(lambda lr: one_step(layers, slopes, lr), "lr")


def test_rejects_slopes_of_another_network():
    layers, X, labels = sample()
    slopes = slope(layers, X, labels)
    said = "^slopes has [13]: give 2, one a layer$"
    bad = [slopes[:1], [*slopes, slopes[0]]]
    refuses(lambda s: one_step(layers, s, 0.1), said, good=[slopes], bad=bad)
    for k in range(2):
        for name in ("W", "b"):
            wrong = list(slopes)
            wrong[k] = slopes[k]._replace(**{name: getattr(slopes[k], name)[:1]})
            said = rf"^slopes\[{k}\].{name} has the shape .*: give it "
            with pytest.raises(ValueError, match=said):
                one_step(layers, wrong, 0.1)


@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize("name", ["W", "b"])
def test_names_the_layer_that_would_leave_the_numbers(k, name):
    layers, X, labels = sample()
    slopes = slope(layers, X, labels)

    def call(value):
        given_ = list(slopes)
        given_[k] = slopes[k]._replace(**{name: value})
        return one_step(layers, given_, 1.0)

    good = getattr(slopes[k], name)
    said = rf"^slopes\[{k}\].{name} has NaN or infinity: lower the learning rate$"
    refuses(call, said, good=[good], bad=spoilt(good, math.nan, math.inf))
    large = [torch.where(bad.isinf(), 1e308, bad) for bad in spoilt(good, math.inf)]
    call(large[0])
    given_ = list(slopes)
    for value in large:
        given_[k] = slopes[k]._replace(**{name: value})
        said = rf"^lr is 10.0, layers\[{k}\].{name} gets NaN or infinity: lower it$"
        with pytest.raises(ValueError, match=said):
            one_step(layers, given_, 10.0)


def test_rejects_labels_that_are_not_one_an_example():
    layers, X, labels = sample()
    said = r"^labels has the shape \([179],\): give it \(8,\)$"
    bad = [labels[:7], labels[:1], torch.cat([labels, labels[:1]])]
    call = inspect.unwrap(network_loss)
    refuses(lambda y: call(layers, BENDS, X, y), said, good=[labels], bad=bad)


def test_labels_of_no_class_are_refused():
    layers, X, labels = sample()
    bad = labels.clone()
    bad[3] = 4
    for call in (
        lambda: network_loss(layers, BENDS, X, bad),
        lambda: autograd_gradient(layers, BENDS, X, bad),
    ):
        with pytest.raises(ValueError, match=r"^labels are outside 0 to 3: number"):
            call()


def test_rejects_a_bend_that_lets_no_gradient_through():
    layers, X, labels = sample()
    for k in range(2):
        bends = [sigmoid, straight]
        said = rf"^bends\[{k}\] lets no gradient through: compute in torch, and do not"
        for wrong in (lambda z: z.detach().sin(), lambda z: z.detach().numpy()):
            bends[k] = wrong
            with pytest.raises(ValueError, match=said):
                autograd_gradient(layers, bends, X, labels)
        bends[k] = torch.sin
        autograd_gradient(layers, bends, X, labels)
