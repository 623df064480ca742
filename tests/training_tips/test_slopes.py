"""How steep the loss is by each layer, and how far a nudge at the front reaches."""

import math

import pytest
import torch

from ml2020.classification import sigmoid
from ml2020.deep_learning import Layer, draw_layers, relu
from ml2020.training_tips import differences, ripple, slopes_by_layer
from tests.refusals import refuses


def network(depth=3, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return draw_layers((4, *[5] * depth, 3), generator=dice)


def examples(n=6):
    dice = torch.Generator().manual_seed(1)
    X = torch.randn(n, 4, generator=dice, dtype=torch.float32)
    return X, torch.arange(n) % 3


@pytest.mark.parametrize("bend", [torch.sigmoid, torch.tanh])
def test_slopes_are_those_of_central_differences(bend):
    layers = [Layer(W.double(), b.double()) for W, b in network()]
    X, labels = examples()
    X = X.double()

    def loss(i, k, o, by):
        """The loss of example i, if sum o of layer k is larger by so much."""
        a = X[i]
        for number, (W, b) in enumerate(layers):
            z = W @ a + b
            if number == k:
                z[o] += by
            a = bend(z) if number < 3 else z
        return torch.nn.functional.cross_entropy(a, labels[i]).item()

    found = slopes_by_layer(layers, bend, X, labels)
    assert found.shape == (4,)
    for k, layer in enumerate(layers):
        slopes = [
            (loss(i, k, o, 1e-5) - loss(i, k, o, -1e-5)) / 2e-5
            for i in range(len(X))
            for o in range(len(layer.b))
        ]
        size = math.sqrt(sum(slope**2 for slope in slopes) / len(slopes))
        assert found[k].item() == pytest.approx(size, rel=1e-6)


def test_slopes_leave_the_network_and_the_examples_as_they_are():
    layers, (X, labels) = network(), examples()
    before = X.clone(), layers[0].W.clone()
    slopes_by_layer(layers, relu, X, labels)
    assert not X.requires_grad
    assert torch.equal(X, before[0])
    assert torch.equal(layers[0].W, before[1])


@pytest.mark.equation("eq-training_tips-chain")
def test_through_single_neurons_gains_and_weights_multiply():
    w = [0.7, -1.5, 2.0]
    layers = [Layer(torch.tensor([[v]]).double(), torch.zeros(1).double()) for v in w]
    z1 = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    a = sigmoid(z1)
    gains = [(a * (1 - a)).item()]
    for W, _ in layers[1:]:
        z = W[0, 0] * a
        a = sigmoid(z)
        gains.append((a * (1 - a)).item())
    (found,) = torch.autograd.grad(a, z1)
    assert found.item() == pytest.approx(math.prod(gains) * w[1] * w[2])


@pytest.mark.equation("eq-training_tips-quarter")
def test_no_sigmoid_is_steeper_than_a_quarter():
    z = torch.linspace(-20, 20, 4001, dtype=torch.float64, requires_grad=True)
    (gain,) = torch.autograd.grad(sigmoid(z).sum(), z)
    y = sigmoid(z.detach())
    torch.testing.assert_close(gain, y * (1 - y))
    assert gain.max().item() == pytest.approx(0.25)
    assert gain.argmax() == 2000


def test_a_nudge_is_what_two_passes_differ_by():
    layers, x = network(), examples(1)[0]
    found = ripple(layers, torch.tanh, x, 0.5)
    a, b = x, x
    for k, (W, bias) in enumerate(layers):
        moved = W.clone()
        if not k:
            moved[0, 0] += 0.5
        a, b = a @ W.T + bias, b @ moved.T + bias
        if k < 3:
            a, b = a.tanh(), b.tanh()
        assert found[k].item() == pytest.approx((a - b).abs().max().item(), abs=1e-6)


def test_no_nudge_moves_nothing_and_the_network_stays():
    layers, x = network(), examples(1)[0]
    before = layers[0].W.clone()
    assert ripple(layers, relu, x, 0.0).tolist() == [0] * 4
    assert torch.equal(layers[0].W, before)


def test_rejects_a_nudge_that_is_no_number():
    layers, x = network(), examples(1)[0]
    said = "^by is (nan|inf): give a number$"
    bad = [math.nan, math.inf]
    refuses(lambda by: ripple(layers, relu, x, by), said, good=[-1.0], bad=bad)


def test_what_the_network_refuses_is_refused():
    X, labels = examples()
    with pytest.raises(ValueError, match=r"^layers is empty"):
        slopes_by_layer([], relu, X, labels)
    with pytest.raises(ValueError, match=r"^labels"):
        slopes_by_layer(network(), relu, X, labels + 3)


def test_differences_are_the_spread_over_the_examples():
    layers = [Layer(W.double(), b.double()) for W, b in network()]
    a = examples()[0].double()
    found = differences(layers, torch.tanh, a)
    assert found.shape == (4,)
    for k, (W, b) in enumerate(layers):
        square = sum(a[:, j].var(correction=0).item() for j in range(a.shape[1]))
        assert found[k].item() == pytest.approx(math.sqrt(square / a.shape[1]))
        a = torch.tanh(a @ W.T + b)


def test_examples_that_are_alike_do_not_differ():
    X = examples()[0][:1].expand(5, -1)
    assert differences(network(), sigmoid, X).max().item() < 1e-6
