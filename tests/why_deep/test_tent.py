"""Folding: the network folds as the formula does, and counts the parity of bits."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.deep_learning import forward, parameter_count, relu, straight
from ml2020.why_deep import bit_rows, parity, tent_layers, tents
from tests.refusals import refuses, spoilt

unit = st.floats(0, 1)


def says(layers, x):
    return forward(x, layers, [relu] * (len(layers) - 1) + [straight]).a[-1]


def line(points=201):
    return torch.linspace(0, 1, points, dtype=torch.float64)


@pytest.mark.equation("eq-why_deep-tent")
@given(x=unit)
def test_one_fold_is_twice_the_distance_to_the_nearer_end(x):
    (found,) = tents(torch.tensor([x], dtype=torch.float64), 1).tolist()
    assert found == pytest.approx(2 * min(x, 1 - x))
    hidden, out = tent_layers(1, torch.ones(1, 1, dtype=torch.float64))
    assert hidden.W.tolist() == [[1], [1]]
    assert hidden.b.tolist() == [0, -0.5]
    assert out.W.tolist() == [[2, -4]]
    assert out.b.tolist() == [0]


@pytest.mark.parametrize("folds", [1, 2, 3, 6])
def test_the_network_folds_as_the_formula_does(folds):
    x = line()
    layers = tent_layers(folds, torch.ones(1, 1, dtype=torch.float64))
    assert len(layers) == folds + 1
    assert all(len(layer.W) == 2 for layer in layers[:-1])
    torch.testing.assert_close(says(layers, x[:, None])[:, 0], tents(x, folds))


@given(folds=st.integers(1, 5), other=st.integers(1, 5), x=unit)
def test_folds_add_up(folds, other, x):
    x = torch.tensor([x], dtype=torch.float64)
    both = tents(tents(x, folds), other)
    torch.testing.assert_close(both, tents(x, folds + other))


def test_no_fold_leaves_all_as_it_is():
    x = line()
    assert torch.equal(tents(x, 0), x)


def test_each_coordinate_is_folded_by_itself():
    dice = torch.Generator().manual_seed(0)
    x = torch.rand(50, 3, generator=dice, dtype=torch.float64)
    layers = tent_layers(3, torch.eye(3, dtype=torch.float64))
    torch.testing.assert_close(says(layers, x), tents(x, 3))
    swapped = tent_layers(2, torch.eye(3, dtype=torch.float64)[[1, 0, 2]])
    torch.testing.assert_close(says(swapped, x), tents(x[:, [1, 0, 2]], 2))


@pytest.mark.equation("eq-why_deep-parity")
@pytest.mark.parametrize("folds", [1, 2, 3, 4])
def test_folding_the_share_of_ones_tells_whether_they_are_odd(folds):
    bits = 2**folds
    rows = bit_rows(bits)
    layers = tent_layers(folds, torch.full((1, bits), 1 / bits, dtype=torch.float64))
    said = says(layers, rows.double())[:, 0]
    torch.testing.assert_close(said, parity(rows).double())
    assert sum(len(layer.W) for layer in layers[:-1]) == 2 * folds
    sizes = [bits, *[2] * folds, 1]
    assert sum(W.numel() + b.numel() for W, b in layers) == parameter_count(sizes)


def test_layers_have_the_type_of_what_they_read():
    for dtype in (torch.float32, torch.float64):
        for layer in tent_layers(2, torch.ones(1, 2, dtype=dtype)):
            assert layer.W.dtype == layer.b.dtype == dtype


def test_nothing_is_written_in_place():
    x, reading = line(), torch.ones(1, 1)
    tents(x, 3)
    tent_layers(3, reading)
    assert torch.equal(x, line())
    assert reading.item() == 1


def test_rejects_what_cannot_be_folded():
    x, reading = line(5), torch.eye(2)
    refuses(
        lambda folds: tents(x, folds),
        "^folds is -1: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )
    refuses(
        lambda folds: tent_layers(folds, reading),
        "^folds is .*: give 1 or more$",
        good=[1, 2],
        bad=[0, -1],
    )
    said = "^x has NaN or infinity: drop or mend those examples$"
    refuses(lambda x: tents(x, 1), said, good=[x], bad=spoilt(x, math.nan, math.inf))
    said = "^reading has NaN or infinity: give real weights$"
    refuses(
        lambda reading: tent_layers(1, reading),
        said,
        good=[reading],
        bad=spoilt(reading, math.nan, -math.inf),
    )
    for bad in (torch.ones(0, 2), torch.ones(2, 0)):
        with pytest.raises(ValueError, match=r"^reading is empty: give at least one"):
            tent_layers(1, bad)
