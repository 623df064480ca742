"""Run forwards, the reversed network gives what backpropagation gives."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.backpropagation import (
    RELU,
    SIGMOID,
    STRAIGHT,
    Bend,
    amplifier,
    backward_pass,
    forward_pass,
    reversed_network,
)
from ml2020.deep_learning import Layer
from tests.refusals import refuses, spoilt

SIZES = [4, 6, 5, 3]
TANH = Bend(torch.tanh, lambda z: 1 - z.tanh() ** 2)


def parts(seed, device="cpu"):
    dice = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(shape, generator=dice, dtype=torch.float64).to(device)

    layers = [Layer(draw(o, i), draw(o)) for i, o in itertools.pairwise(SIZES)]
    return layers, draw(7, 4), draw(7, 3)


@given(
    seed=st.integers(0, 2**31),
    bends=st.lists(
        st.sampled_from([SIGMOID, TANH, RELU, STRAIGHT]), min_size=3, max_size=3
    ),
)
def test_its_layers_say_the_deltas_and_its_output_is_the_slope_by_the_input(
    device, seed, bends
):
    layers, x, slope = parts(seed, device)
    met = forward_pass(x, layers, bends)
    back, gains = reversed_network(layers, bends, met)
    said = forward_pass(slope, back, gains)
    deltas = backward_pass(slope, layers, bends, met).deltas
    for mine, other in zip(said.a[1:-1], reversed(deltas), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-12, atol=1e-12)
    leaf = x.clone().requires_grad_()
    y = forward_pass(leaf, layers, bends).a[-1]
    (by_x,) = torch.autograd.grad((y * slope).sum(), leaf)
    torch.testing.assert_close(said.a[-1], by_x, rtol=1e-10, atol=1e-10)


def test_it_has_the_weights_turned_and_no_bias():
    layers, x, _ = parts(0)
    bends = [TANH] * 3
    back, gains = reversed_network(layers, bends, forward_pass(x, layers, bends))
    assert len(back) == len(gains) == 4
    assert torch.equal(back[0][0], torch.eye(3).double())
    for (W, b), (V, _) in zip(back[1:], reversed(layers), strict=True):
        assert torch.equal(W, V.T)
        assert not b.any()


def test_it_is_linear_though_the_network_is_not():
    layers, x, slope = parts(1)
    bends = [SIGMOID] * 3
    back, gains = reversed_network(layers, bends, forward_pass(x, layers, bends))
    once, twice = (forward_pass(k * slope, back, gains).a[-1] for k in (1, 2))
    torch.testing.assert_close(twice, 2 * once)


@pytest.mark.parametrize("gain", [0.0, 0.25, 1.0])
def test_an_amplifier_multiplies_and_its_slope_is_its_gain(gain):
    bend = amplifier(torch.full((2, 2), gain))
    z = torch.tensor([[3.0, -4.0], [1.0, 0.0]])
    assert torch.equal(bend.value(z), gain * z)
    assert torch.equal(bend.slope(z), torch.full((2, 2), gain))


def test_a_bend_is_needed_for_each_layer():
    layers, x, _ = parts(2)
    met = forward_pass(x, layers, [TANH] * 3)
    refuses(
        lambda bends: reversed_network(layers, bends, met),
        r"^layers, bends, met.z, met.a\[1:\] are \(3, ., 3, 3\): give as many$",
        good=[[TANH] * 3],
        bad=[[TANH] * 2, [TANH] * 4, []],
    )


def test_an_amplifier_is_for_the_examples_of_its_forward_pass():
    gain = torch.tensor([[0.5, 0.25], [1.0, 0.0]])
    refuses(
        amplifier,
        "^gain (is empty: give at least one|has NaN or infinity: look at the forward)",
        good=[gain, gain[:1]],
        bad=[gain[:0], *spoilt(gain, math.nan, math.inf)],
    )
    for f in amplifier(gain):
        refuses(
            f,
            r"^z has the shape \(.*\): give it \(2, 2\)$",
            good=[gain],
            bad=[gain[:1], gain[:, :1], torch.ones(3, 2)],
        )
