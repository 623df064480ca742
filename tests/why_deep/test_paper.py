"""The carpet: a cut through folded paper, by formula, by network, by hand."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.deep_learning import forward, relu, straight
from ml2020.why_deep import carpet, carpet_layers
from ml2020.why_deep.paper import check_points
from tests.refusals import refuses, spoilt


def drawn(seed, n=100):
    dice = torch.Generator().manual_seed(seed)
    return torch.rand(n, 2, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-why_deep-carpet")
@given(seed=st.integers(0, 2**31), folds=st.integers(1, 4))
def test_a_point_is_inside_if_it_is_near_the_middle_of_its_tile(seed, folds):
    points, tile = drawn(seed), 2.0 ** (1 - folds)
    for point, score in zip(
        points.tolist(), carpet(points, folds).tolist(), strict=True
    ):
        middles = [(math.floor(p / tile) + 0.5) * tile for p in point]
        away = sum(abs(p - m) for p, m in zip(point, middles, strict=True))
        # A diamond reaches half a tile from its middle, in each direction.
        assert score == pytest.approx(1 - 2 * away / tile, abs=1e-9)


@given(seed=st.integers(0, 2**31), folds=st.integers(1, 4))
def test_the_network_gives_the_same_scores(seed, folds):
    points = drawn(seed).float()
    layers = carpet_layers(folds)
    assert [tuple(layer.W.shape) for layer in layers] == [
        (4, 2),
        *[(4, 4)] * (folds - 1),
        (1, 4),
    ]
    said = forward(points, layers, [relu] * folds + [straight]).a[-1][:, 0]
    torch.testing.assert_close(said, carpet(points, folds), rtol=0, atol=1e-4)


@pytest.mark.parametrize("folds", [0, 1, 2, 3])
def test_half_of_the_square_is_inside(folds):
    share = (carpet(drawn(3, 20_000), folds) > 0).double().mean().item()
    assert share == pytest.approx(0.5, abs=0.02)


def test_without_a_fold_the_cut_goes_from_corner_to_corner():
    points = torch.tensor([[0.9, 0.3], [0.2, 0.3]], dtype=torch.float64)
    torch.testing.assert_close(
        carpet(points, 0), torch.tensor([0.2, -0.5], dtype=torch.float64)
    )


def test_rejects_what_is_no_paper():
    points = drawn(0, 4)
    refuses(
        lambda p: carpet(p, 1),
        "^x has NaN or infinity: drop or mend those examples$",
        good=[points],
        bad=spoilt(points, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^points is empty: give at least one point"):
        carpet(points[:0], 1)
    refuses(
        check_points,  # carpet refuses it by its annotations
        r"^points has the shape .*: give it \(\d, 2\)$",
        good=[points, points[:1]],
        bad=[points[:, :1], points.T],
    )
    refuses(
        lambda folds: carpet(points, folds),
        "^folds is -1: give 0 or more$",
        good=[0],
        bad=[-1],
    )
    refuses(carpet_layers, "^folds is .*: give 1 or more$", good=[1], bad=[0, -1])


@pytest.mark.equation("eq-why_deep-flat")
@pytest.mark.parametrize("folds", [1, 2, 3, 4])
def test_one_layer_holds_the_carpet_too(folds):
    points = drawn(5)
    many = 2**folds
    tent = many * points
    for i in range(1, many):
        tent = tent + 2 * many * (-1) ** i * (points - i / many).relu()
    assert torch.allclose(tent.sum(dim=1) - 1, carpet(points, folds))
