"""Random waves are cosines; many of them compare examples as a bell curve does."""

import math

import pytest
import torch

from ml2020.error_sources import draw_waves, waves
from tests.refusals import above, refuses, spoilt


def dice(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-error_sources-waves")
def test_a_feature_is_the_cosine_of_a_projection(device):
    W, phase = draw_waves(3, 4, 0.7, generator=dice(0))
    x = torch.randn(5, 3, generator=dice(1), dtype=torch.float64)
    expected = [
        [math.cos(sum(row[i] * W[i, j] for i in range(3)) + phase[j]) for j in range(4)]
        for row in x
    ]
    result = waves(x.to(device), W.to(device), phase.to(device))
    torch.testing.assert_close(result.cpu(), torch.tensor(expected).double())


def test_many_waves_compare_two_examples_by_their_distance():
    W, phase = draw_waves(2, 200_000, 2.0, generator=dice(0))
    x = torch.tensor([[0.0, 1.0], [3.0, 2.0]], dtype=torch.float64)
    F = waves(x, W, phase)
    bell = math.exp(-10 / (2 * 2.0**2))  # |x - x'|^2 = 10
    assert 2 * (F[0] * F[1]).mean().item() == pytest.approx(bell, abs=0.01)
    assert 2 * (F[0] ** 2).mean().item() == pytest.approx(1, abs=0.01)


def test_phases_go_all_the_way_round():
    _, phase = draw_waves(1, 10_000, 1.0, generator=dice(0))
    assert phase.min() >= 0
    assert 6.2 < phase.max() < 2 * math.pi
    assert phase.mean().item() == pytest.approx(math.pi, abs=0.1)


def test_the_same_seed_draws_the_same_waves_and_touches_no_other_dice():
    before = torch.random.get_rng_state()
    first, second = (draw_waves(2, 3, 1.0, generator=dice(5)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert first[0].dtype == first[1].dtype == torch.float64
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_width_is_the_distance_over_which_a_wave_turns():
    W, _ = draw_waves(50, 400, 4.0, generator=dice(0))
    assert W.std().item() == pytest.approx(0.25, rel=0.03)


def test_rejects_sizes_below_1():
    refuses(
        lambda dims: draw_waves(dims, 3, 1.0),
        r"^dims is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda count: draw_waves(3, count, 1.0),
        r"^count is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_rejects_a_width_that_is_none():
    said = r"^width is .*: give a positive number$"
    bad = [0.0, -1.0, math.nan, math.inf]
    refuses(lambda width: draw_waves(3, 3, width), said, good=[1e-300], bad=bad)
    refuses(
        lambda width: draw_waves(3, 3, width),
        "^randn / width has NaN or infinity: choose a larger width$",
        good=[1e-300],
        bad=[1e-320, above(0.0)],
    )


def test_rejects_no_examples_and_no_numbers():
    W, phase = draw_waves(2, 3, 1.0, generator=dice(0))
    x = torch.ones(2, 2).double()
    with pytest.raises(ValueError, match=r"^x is empty: give at least one example$"):
        waves(x[:0], W, phase)
    refuses(
        lambda x: waves(x, W, phase),
        "^x has NaN or infinity: drop or mend those examples$",
        good=[x],
        bad=spoilt(x, math.nan, math.inf),
    )


def test_rejects_waves_that_are_no_numbers():
    W, phase = draw_waves(2, 3, 1.0, generator=dice(0))
    x, remedy = torch.ones(2, 2).double(), r" has NaN or infinity: draw it with draw_"
    bad = spoilt(W, math.nan, math.inf)
    refuses(lambda W: waves(x, W, phase), "^W" + remedy, good=[W], bad=bad)
    bad = spoilt(phase, math.nan, math.inf)
    refuses(lambda phase: waves(x, W, phase), "^phase" + remedy, good=[phase], bad=bad)


def test_rejects_waves_of_another_type():
    W, phase = draw_waves(2, 3, 1.0, generator=dice(0))
    x = torch.ones(2, 2)
    with pytest.raises(
        ValueError, match=r"^W is torch.float64, x is torch.float32: give W.to\(x"
    ):
        waves(x, W, phase)
    with pytest.raises(
        ValueError,
        match=r"^phase is torch.float64, x is torch.float32: give phase.to\(x",
    ):
        waves(x, W.float(), phase)


def test_rejects_projections_that_overflow():
    W, phase = torch.tensor([[1e20, 1.0]]), torch.zeros(2)
    refuses(
        lambda x: waves(torch.tensor([[1.0], [x]]), W, phase),
        r"^x W has NaN or infinity: change the units of x$",
        good=[3e18],
        bad=[4e18, -1e30],
    )
