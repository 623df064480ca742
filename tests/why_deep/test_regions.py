"""Regions: they fill the square, the network is straight on each, and folds count."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.deep_learning import Layer, draw_layers, layer_by_layer, relu, straight
from ml2020.why_deep import carpet_layers, regions
from tests.refusals import only_positive, refuses, spoilt

seeds = st.integers(0, 2**31)


def network(seed, *hidden):
    dice = torch.Generator().manual_seed(seed)
    drawn = draw_layers((2, *hidden, 1), generator=dice)
    return [Layer(3 * W.double(), b.double()) for W, b in drawn]


def area(polygon):
    x, y = polygon.T
    return (x * y.roll(-1) - x.roll(-1) * y).sum().item() / 2


@pytest.mark.parametrize("folds", [1, 2, 3])
def test_each_fold_of_both_coordinates_makes_four_times_as_many(folds):
    found = regions(carpet_layers(folds))
    assert len(found) == 4**folds
    assert all(area(p) == pytest.approx(4.0**-folds) for p in found)


@settings(max_examples=15)
@given(seed=seeds, widths=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_the_parts_fill_the_square(seed, widths):
    found = regions(network(seed, *widths), 2.0)
    assert sum(area(p) for p in found) == pytest.approx(4, abs=1e-6)
    assert min(area(p) for p in found) > 0


@settings(max_examples=15)
@given(seed=seeds, widths=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_the_same_rectifiers_are_on_at_all_points_of_a_part(seed, widths):
    layers = network(seed, *widths)
    bends = [relu] * (len(layers) - 1) + [straight]
    patterns = []
    for polygon in regions(layers):
        middle = polygon.mean(dim=0)
        near = middle + 0.9 * (polygon - middle)  # the corners lie on the lines
        z = layer_by_layer(torch.cat([middle[None], near]), layers, bends).z
        on = torch.cat(z[:-1], dim=1) > 0
        if area(polygon) > 1e-6:
            assert (on == on[0]).all()
            patterns.append(tuple(on[0].tolist()))
    assert len(patterns) == len(set(patterns))


@pytest.mark.parametrize("width", [1, 2, 3, 6])
def test_lines_cut_a_plane_into_as_many_parts_as_geometry_says(width):
    dice = torch.Generator().manual_seed(width)
    W = torch.randn(width, 2, generator=dice, dtype=torch.float64)
    inside = 0.5 + 0.05 * torch.randn(width, 2, generator=dice, dtype=torch.float64)
    b = -(W * inside).sum(dim=1)  # each line passes near the middle
    layers = [
        Layer(W, b),
        Layer(torch.ones(1, width).double(), torch.zeros(1).double()),
    ]
    # Seen from far away all crossings are inside.
    far = [Layer(W, b - W.sum(dim=1) * 1e4), layers[1]]
    assert len(regions(far, 2e4 + 1)) == 1 + width + math.comb(width, 2)
    assert len(regions(layers)) <= 1 + width + math.comb(width, 2)


def test_a_neuron_that_never_starts_cuts_nothing():
    b = torch.tensor([-3.0, 3.0])
    layers = [Layer(torch.ones(2, 2), b), Layer(torch.ones(1, 2), torch.zeros(1))]
    (whole,) = regions(layers)
    assert whole.tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]


def test_units_change_nothing():
    first, second, last = carpet_layers(2)
    small = [
        Layer(1e-10 * first.W.double(), 1e-10 * first.b.double()),
        Layer(1e10 * second.W.double(), second.b.double()),
        last,
    ]
    assert len(regions(small)) == 16


def test_one_cut_by_hand():
    layers = [
        Layer(torch.tensor([[1.0, 0.0]]), torch.tensor([-0.25])),
        Layer(torch.ones(1, 1), torch.zeros(1)),
    ]
    right, left = regions(layers)
    assert sorted(right.tolist()) == [[0.25, 0], [0.25, 1], [1, 0], [1, 1]]
    assert sorted(left.tolist()) == [[0, 0], [0, 1], [0.25, 0], [0.25, 1]]


def test_rejects_what_has_no_regions():
    layers = network(0, 3)
    with pytest.raises(ValueError, match=r"^layers is empty: give at least one$"):
        regions([])
    with pytest.raises(ValueError, match=r"^layers\[0\].W takes 3: give 2$"):
        regions(draw_layers((3, 2, 1)))
    with pytest.raises(ValueError, match=r"^layers\[1\].W takes 2: give 3$"):
        regions([layers[0], *network(0, 2)[1:]])
    only_positive(lambda size: regions(layers, size), "size")
    for k, name in ((0, "W"), (0, "b"), (1, "W")):

        def call(value, k=k, name=name):
            given = list(layers)
            given[k] = layers[k]._replace(**{name: value})
            return regions(given)

        good = getattr(layers[k], name)
        said = rf"^layers\[{k}\].{name} has NaN or infinity: train with a lower rate$"
        refuses(call, said, good=[good], bad=spoilt(good, math.nan, math.inf))


def test_a_cut_from_corner_to_corner_makes_two_triangles():
    layers = [
        Layer(torch.tensor([[1.0, -1.0]]), torch.zeros(1)),
        Layer(torch.ones(1, 1), torch.zeros(1)),
    ]
    parts = regions(layers)
    assert [len(p) for p in parts] == [3, 3]
    assert [area(p) for p in parts] == pytest.approx([0.5, 0.5])
