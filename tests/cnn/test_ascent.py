"""Ascent: the known best picture of a linear score, with and without a price."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import ascend, ink, roughness
from tests.refusals import only_positive, refuses, spoilt


def weights(seed, count=3):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(count, 1, 4, 4, generator=dice)


def linear(w):
    return lambda x: (w * x).sum(dim=(1, 2, 3))


@pytest.mark.equation("eq-cnn-threshold")
@given(seed=st.integers(0, 2**31), price=st.floats(0, 1))
def test_the_best_picture_of_a_linear_score_is_where_weights_beat_the_price(
    seed, price
):
    w = weights(seed)
    cost = lambda x: price * ink(x)  # noqa: E731
    found = ascend(linear(w), torch.full_like(w, 0.5), 1e4, 3, cost)
    clear = (w - price).abs() > 1e-3
    assert torch.equal(found[clear], (w > price).float()[clear])


@pytest.mark.equation("eq-cnn-ascent")
def test_one_step_is_the_slope_times_the_rate_cut_to_the_box():
    w, x = weights(0), torch.rand(3, 1, 4, 4)
    found = ascend(linear(w), x, 0.3, 1)
    expected = (x + 0.3 * w).clip(0, 1)
    torch.testing.assert_close(found, expected)
    half_squares = lambda x: x.square().sum((1, 2, 3)) / 2  # noqa: E731
    priced = ascend(linear(w), x, 0.3, 1, half_squares)
    torch.testing.assert_close(priced, (x + 0.3 * (w - x)).clip(0, 1))


@pytest.mark.equation("eq-cnn-prior")
def test_no_picture_of_a_fine_grid_beats_the_one_found():
    dice = torch.Generator().manual_seed(3)
    w = torch.randn(1, 1, 1, 3, generator=dice)
    curved = lambda x: (w * x).sum((1, 2, 3)) - ((x - 0.6) ** 2).sum((1, 2, 3))  # noqa: E731
    cost = lambda x: 0.2 * ink(x)  # noqa: E731
    found = ascend(curved, torch.full_like(w, 0.5), 0.05, 500, cost)
    axis = torch.linspace(0, 1, 21)
    grid = torch.cartesian_prod(axis, axis, axis)[:, None, None]
    goods = curved(grid) - cost(grid)
    assert (curved(found) - cost(found)).item() >= goods.max().item() - 1e-6


def test_pictures_do_not_mix_and_the_first_ones_stay():
    w, x = weights(1), torch.rand(3, 1, 4, 4)
    before = x.clone()
    together = ascend(linear(w), x, 0.1, 5, roughness)
    for k in range(3):
        alone = ascend(linear(w[k : k + 1]), x[k : k + 1], 0.1, 5, roughness)
        torch.testing.assert_close(together[k : k + 1], alone)
    assert torch.equal(x, before)
    assert not x.requires_grad
    assert not together.requires_grad
    assert torch.equal(ascend(linear(w), x, 0.1, 0), x)


@pytest.mark.equation("eq-cnn-activation")
def test_the_degree_of_activation_is_the_sum_of_a_map():
    x = torch.rand(2, 1, 5, 5)
    layer = torch.nn.Conv2d(1, 3, 3)
    with torch.no_grad():
        maps = layer(x)
        found = maps.sum(dim=(2, 3))
        for n in range(2):
            for k in range(3):
                total = sum(
                    (layer.weight[k, 0] * x[n, 0, i : i + 3, j : j + 3]).sum()
                    + layer.bias[k]
                    for i in range(3)
                    for j in range(3)
                )
                assert found[n, k].item() == pytest.approx(total.item(), rel=1e-5)


def test_the_prices_of_a_small_picture():
    x = torch.tensor([[[[0.5, -1.0, 2.0], [0.0, 2.0, 1.0], [1.0, 1.0, 3.0]]]])
    assert ink(x).tolist() == [9.5]
    down, right = [0.5, 3, 1, 1, 1, 2], [1.5, 3, 2, 1, 0, 2]
    assert roughness(x).tolist() == [sum(down) + sum(right)]


def test_rejects_settings_no_picture_and_a_slope_that_is_none():
    w, x = weights(0), torch.rand(3, 1, 4, 4)
    only_positive(lambda lr: ascend(linear(w), x, lr, 1), "lr")
    said = "^steps is -1: give 0 or more$"
    refuses(lambda n: ascend(linear(w), x, 0.1, n), said, good=[0], bad=[-1])
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        ascend(linear(w), x[:0], 0.1, 1)
    said = "^score has a slope of NaN or infinity: walk through the model"
    for bad in (math.nan, math.inf):
        spoiled = w.clone()
        spoiled[2, 0, 3, 3] = bad
        with pytest.raises(ValueError, match=said):
            ascend(linear(spoiled), x, 0.1, 1)
    said = "^x has NaN or infinity: drop or mend those pictures$"
    weight = torch.ones(3, requires_grad=True)
    for ignores in (lambda x: torch.ones(3), lambda x: 2 * weight):
        with pytest.raises(ValueError, match=r"^score does not depend on x: let it c"):
            ascend(ignores, x, 0.1, 2)
    for off in (x + 1, x - 1):
        with pytest.raises(ValueError, match=r"^x has dots from .* to .*: give 0 to 1"):
            ascend(linear(w), off, 0.1, 0)
    said = "^x has NaN or infinity: drop or mend those pictures$"
    bad_pictures = spoilt(x, math.nan, math.inf)
    refuses(lambda x: ascend(linear(w), x, 0.1, 1), said, good=[x], bad=bad_pictures)
