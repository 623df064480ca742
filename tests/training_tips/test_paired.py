"""How far one kind is ahead of another, and when that is a win."""

import math
import statistics

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import ahead, told, verdict
from ml2020.training_tips.paired import Ahead
from tests.refusals import above, below, refuses, spoilt

SHARES = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)),
    min_size=2,
    max_size=9,
)


@given(SHARES)
def test_mean_and_standard_error_of_the_differences(pairs):
    one, other = (
        torch.tensor(v, dtype=torch.float64) for v in zip(*pairs, strict=True)
    )
    apart = [100 * (a - b) for a, b in pairs]
    found = ahead(one, other)
    assert found.mean == pytest.approx(statistics.fmean(apart), abs=1e-9)
    error = statistics.stdev(apart) / math.sqrt(len(apart))
    assert found.error == pytest.approx(error, abs=1e-9)
    back = ahead(other, one, 1.0)
    assert back.mean == pytest.approx(-found.mean / 100, abs=1e-9)
    assert back.error == pytest.approx(found.error / 100, abs=1e-9)


@pytest.mark.parametrize(
    ("mean", "error", "expected"),
    [
        (1.0, 0.1, "even"),  # not more than the least
        (above(1.0), 0.1, "win"),
        (below(-1.0), 0.1, "loss"),
        (-1.0, 0.1, "even"),
        (2.0, 1.0, "even"),  # not more than two errors
        (above(2.0), 1.0, "win"),
        (below(-2.0), 1.0, "loss"),
        (-2.0, 1.0, "even"),
        (0.0, 0.0, "even"),
    ],
)
def test_a_win_is_clear_in_both_ways(mean, error, expected):
    assert verdict(Ahead(mean, error), 1.0) == expected


def test_it_is_told_with_its_numbers():
    assert told(Ahead(3.14159, 0.5), 1) == "win (+3.1 +- 0.5)"
    assert told(Ahead(-0.25, 0.375), 0.3, 2) == "even (-0.25 +- 0.38)"
    assert told(Ahead(-7, 0.4), 0.3, 0) == "loss (-7 +- 0)"


def test_rejects_what_is_not_paired():
    one = torch.tensor([0.5, 0.25, 0.75])
    bad = math.nan, math.inf
    for k, name in enumerate(("one", "other")):

        def call(value, place=k):
            pair = [one, one]
            pair[place] = value
            return ahead(*pair)

        refuses(call, f"^{name} has NaN or inf", good=[one], bad=spoilt(one, *bad))
    with pytest.raises(
        ValueError, match=r"^other has the shape \(2,\): give it \(3,\)"
    ):
        ahead(one, one[:2])
    refuses(
        lambda n: ahead(one[:n], one[:n]),
        "^one has 1 network or none: give 2 or more$",
        good=[2, 3],
        bad=[0, 1],
    )
    refuses(
        lambda least: verdict(Ahead(1.0, 0.1), least),
        "^least is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), math.nan],
    )
