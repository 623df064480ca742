"""The interval is that of theory, and holds the truth as often as it says."""

import pytest
import torch

from ml2020.course_rules import bootstrap_ci


def normal(count, seed):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(count, generator=dice, dtype=torch.float64)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-course_rules-bootstrap")
def test_for_a_mean_it_is_the_normal_interval():
    values = normal(400, 0)
    low, high = bootstrap_ci(values, repeats=4000, generator=dice())
    half = 1.96 * values.std().item() / 20
    assert (low, high) == pytest.approx(
        (values.mean().item() - half, values.mean().item() + half), abs=0.15 * half
    )


def test_it_holds_the_truth_about_as_often_as_it_says():
    inside = 0
    for seed in range(200):
        low, high = bootstrap_ci(
            normal(60, seed), repeats=200, level=0.8, generator=dice(seed)
        )
        inside += low <= 0 <= high
    assert 140 <= inside <= 178  # 0.8 of 200, three standard errors


def test_a_higher_level_is_a_wider_interval():
    values = normal(50, 1)
    narrow = bootstrap_ci(values, level=0.5, generator=dice())
    wide = bootstrap_ci(values, level=0.99, generator=dice())
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_any_statistic_can_be_redrawn():
    skewed = torch.arange(101.0) ** 2  # its mean is 3350
    low, high = bootstrap_ci(skewed, torch.median, generator=dice())
    assert 1000 < low < 2500 < high < 4500
    assert (low + high) / 2 < 3000


def test_one_value_cannot_come_out_otherwise():
    assert bootstrap_ci(torch.tensor([3.0])) == (3, 3)


def test_the_global_dice_stay():
    before = torch.get_rng_state()
    bootstrap_ci(normal(9, 0), generator=dice())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("values", [[], [1.0, float("nan")]])
def test_rejects_nothing_and_nan(values):
    with pytest.raises(ValueError, match=r"^values are empty or have NaN: drop those"):
        bootstrap_ci(torch.tensor(values))


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5, float("nan")])
def test_rejects_a_level_that_is_no_share(level):
    with pytest.raises(ValueError, match=r"^level is .*: choose it between 0 and 1$"):
        bootstrap_ci(torch.ones(2), level=level)


def test_rejects_no_redrawing():
    with pytest.raises(ValueError, match=r"^repeats is 0: redraw at least once$"):
        bootstrap_ci(torch.ones(2), repeats=0)
