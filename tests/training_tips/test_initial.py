"""How large the first weights are: what keeps its size on the way through."""

import math

import pytest
import torch
from torch import nn

from ml2020.deep_learning import he_layers
from ml2020.training_tips import (
    gaussian_layers,
    glorot_variance,
    he_variance,
    lecun_variance,
)
from tests.refusals import refuses

VARIANCES = [lecun_variance, he_variance, glorot_variance]


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def mean_square(t):
    return (t**2).mean().item()


@pytest.mark.equation("eq-training_tips-forward")
@pytest.mark.parametrize("bend", [torch.relu, torch.tanh])
def test_the_mean_square_of_a_sum_is_inputs_times_variance_times_that_of_one(bend):
    a = bend(torch.randn(400, 300, generator=dice(1)))
    (layer,) = gaussian_layers((300, 500), lambda i, o: 0.01, generator=dice())
    expected = 300 * 0.01 * mean_square(a)
    assert mean_square(a @ layer.W.T) == pytest.approx(expected, rel=0.03)


@pytest.mark.equation("eq-training_tips-large")
@pytest.mark.parametrize("nv", [1e3, 36e2 * math.pi, 1e5])
def test_large_weights_of_sigmoids_multiply_slopes_by_a_known_factor(nv):
    z = torch.linspace(-60, 60, 60_001, dtype=torch.float64)
    density = torch.exp(-(z**2) / nv) / (math.pi * nv) ** 0.5  # of variance nv / 2
    gain = torch.sigmoid(z) * torch.sigmoid(-z)
    factor = nv * torch.trapezoid(density * gain**2, z).item()
    assert factor == pytest.approx(nv**0.5 / (6 * math.pi**0.5), rel=3 / nv)


@pytest.mark.equation("eq-training_tips-backward")
def test_on_the_way_back_the_neurons_above_and_the_gains_count():
    z = torch.randn(400, 300, generator=dice(1))
    delta = torch.randn(400, 500, generator=dice(2))
    (layer,) = gaussian_layers((300, 500), lambda i, o: 0.01, generator=dice())
    gain = 1 - z.tanh() ** 2
    expected = 500 * 0.01 * mean_square(gain) * mean_square(delta)
    assert mean_square(gain * (delta @ layer.W)) == pytest.approx(expected, rel=0.05)


@pytest.mark.equation("eq-training_tips-he")
def test_with_he_rectifiers_pass_the_mean_square_on_through_ten_layers():
    a = torch.randn(100, 800, generator=dice(1))
    for W, _ in gaussian_layers([800] * 11, he_variance, generator=dice()):
        a = (a @ W.T).relu()
    assert mean_square(a) == pytest.approx(1, rel=0.5)  # 2 ** -10 with half as much
    for variance in (lecun_variance, glorot_variance):
        a = torch.randn(100, 800, generator=dice(1))
        for W, _ in gaussian_layers([800] * 11, variance, generator=dice()):
            a = (a @ W.T).relu()
        assert mean_square(a) == pytest.approx(2**-10, rel=0.5)


@pytest.mark.equation("eq-training_tips-glorot")
def test_glorots_is_that_of_torch():
    (layer,) = gaussian_layers((300, 500), glorot_variance, generator=dice())
    theirs = nn.init.xavier_normal_(torch.empty(500, 300), generator=dice())
    assert layer.W.std().item() == pytest.approx((2 / 800) ** 0.5, rel=0.01)
    assert theirs.std().item() == pytest.approx(layer.W.std().item(), rel=0.02)


def test_the_three_variances():
    assert [v(2, 6) for v in VARIANCES] == [0.5, 1, 0.25]
    assert [v(4, 4) for v in VARIANCES] == [0.25, 0.5, 0.25]


def test_with_hes_variance_the_layers_are_those_of_the_lecture_before():
    ours = gaussian_layers((64, 32, 10), he_variance, generator=dice(3))
    theirs_all = he_layers((64, 32, 10), generator=dice(3))
    for mine, theirs in zip(ours, theirs_all, strict=True):
        torch.testing.assert_close(mine.W, theirs.W)
        assert torch.equal(mine.b, theirs.b)


def test_a_seed_draws_the_same_again_and_the_global_state_stays():
    before = torch.random.get_rng_state()
    first, again = (
        gaussian_layers((3, 2), he_variance, generator=dice()) for _ in range(2)
    )
    assert torch.equal(first[0].W, again[0].W)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_variance_sees_what_comes_in_and_what_goes_out():
    seen = []

    def variance(fan_in, fan_out):
        seen.append((fan_in, fan_out))
        return 1.0

    gaussian_layers((7, 5, 3), variance)
    assert set(seen) == {(7, 5), (5, 3)}


@pytest.mark.parametrize("variance", VARIANCES)
def test_rejects_layers_without_inputs_or_neurons(variance):
    said = "^{} is -?[0-9]+: give 1 or more$"
    refuses(lambda n: variance(n, 1), said.format("fan_in"), good=[1], bad=[0, -1])
    refuses(lambda n: variance(1, n), said.format("fan_out"), good=[1], bad=[0, -1])


def test_rejects_sizes_of_no_network_and_variances_that_are_none():
    with pytest.raises(ValueError, match=r"^sizes has 1: give 2 or more"):
        gaussian_layers([3], he_variance)
    refuses(
        lambda v: gaussian_layers([3, 2], lambda i, o: v),
        "^variance is .*: give a positive number$",
        good=[1e-9],
        bad=[0.0, -1.0, float("nan"), float("inf")],
    )
