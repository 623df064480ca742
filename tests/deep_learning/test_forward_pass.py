"""The forward pass: the lecture's numbers, NumPy's, torch's, and who broke first."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ml2020.classification import sigmoid
from ml2020.deep_learning import (
    Layer,
    draw_layers,
    forward,
    layer_by_layer,
    relu,
    straight,
)
from tests.refusals import refuses, spoilt

SIZES = (3, 4, 2)
BENDS = [torch.tanh, straight]
seeds = st.integers(0, 2**31)


def network(seed=0, sizes=SIZES, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    drawn = draw_layers(sizes, generator=dice)
    layers = [Layer(W.double().to(device), b.double().to(device)) for W, b in drawn]
    x = torch.randn(5, sizes[0], generator=dice, dtype=torch.float64).to(device)
    return x, layers


def plain(layers):
    return [Layer(W.numpy(), b.numpy()) for W, b in layers]


@pytest.mark.equation("eq-deep_learning-network")
@given(seed=seeds)
def test_the_layers_are_nested(seed):
    x, ((V, c), (W, b)) = network(seed)
    nested = torch.stack(
        [torch.sigmoid(W @ torch.sigmoid(V @ row + c) + b) for row in x]
    )
    found = forward(x, [Layer(V, c), Layer(W, b)], [sigmoid, sigmoid]).a[-1]
    torch.testing.assert_close(found, nested, rtol=0, atol=1e-12)


@pytest.mark.equation("eq-deep_learning-layer")
@given(seed=seeds)
def test_a_layer_is_a_weighted_sum_for_each_neuron(device, seed):
    x, layers = network(seed, device=device)
    found = forward(x, layers, BENDS)
    for k, (W, b) in enumerate(layers):
        for n, row in enumerate(found.a[k].tolist()):
            for i, weights in enumerate(W.tolist()):
                total = sum(w * a for w, a in zip(weights, row, strict=True))
                total += b[i].item()
                assert found.z[k][n, i].item() == pytest.approx(total, abs=1e-12)
                bent = math.tanh(total) if k == 0 else total
                assert found.a[k + 1][n, i].item() == pytest.approx(bent, abs=1e-12)


@pytest.mark.equation("eq-deep_learning-batch")
@given(seed=seeds)
def test_a_batch_is_each_example_by_itself(seed):
    x, layers = network(seed)
    found = forward(x, layers, BENDS)
    for n in range(len(x)):
        alone = forward(x[n : n + 1], layers, BENDS)
        for both, one in zip(found.a, alone.a, strict=True):
            torch.testing.assert_close(both[n], one[0], rtol=0, atol=1e-12)


@given(seed=seeds)
def test_numpy_says_what_torch_says(seed):
    x, layers = network(seed)
    ours = forward(x.numpy(), plain(layers), [np.tanh, relu])
    theirs = forward(x, layers, [torch.tanh, relu])
    for name in ("z", "a"):
        pairs = zip(getattr(ours, name), getattr(theirs, name), strict=True)
        for array, tensor in pairs:
            assert isinstance(array, np.ndarray)
            np.testing.assert_allclose(array, tensor.numpy(), rtol=0, atol=1e-12)


@given(seed=seeds)
def test_a_sequential_of_torch_says_the_same(device, seed):
    x, layers = network(seed, (3, 4, 2, 1), device)
    model = nn.Sequential(
        *(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 1))
    ).to(x)
    with torch.no_grad():
        for linear, (W, b) in zip(model[::2], layers, strict=True):
            linear.weight.copy_(W)
            linear.bias.copy_(b)
    ours = forward(x, layers, [sigmoid, relu, straight]).a[-1]
    torch.testing.assert_close(ours, model(x), rtol=0, atol=1e-12)


@pytest.mark.equation("eq-deep_learning-relu")
def test_the_rectifier_is_that_of_torch_and_straight_changes_nothing():
    z = torch.tensor([-2.0, -0.0, 0.0, 3.0, math.inf])
    assert torch.equal(relu(z), torch.relu(z))
    assert relu(torch.tensor(math.nan)).isnan()
    assert relu(torch.tensor(-math.inf)).isnan()
    assert straight(z) is z


def test_gradients_pass_through():
    x, layers = network()
    W = layers[0].W.clone().requires_grad_()

    def total(W):
        return forward(x, [Layer(W, layers[0].b), layers[1]], BENDS).a[-1].sum()

    assert torch.autograd.gradcheck(total, W)


def test_nothing_is_written_in_place():
    x, layers = network()
    before = x.clone(), [Layer(W.clone(), b.clone()) for W, b in layers]
    forward(x, layers, [relu, relu])
    assert torch.equal(x, before[0])
    for layer, was in zip(layers, before[1], strict=True):
        assert torch.equal(layer.W, was.W)
        assert torch.equal(layer.b, was.b)


def test_float32_stays_float32():
    x = torch.ones(2, 3)
    for part in forward(x, draw_layers(SIZES), BENDS):
        assert all(value.dtype == torch.float32 for value in part)


# ---- refusals


def test_rejects_an_empty_network_and_too_few_or_too_many_bends():
    x, layers = network()
    with pytest.raises(ValueError, match=r"^layers is empty: give at least one$"):
        forward(x, [], [])
    said = "^bends has [13]: give 2, one a layer$"
    bad = [BENDS[:1], [*BENDS, straight]]
    refuses(lambda bends: forward(x, layers, bends), said, good=[BENDS], bad=bad)


def test_rejects_examples_that_do_not_fit():
    x, layers = network()
    said = r"^x has shape \(.*\): give a row an example, with 3 numbers each$"
    bad = [x[:, :2], x[0], x[None], torch.ones(5, 4).double()]
    refuses(lambda x: forward(x, layers, BENDS), said, good=[x, x[:1]], bad=bad)
    with pytest.raises(ValueError, match=r"^x is empty: give at least one example$"):
        forward(x[:0], layers, BENDS)


def test_rejects_lists_and_complex_numbers():
    x, layers = network()
    with pytest.raises(ValueError, match=r"^x is a list: give array or tensor$"):
        forward([[1.0, 2.0, 3.0]], layers, BENDS)
    with pytest.raises(ValueError, match=r"^x is torch.complex128: give real numbers$"):
        forward(x.to(torch.complex128), layers, BENDS)
    for k, name in ((0, "W"), (1, "b")):
        for bad, said in (
            ([[1.0]], "a list: give array or tensor"),
            (np.ones((2, 2), dtype=complex), "complex128: give real numbers"),
        ):
            given = list(layers)
            given[k] = layers[k]._replace(**{name: bad})
            with pytest.raises(ValueError, match=rf"^layers\[{k}\].{name} is {said}$"):
                forward(x, given, BENDS)


def test_names_the_layer_that_does_not_fit_the_one_before():
    x, layers = network(sizes=(3, 4, 2, 2))
    said = r"^layers\[2\].W has 3 columns, layers\[1\] gives 2 numbers: give it 2 col"
    wrong = Layer(torch.ones(2, 3).double(), torch.ones(2).double())
    with pytest.raises(ValueError, match=said):
        forward(x, [*layers[:2], wrong], [straight] * 3)


@pytest.mark.parametrize(
    ("W", "b"), [((2, 4), (3,)), ((2, 4), (2, 1)), ((4,), (4,)), ((2, 4), ())]
)
def test_rejects_a_layer_whose_parts_do_not_fit(W, b):
    x, layers = network()
    wrong = Layer(torch.ones(W).double(), torch.ones(b).double())
    with pytest.raises(ValueError, match=r"^layers\[1\] has W .* and b .*: give W a"):
        forward(x, [layers[0], wrong], BENDS)


def test_rejects_a_layer_without_weights():
    x, layers = network()
    none = Layer(torch.ones(0, 4).double(), torch.ones(0).double())
    said = r"^layers\[1\].W is empty: give at least one weight$"
    with pytest.raises(ValueError, match=said):
        forward(x, [layers[0], none], BENDS)


@pytest.mark.parametrize("as_arrays", [False, True])
def test_rejects_examples_that_are_no_numbers(as_arrays):
    x, layers = network()

    def call(x):
        if as_arrays:
            return forward(x.numpy(), plain(layers), [np.tanh, straight])
        return forward(x, layers, BENDS)

    said = "^x has NaN or infinity: drop or mend those examples$"
    refuses(call, said, good=[x], bad=spoilt(x, math.nan, math.inf, -math.inf))


@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize("name", ["W", "b"])
def test_names_the_layer_whose_numbers_are_none(k, name):
    x, layers = network()

    def call(value):
        given = list(layers)
        given[k] = layers[k]._replace(**{name: value})
        return forward(x, given, BENDS)

    good = getattr(layers[k], name)
    said = rf"^layers\[{k}\].{name} has NaN or infinity: train anew with a lower rate$"
    refuses(call, said, good=[good], bad=spoilt(good, math.nan, math.inf))


def test_names_the_first_layer_that_is_bent_to_something_else_than_numbers():
    x, layers = network(sizes=(3, 4, 4, 2))

    def spoil_last(z):
        return torch.cat([z[:-1], z[-1:].log()])  # NaN for some, not for all

    for k in range(3):
        bends = [straight] * 3
        bends[k] = spoil_last
        loud = [Layer(W, b - 5) for W, b in layers]
        said = rf"^layers\[{k}\] is bent to NaN or infinity: take another function$"
        with pytest.raises(ValueError, match=said):
            forward(x, loud, bends)


@pytest.mark.parametrize("bend", [straight, sigmoid, relu])
def test_the_first_sum_that_overflows_is_named_whatever_bends_it(bend):
    huge = Layer(torch.full((1, 1), 3e38), torch.zeros(1))
    small = Layer(torch.ones(1, 1), torch.zeros(1))
    layers, bends = [small, huge, small], [straight, bend, straight]

    def call(x):
        return forward(torch.tensor([[x], [0.0]]), layers, bends)

    said = r"^layers\[1\] sums up to NaN or infinity: scale x, lower weights$"
    refuses(call, said, good=[1.0, -1.0], bad=[2.0, -2.0])


def test_rejects_a_bend_that_changes_the_shape():
    x, layers = network()
    said = r"^layers\[{}\] is bent from \(5, {}\) to \(.*\): bend each number by"
    for k, width in ((0, 4), (1, 2)):
        for wrong in (lambda z: z[:1], lambda z: z[:, :1], lambda z: z.sum()):
            bends = list(BENDS)
            bends[k] = wrong
            with pytest.raises(ValueError, match=said.format(k, width)):
                forward(x, layers, bends)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_rejects_a_bend_to_something_that_is_no_number(value):
    x, layers = network()
    said = r"^layers\[1\] is bent to NaN or infinity: take another function$"
    with pytest.raises(ValueError, match=said):
        forward(x, layers, [BENDS[0], lambda z: torch.full_like(z, value)])


def test_without_refusals_it_is_the_same_pass():
    x, layers = network()
    bare, found = (call(x, layers, BENDS) for call in (layer_by_layer, forward))
    for part, other in zip(bare, found, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(part, other, strict=True))


def test_rejects_numbers_of_two_kinds():
    x, layers = network()
    said = r"^x is torch.float32, layers\[0\].W torch.float64: convert one$"
    with pytest.raises(ValueError, match=said):
        forward(x.float(), layers, BENDS)
    mixed = [layers[0], layers[1]._replace(b=layers[1].b.float())]
    with pytest.raises(ValueError, match=r"layers\[1\].b torch.float32: convert one$"):
        forward(x, mixed, BENDS)
    with pytest.raises(ValueError, match=r"^x is float64, layers\[0\].W torch.float64"):
        forward(x.numpy(), layers, BENDS)
