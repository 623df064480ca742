"""The interval is that of theory, and holds the truth as often as it says."""

import math

import pytest
import torch

from ml2020.course_rules import bootstrap_ci
from tests.refusals import above, below, refuses, spoilt


def normal(count, seed):
    return torch.randn(count, generator=dice(seed), dtype=torch.float64)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


class Counting:
    """A statistic that returns 0, 1, 2, ... and forgets what was drawn."""

    def __init__(self):
        self.calls = 0

    def __call__(self, values):
        self.calls += 1
        return torch.tensor(self.calls - 1.0)


def test_for_a_mean_it_is_the_normal_interval(device):
    values = normal(400, 0).to(device)
    low, high = bootstrap_ci(values, repeats=4000, generator=dice())
    half = 1.96 * values.std().item() / 20
    assert (low, high) == pytest.approx(
        (values.mean().item() - half, values.mean().item() + half), abs=0.15 * half
    )


@pytest.mark.parametrize(("level", "ends"), [(0.9, (5, 95)), (0.5, (25, 75))])
def test_it_leaves_out_the_same_share_on_both_sides(level, ends):
    assert bootstrap_ci(
        torch.ones(3), Counting(), repeats=101, level=level
    ) == pytest.approx(ends, abs=1e-4)


def test_it_redraws_a_thousand_times_and_keeps_95_in_a_hundred():
    counting = Counting()
    ends = bootstrap_ci(torch.ones(3), counting)
    assert counting.calls == 1000
    assert ends == pytest.approx((0.025 * 999, 0.975 * 999), abs=1e-3)


def test_each_redrawing_has_as_many_examples_and_all_may_come():
    seen = []
    bootstrap_ci(
        torch.arange(5.0),
        lambda drawn: seen.append(drawn) or drawn.mean(),
        repeats=200,
        generator=dice(),
    )
    assert {len(drawn) for drawn in seen} == {5}
    assert set(torch.cat(seen).tolist()) == {0, 1, 2, 3, 4}
    assert any(len(drawn.unique()) < 5 for drawn in seen)  # with replacement


def test_it_holds_the_truth_about_as_often_as_it_says():
    inside = 0
    for seed in range(100):
        low, high = bootstrap_ci(
            normal(60, seed), repeats=200, level=0.8, generator=dice(seed)
        )
        inside += low <= 0 <= high
    assert 68 <= inside <= 92  # 0.8 of 100, three standard errors


def test_any_statistic_can_be_redrawn():
    skewed = torch.arange(101.0) ** 2  # its mean is 3350
    low, high = bootstrap_ci(skewed, torch.median, generator=dice())
    assert 1000 < low < 2500 < high < 4500
    assert (low + high) / 2 < 3000


def test_right_and_wrong_may_be_numbers_or_truth_values():
    right = torch.arange(40) % 3 == 0
    ends = {
        bootstrap_ci(values, repeats=50, generator=dice())
        for values in (right, right.long(), right.float(), right.double())
    }
    assert len(ends) == 1


def test_one_value_cannot_come_out_otherwise():
    assert bootstrap_ci(torch.tensor([3.0])) == (3, 3)


def test_the_global_dice_stay():
    before = torch.get_rng_state()
    bootstrap_ci(normal(9, 0), generator=dice())
    assert torch.equal(torch.get_rng_state(), before)


def test_rejects_nothing_and_what_is_no_number():
    good = torch.tensor([0.0, 1.0])
    refuses(
        lambda values: bootstrap_ci(values, repeats=40),
        r"^values has NaN or infinity: drop or mend those examples$",
        good=[good],
        bad=spoilt(good, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^values is empty: give at least one exam"):
        bootstrap_ci(torch.empty(0))


def test_rejects_a_level_that_is_no_share():
    refuses(
        lambda level: bootstrap_ci(torch.ones(2), level=level),
        r"^level is .*: choose it between 0 and 1$",
        good=[above(0.0), 0.998],
        bad=[0.0, 1.0, 1.5, math.nan],
    )


@pytest.mark.parametrize(
    ("level", "least"), [(0.95, 40), (0.9, 20), (0.5, 4), (0.999, 2000)]
)
def test_rejects_so_few_redrawings_that_none_falls_outside(level, least):
    refuses(
        lambda repeats: bootstrap_ci(torch.ones(2), repeats=repeats, level=level),
        rf"^repeats is .*: give {least} or more$",
        good=[least],
        bad=[least - 1, 1, 0, -1],
    )


def test_a_level_a_little_higher_needs_one_redrawing_more():
    values, higher = torch.tensor([0.0, 1.0]), 1 - 2 / (40 + 1e-7)
    bootstrap_ci(values, repeats=41, level=higher)
    with pytest.raises(ValueError, match=r"^repeats is 40: "):
        bootstrap_ci(values, repeats=40, level=higher)


def test_no_thousand_can_say_what_a_level_near_one_leaves_out():
    with pytest.raises(ValueError, match=r"^repeats is 1000: give \d+ or more$"):
        bootstrap_ci(torch.ones(2), level=below(1.0))


def test_a_statistic_may_return_a_plain_number_or_a_count():
    values = torch.arange(30.0)
    asked = [torch.mean, lambda drawn: drawn.mean().item(), lambda drawn: drawn.sum()]
    one, other, total = (
        bootstrap_ci(values, how, repeats=60, generator=dice()) for how in asked
    )
    assert one == other
    assert total == pytest.approx([30 * end for end in one])
    low, high = bootstrap_ci(
        values, lambda drawn: (drawn > 14).sum(), repeats=60, generator=dice()
    )
    assert 0 < low < 15 < high < 30


class Once:
    """A mean that at its third call returns something else."""

    def __init__(self, other):
        self.calls, self.other = 0, other

    def __call__(self, values):
        self.calls += 1
        return self.other if self.calls == 3 else values.mean()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (torch.ones(2), r"has the shape \(2,\): give it \(\)$"),
        (None, "is no number: give it one$"),
        (1j, "is no number: give it one$"),
        (torch.tensor(1j), "is complex: give it a real number$"),
        (torch.tensor(math.inf), "has NaN or infinity: take one defined for every re"),
        (math.nan, "has NaN or infinity: take one defined for every redrawing$"),
    ],
)
def test_every_redrawing_has_to_give_one_number(other, said):
    with pytest.raises(ValueError, match=rf"^statistic's result {said}"):
        bootstrap_ci(torch.arange(6.0), Once(other), repeats=40)


def test_rejects_a_statistic_of_several_numbers():
    refuses(
        lambda how: bootstrap_ci(torch.arange(6.0), how, repeats=40),
        r"^statistic's result has the shape \((1|2|6),\): give it \(\)$",
        good=[torch.mean, torch.Tensor.max, lambda drawn: 1.0],
        bad=[lambda drawn: drawn, lambda drawn: drawn[:1], lambda drawn: [1.0, 2.0]],
    )
