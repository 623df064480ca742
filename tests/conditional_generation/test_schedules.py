"""Schedules begin at 1 or nearly so, fall, and are half way half way."""

import math

import pytest
import torch

from ml2020.conditional_generation.schedules import (
    SCHEDULES,
    epsilon,
    half_way,
    told_or_own,
)
from tests.refusals import refuses


@pytest.mark.equation("eq-conditional_generation-schedules")
def test_schedules_are_the_paper_s():
    for i in (0, 1, 7, 30):
        assert epsilon("linear", i, 20.0) == pytest.approx(max(0, 1 - i / 20))
        assert epsilon("exponential", i, 0.9) == pytest.approx(
            math.exp(i * math.log(0.9))
        )
        assert epsilon("inverse sigmoid", i, 5.0) == pytest.approx(
            1 / (1 + math.exp(i / 5) / 5)
        )


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("updates", [10, 100, 5000])
def test_half_way_it_is_a_half(schedule, updates):
    k = half_way(schedule, updates)
    found = [epsilon(schedule, i, k) for i in range(0, updates, updates // 10)]
    assert found == sorted(found, reverse=True)
    assert epsilon(schedule, updates // 2, k) == pytest.approx(0.5, abs=0.01)


def test_late_it_does_not_overflow():
    assert epsilon("inverse sigmoid", 10**6, 1.0) == pytest.approx(0, abs=1e-12)


def test_a_share_of_the_rows_is_right():
    right, own = torch.zeros(5000, 2), torch.ones(5000, 2)
    found = told_or_own(right, own, 0.3, generator=torch.Generator().manual_seed(0))
    assert (found[:, 0] == found[:, 1]).all()
    assert found.mean().item() == pytest.approx(0.7, abs=0.03)
    assert torch.equal(told_or_own(right, own, 1.0), right)
    assert torch.equal(told_or_own(right, own, 0.0), own)


def test_each_row_may_have_its_own_share():
    right, own = torch.zeros(3), torch.ones(3)
    share = torch.tensor([0.0, 1.0, 0.0])
    assert told_or_own(right, own, share).tolist() == [1, 0, 1]


def test_rejects_schedules_that_there_are_not():
    refuses(lambda s: epsilon(s, 0, 1.0), "^schedule is", good=SCHEDULES, bad=["steps"])
    refuses(lambda i: epsilon("linear", i, 1.0), "^i is", good=[0], bad=[-1])
    refuses(lambda k: epsilon("linear", 0, k), "^k is", good=[0.1], bad=[0.0])
    refuses(lambda k: epsilon("exponential", 0, k), "^k is", good=[1.0], bad=[1.1])
    refuses(lambda k: epsilon("inverse sigmoid", 0, k), "^k is", good=[1.0], bad=[0.9])
    refuses(lambda n: half_way("linear", n), "^updates is", good=[4], bad=[3])
    rows = torch.zeros(2)
    bad = [-0.01, 1.01, math.nan, torch.tensor([0.5, 1.5])]
    good = [0, 1.0, torch.tensor([0.0, 1.0])]
    refuses(lambda s: told_or_own(rows, rows, s), "^share is", good=good, bad=bad)
    refuses(lambda s: half_way(s, 9), "^schedule is", good=SCHEDULES, bad=["steps"])
