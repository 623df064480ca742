"""Gaps in points: by hand, against networks and words drawn again and again."""

import pytest
import torch

from ml2020.rnn.sounds_gaps import gap_in_points, verdict
from tests.refusals import only_positive, refuses

ALL = torch.ones(4, dtype=torch.bool)
SOME = torch.tensor([True, True, False, False])
PHONES = torch.tensor([1.0, 3.0, 2.0, 4.0]).double()


def test_a_gap_of_one_network_by_hand():
    gap = torch.tensor([[1.0, 0.0, 1.0, 0.0]]).double()
    mean, two = gap_in_points(gap, PHONES, ALL)
    assert mean == pytest.approx(20)
    rests = (1 - 0.2, -0.6, 1 - 0.4, -0.8)
    assert two == pytest.approx(200 * sum(r * r for r in rests) ** 0.5 / 10)


def test_less_the_gap_of_other_words():
    gap = torch.tensor([[1.0, 0.0, 1.0, 0.0]]).double()
    mean, two = gap_in_points(gap, PHONES, SOME, ~SOME)
    assert mean == pytest.approx(100 * (1 / 4 - 1 / 6))
    parts = (gap_in_points(gap, PHONES, words)[1] for words in (SOME, ~SOME))
    assert two == pytest.approx(sum(p * p for p in parts) ** 0.5)


def test_networks_that_differ_add_to_the_error():
    gap = torch.tensor([[2.0, 6, 4, 8], [1, 3, 2, 4]]).double()  # no word stands out
    mean, two = gap_in_points(gap, PHONES, ALL)
    assert mean == pytest.approx(150)
    assert two == pytest.approx(200 * 0.5)
    both = gap_in_points(gap, PHONES, SOME, ~SOME)
    assert both == pytest.approx((0, 0))


def test_two_errors_hold_a_mean_drawn_anew_in_nearly_all_cases():
    dice = torch.Generator().manual_seed(0)
    hits, words = 0, torch.ones(200, dtype=torch.bool)
    for _ in range(200):
        phones = torch.randint(2, 8, (200,), generator=dice).double()
        gap = 0.1 * phones + torch.randn(1, 200, generator=dice).double()
        mean, two = gap_in_points(gap, phones, words)
        hits += abs(mean - 10) < two
    assert 0.9 < hits / 200 < 0.99


@pytest.mark.parametrize(
    ("gain", "two", "shown"),
    [
        (2, 1.9, "ahead"),
        (2, 2, "not known"),
        (-2, 1.9, "behind"),
        (0.2, 0.7, "even"),
        (-0.2, 0.7, "even"),
        (0.2, 0.9, "not known"),
        (0.2, 0.1, "ahead"),
    ],
)
def test_a_verdict_asks_the_whole_interval(gain, two, shown):
    assert verdict(gain, two, 1) == shown


def test_what_does_not_fit_is_refused():
    gap = torch.ones(2, 4).double()
    refuses(
        lambda given: gap_in_points(given, PHONES, ALL),
        "^(gap has NaN or infinity|at has no word: choose at least one)",
        good=[gap],
        bad=[gap * torch.nan, gap[:0]],
    )
    refuses(
        lambda given: gap_in_points(gap, given, ALL),
        "^to_say has words without phones: leave them out$",
        good=[PHONES],
        bad=[0 * PHONES, 1 - PHONES],
    )
    refuses(
        lambda given: gap_in_points(gap, given, ALL),
        "^to_say has NaN or infinity",
        good=[PHONES],
        bad=[PHONES * torch.inf, PHONES * torch.nan],
    )
    refuses(
        lambda but: gap_in_points(gap, PHONES, SOME, but),
        "^but has words of at: give others$",
        good=[~SOME],
        bad=[ALL, SOME],
    )
    refuses(
        lambda gain: verdict(gain, 1.0, 1.0),
        "^gain is nan: drop what is not known$",
        good=[0.0],
        bad=[float("nan")],
    )
    refuses(
        lambda at: gap_in_points(gap, PHONES, ~SOME, at),
        "^at has no word: choose at least one$",
        good=[SOME],
        bad=[SOME & ~SOME],
    )
    only_positive(lambda margin: verdict(1.0, 1.0, margin), "margin")
    refuses(
        lambda two: verdict(1.0, two, 1.0),
        "^two_errors is .*: give 0 or more$",
        good=[0.0],
        bad=[-0.1, float("nan")],
    )
