"""Mistakes are counted, priced and traded as the lecture's tables have them."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.anomaly import cheapest, cost, mistakes
from ml2020.anomaly.costs import Mistakes
from tests.refusals import refuses, spoilt

scores = st.lists(st.integers(0, 6), min_size=1, max_size=8)


@pytest.mark.equation("eq-anomaly-cost")
@pytest.mark.parametrize(
    ("found", "dear_miss", "dear_alarm"), [((1, 4), 401, 104), ((6, 2), 206, 602)]
)
def test_the_tables_of_the_lecture(found, dear_miss, dear_alarm):
    found = Mistakes(*found)
    assert cost(found, 1, 100) == dear_miss
    assert cost(found, 100, 1) == dear_alarm


@given(scores, scores, st.integers(-1, 7))
def test_an_alarm_from_the_threshold_on(normal, anomalous, threshold):
    found = mistakes(
        torch.tensor(normal).float(), torch.tensor(anomalous).float(), threshold
    )
    assert found.false_alarms == sum(s >= threshold for s in normal)
    assert found.missed == sum(s < threshold for s in anomalous)


@given(scores, scores, st.integers(0, 5), st.integers(0, 5))
def test_no_threshold_is_cheaper(normal, anomalous, false_alarm, miss):
    high, low = torch.tensor(anomalous).float(), torch.tensor(normal).float()
    best = cheapest(low, high, false_alarm, miss)
    prices = {
        t: cost(mistakes(low, high, t), false_alarm, miss)
        for t in [k - 0.5 for k in range(8)]
    }
    assert best.cost == min(prices.values())
    found = mistakes(low, high, best.threshold)
    assert cost(found, false_alarm, miss) == best.cost


def test_of_equally_cheap_thresholds_the_highest():
    one = torch.ones(1)
    assert cheapest(one, one, 0, 0).threshold == math.inf
    assert cheapest(one, 2 * one, 1, 1) == (2, 0)


def test_rejects_one_kind_only_and_what_is_no_score():
    two = torch.ones(2)
    for name, call in (
        ("normal", lambda s: mistakes(s, two, 0.5)),
        ("anomalous", lambda s: mistakes(two, s, 0.5)),
        ("normal", lambda s: cheapest(s, two, 1, 1)),
        ("anomalous", lambda s: cheapest(two, s, 1, 1)),
    ):
        with pytest.raises(ValueError, match=rf"^{name} is empty: give at least one s"):
            call(two[:0])
        said = f"^{name} has NaN or infinity: look at the model$"
        refuses(call, said, good=[two], bad=spoilt(two, math.nan, math.inf))


def test_rejects_no_threshold():
    two = torch.ones(2)
    refuses(
        lambda t: mistakes(two, two, t),
        "^threshold is nan: give a number, or infinity",
        good=[0.0, math.inf, -math.inf],
        bad=[math.nan],
    )


def test_rejects_costs_below_0():
    found = Mistakes(1, 1)
    for name, call in (
        ("false_alarm", lambda c: cost(found, c, 1)),
        ("miss", lambda c: cost(found, 1, c)),
    ):
        said = f"^{name} is .*: give 0 or more$"
        refuses(call, said, good=[0.0, 5.0], bad=[-1e-9, math.nan, math.inf])
