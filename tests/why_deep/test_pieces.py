"""Pieces: counted exactly, against a fine grid, the construction and the bounds."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.deep_learning import (
    Layer,
    draw_layers,
    forward,
    relu,
    relu_interpolant,
    straight,
)
from ml2020.why_deep import corners, tent_layers
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 2**31)
LINE = torch.ones(1, 1, dtype=torch.float64)


def network(seed, *hidden):
    dice = torch.Generator().manual_seed(seed)
    drawn = draw_layers((1, *hidden, 1), generator=dice)
    return [Layer(3 * W.double(), b.double()) for W, b in drawn]


def says(layers, x):
    bends = [relu] * (len(layers) - 1) + [straight]
    return forward(x[:, None], layers, bends).a[-1][:, 0]


@pytest.mark.equation("eq-why_deep-pieces")
@pytest.mark.parametrize("folds", range(1, 9))
def test_each_fold_doubles_the_pieces(folds):
    found = corners(tent_layers(folds, LINE), 0, 1)
    expected = torch.arange(1, 2**folds, dtype=torch.float64) / 2**folds
    torch.testing.assert_close(found, expected)


@pytest.mark.equation("eq-why_deep-shallow")
@given(seed=seeds, width=st.integers(1, 20))
def test_one_layer_turns_where_its_neurons_start_and_nowhere_else(seed, width):
    layers = network(seed, width)
    (W, b), _ = layers
    starts = (-b / W[:, 0]).sort().values
    inside = starts[(starts > -2) & (starts < 2)]
    found = corners(layers, -2, 2)
    assert len(found) <= width
    torch.testing.assert_close(found, inside)


@pytest.mark.equation("eq-why_deep-product")
@given(seed=seeds, widths=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_no_network_has_more_pieces_than_the_product_allows(seed, widths):
    most = math.prod(width + 1 for width in widths)
    assert len(corners(network(seed, *widths), -50, 50)) + 1 <= most


@given(seed=seeds, widths=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_between_two_corners_the_graph_is_straight(seed, widths):
    layers = network(seed, *widths)
    found = corners(layers, -3, 3)
    assert (found.diff() > 0).all()
    ends = torch.cat([found.new_tensor([-3]), found, found.new_tensor([3])])
    for left, right in itertools.pairwise(ends):
        x = torch.linspace(left.item(), right.item(), 9, dtype=torch.float64)
        y = says(layers, x)
        joined = y[0] + (y[-1] - y[0]) * (x - x[0]) / (x[-1] - x[0])
        torch.testing.assert_close(y, joined, rtol=1e-5, atol=1e-6)


@given(seed=seeds, widths=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_a_fine_grid_sees_no_other_corners(seed, widths):
    layers = network(seed, *widths)
    x = torch.linspace(-3, 3, 6001, dtype=torch.float64)
    bend = says(layers, x).diff().diff().abs()
    seen = x[1:-1][bend > 1e-6 * bend.max()] if bend.max() > 1e-9 else x[:0]
    found = corners(layers, -3, 3)
    for place in seen:
        assert (found - place).abs().min() < 2e-3


def test_those_of_an_interpolant_are_its_knots():
    knots = torch.tensor([0.0, 1, 2, 4, 5], dtype=torch.float64)
    heights = torch.tensor([0.0, 1, 1, 3, 4], dtype=torch.float64)
    # At 4 the slope does not change: 1 before and after.
    found = corners(relu_interpolant(knots, heights), -1, 6)
    assert found.tolist() == pytest.approx([0, 1, 2])


def test_a_line_and_a_constant_have_no_corner():
    line = [Layer(2 * LINE, LINE[0])]
    level = [Layer(LINE, LINE[0]), Layer(0 * LINE, LINE[0])]
    for layers in (line, level):
        assert corners(layers, -5, 5).tolist() == []


def test_the_scale_of_the_output_changes_nothing():
    layers = network(5, 6, 6)
    small = [*layers[:-1], Layer(1e-12 * layers[-1].W, layers[-1].b)]
    assert torch.equal(corners(small, -3, 3), corners(layers, -3, 3))
    single = [Layer(W.float(), b.float()) for W, b in layers]
    assert len(corners(single, -3, 3)) == len(corners(layers, -3, 3))


def test_only_what_lies_between_the_ends_is_counted():
    layers = tent_layers(3, LINE)
    found = corners(layers, 0.25, 0.75).tolist()
    assert found == pytest.approx([0.375, 0.5, 0.625])


def test_nothing_is_written_in_place():
    layers = network(1, 4, 4)
    before = [Layer(W.clone(), b.clone()) for W, b in layers]
    corners(layers, -1, 1)
    for layer, was in zip(layers, before, strict=True):
        assert torch.equal(layer.W, was.W)
        assert torch.equal(layer.b, was.b)


def test_rejects_what_has_no_graph_over_an_interval():
    layers = network(0, 3)
    with pytest.raises(ValueError, match=r"^layers is empty: give at least one$"):
        corners([], 0, 1)
    refuses(
        lambda ends: corners(layers, *ends),
        "^low, high are .*: give the lower end first$",
        good=[(0.0, 1.0), (-1.0, 0.0)],
        bad=[
            (1.0, 1.0),
            (1.0, 0.0),
            (0.0, math.inf),
            (-math.inf, 0.0),
            (0.0, math.nan),
        ],
    )
    with pytest.raises(ValueError, match=r"^layers\[0\].W takes 2: give 1$"):
        corners(draw_layers((2, 3, 1)), 0, 1)
    with pytest.raises(ValueError, match=r"^layers\[-1\].W gives 2: give one output$"):
        corners(draw_layers((1, 3, 2)), 0, 1)
    with pytest.raises(ValueError, match=r"^layers\[1\].W takes 2: give 3$"):
        corners([layers[0], *network(0, 2)[1:]], 0, 1)
    for k, name in ((0, "W"), (1, "W"), (0, "b")):

        def call(value, k=k, name=name):
            given = list(layers)
            given[k] = layers[k]._replace(**{name: value})
            return corners(given, 0, 1)

        good = getattr(layers[k], name)
        bad = spoilt(good, math.nan, math.inf)
        said = rf"^layers\[{k}\].{name} has NaN or infinity: train with a lower rate$"
        refuses(call, said, good=[good], bad=bad)


def graph(places, weights):
    """A network of one layer: neurons that start at places, with these weights."""
    start = torch.tensor(places, dtype=torch.float64)
    out = torch.tensor([weights], dtype=torch.float64)
    return [
        Layer(torch.ones(len(places), 1, dtype=torch.float64), -start),
        Layer(out, torch.zeros(1, dtype=torch.float64)),
    ]


def test_places_very_near_to_each_other_are_one_corner():
    assert len(corners(graph([0.5, 0.5 + 1e-12], [1.0, 1.0]), 0, 1)) == 1
    assert len(corners(graph([0.5, 0.5 + 1e-8], [1.0, 1.0]), 0, 1)) == 2


def test_a_turn_is_small_beside_the_steepest_slope():
    found = corners(graph([0.2, 0.6], [1.0, 1e8]), 0, 1)
    assert found.tolist() == pytest.approx([0.6])
    assert len(corners(graph([0.2, 0.6], [1.0, 1e5]), 0, 1)) == 2
