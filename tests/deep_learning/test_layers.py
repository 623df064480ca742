"""The numbers of a network: drawn as torch draws them, and counted."""

import itertools
import math

import pytest
import torch
from torch import nn

from ml2020.deep_learning import draw_layers, he_layers, parameter_count
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_shapes_are_those_of_torch():
    theirs = [nn.Linear(3, 5), nn.Linear(5, 2)]
    for layer, linear in zip(draw_layers([3, 5, 2]), theirs, strict=True):
        assert layer.W.shape == linear.weight.shape
        assert layer.b.shape == linear.bias.shape


def test_the_numbers_are_spread_evenly_as_those_of_torch():
    (layer,) = draw_layers([25, 4000], generator=dice())
    for p in layer:
        assert -0.2 <= p.min() < -0.199
        assert 0.199 < p.max() <= 0.2
        assert p.mean().item() == pytest.approx(0, abs=0.01)
        assert p.std().item() == pytest.approx(0.2 / math.sqrt(3), rel=0.02)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        theirs = nn.Linear(25, 4000)
    assert theirs.weight.std().item() == pytest.approx(layer.W.std().item(), rel=0.02)
    assert theirs.bias.std().item() == pytest.approx(layer.b.std().item(), rel=0.05)


@pytest.mark.parametrize("draw", [draw_layers, he_layers])
def test_a_seed_draws_the_same_again_and_the_global_state_stays(draw):
    before = torch.random.get_rng_state()
    first, again, other = (draw([2, 3, 1], generator=dice(s)) for s in (0, 0, 1))
    assert torch.equal(torch.random.get_rng_state(), before)
    for a, b, c in zip(first, again, other, strict=True):
        assert torch.equal(a.W, b.W)
        assert torch.equal(a.b, b.b)
        assert not torch.equal(a.W, c.W)


@pytest.mark.parametrize("draw", [draw_layers, he_layers])
def test_no_layer_repeats_another(draw):
    one, two = draw([3, 3, 3], generator=dice())
    assert not torch.equal(one.W, two.W)


@pytest.mark.equation("eq-deep_learning-count")
@pytest.mark.parametrize("sizes", [(784, 500, 500, 10), (1, 1), (2, 2, 2, 2)])
def test_as_many_numbers_as_torch_holds(sizes):
    pairs = itertools.pairwise(sizes)
    model = nn.Sequential(*(nn.Linear(*pair) for pair in pairs))
    assert parameter_count(sizes) == sum(p.numel() for p in model.parameters())


def test_the_count_of_the_exercise():
    assert parameter_count([784, 500, 500, 10]) == 648_010


@pytest.mark.parametrize("call", [draw_layers, he_layers, parameter_count])
def test_rejects_sizes_of_no_network(call):
    refuses(call, r"^sizes has \d: give 2 or more", good=[[1, 1]], bad=[[], [3]])
    bad = [[0, 1], [2, 0, 1], [2, 0], [-1, 2]]
    refuses(call, r"^sizes is -?\d: give 1 or more$", good=[[1, 1, 1]], bad=bad)


def test_no_bias_is_a_weight_as_well():
    (layer,) = draw_layers([5, 40], generator=dice())
    for column in layer.W.T:
        assert not torch.equal(layer.b, column)


def test_gaussian_weights_have_the_spread_of_torchs_kaiming_normal():
    (layer,) = he_layers([50, 4000], generator=dice())
    theirs = nn.init.kaiming_normal_(torch.empty(4000, 50), nonlinearity="relu")
    assert layer.W.std().item() == pytest.approx(0.2, rel=0.01)
    assert theirs.std().item() == pytest.approx(layer.W.std().item(), rel=0.02)
    assert layer.W.mean().item() == pytest.approx(0, abs=0.002)
    assert (layer.W.abs() > 0.4).float().mean().item() == pytest.approx(
        0.0455, abs=3e-3
    )
    assert torch.equal(layer.b, torch.zeros(4000))
    assert layer.W.shape == (4000, 50)


def test_with_it_the_mean_square_passes_through_rectifiers_unchanged():
    met = {}
    for draw in (he_layers, draw_layers):
        a = torch.randn(50, 1500, generator=dice(1))
        for W, b in draw([1500] * 3, generator=dice()):
            a = (a @ W.T + b).relu()
        met[draw] = (a**2).mean().item()
    assert met[he_layers] == pytest.approx(1, rel=0.25)
    assert met[draw_layers] < 0.1  # torch's own start makes it a sixth each time


@pytest.mark.parametrize("draw", [draw_layers, he_layers])
def test_they_are_float32_whatever_the_default_is(draw):
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        (layer,) = draw([2, 3])
    finally:
        torch.set_default_dtype(before)
    assert layer.W.dtype == layer.b.dtype == torch.float32
