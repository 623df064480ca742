"""One long vector and back, and many networks side by side."""

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parameters_to_vector

from ml2020.deep_learning import (
    draw_layers,
    draws,
    forward,
    he_layers,
    pack,
    parameter_count,
    relu,
    side_by_side,
    straight,
    unpack,
)
from tests.refusals import refuses

SIZES = (3, 5, 4, 2)
seeds = st.integers(0, 2**31)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@given(seed=seeds)
def test_there_and_back_is_the_same_network(seed):
    layers = draw_layers(SIZES, generator=dice(seed))
    back = unpack(pack(layers), SIZES)
    assert len(back) == len(layers)
    for layer, was in zip(back, layers, strict=True):
        assert torch.equal(layer.W, was.W)
        assert torch.equal(layer.b, was.b)


def test_the_order_is_that_of_torch():
    model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
    theta = parameters_to_vector(model.parameters()).detach()
    first, last = unpack(theta, (3, 5, 2))
    assert torch.equal(first.W, model[0].weight)
    assert torch.equal(last.b, model[2].bias)
    assert torch.equal(pack([first, last]), theta)


def test_the_layers_are_views():
    theta = torch.zeros(parameter_count(SIZES))
    unpack(theta, SIZES)[1].W[0, 0] = 7
    assert theta.sum() == 7


@given(seed=seeds)
def test_each_network_says_of_its_own_examples_what_it_says_alone(seed):
    theta = draws(draw_layers, SIZES, [seed, seed + 1, seed + 2])
    x = torch.randn(3, 6, 3, generator=dice(seed))
    found = side_by_side(theta, SIZES, x)
    assert found.shape == (3, 6, 2)
    for k in range(3):
        alone = forward(x[k], unpack(theta[k], SIZES), [relu, relu, straight]).a[-1]
        torch.testing.assert_close(found[k], alone)


def test_without_a_hidden_layer_it_is_straight():
    theta = torch.tensor([[2.0, -1.0], [3.0, 0.0]])
    x = torch.tensor([[[-5.0]], [[1.0]]])
    assert side_by_side(theta, (1, 1), x).flatten().tolist() == [-11, 3]


@pytest.mark.parametrize("draw", [draw_layers, he_layers])
def test_each_seed_draws_its_own_network(draw):
    theta = draws(draw, SIZES, [4, 7])
    assert torch.equal(theta[0], pack(draw(SIZES, generator=dice(4))))
    assert torch.equal(theta[1], pack(draw(SIZES, generator=dice(7))))


def test_rejects_what_is_no_network():
    layers = draw_layers(SIZES)
    with pytest.raises(ValueError, match=r"^layers is empty: give at least one$"):
        pack([])
    with pytest.raises(ValueError, match=r"^seeds is empty: give one for each netw"):
        draws(draw_layers, SIZES, [])
    assert len(pack(layers[:1])) == 20


def test_rejects_a_theta_of_another_network():
    said = r"^theta has [0-9]+ numbers: give 54$"
    good, bad = torch.ones(54), [torch.ones(53), torch.ones(55)]
    refuses(lambda t: unpack(t, SIZES), said, good=[good], bad=bad)
    x = torch.ones(1, 2, 3)
    refuses(lambda t: side_by_side(t[None], SIZES, x), said, good=[good], bad=bad)
    with pytest.raises(ValueError, match=r"^sizes has 1: give 2 or more"):
        unpack(good, [3])


def test_rejects_no_network_and_examples_of_another_shape():
    theta = torch.ones(2, 54)
    with pytest.raises(ValueError, match=r"^theta is empty: give at least one network"):
        side_by_side(theta[:0], SIZES, torch.ones(0, 4, 3))
    refuses(
        lambda x: inspect.unwrap(side_by_side)(theta, SIZES, x),
        r"^x has the shape \(.*\): give it \(2, [0-9], 3\)$",
        good=[torch.ones(2, 4, 3), torch.ones(2, 1, 3)],
        bad=[torch.ones(2, 4, 2), torch.ones(2, 4, 4), torch.ones(3, 4, 3)],
    )
