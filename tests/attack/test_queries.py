"""Asking finds the slope: exactly in the mean where the loss is linear."""

import math

import pytest
import torch

from ml2020.attack import pgd, pgd_by_questions
from ml2020.attack.queries import asked_slope
from tests.refusals import below, only_positive, refuses, spoilt

w = torch.tensor([2.0, -1.0, 0.5, 0.0], dtype=torch.float64)


def linear(x):
    return x.flatten(1) @ w


@pytest.mark.equation("eq-attack-nes")
def test_it_is_the_mean_over_pairs_in_a_slow_loop():
    x = torch.rand(3, 2, 2, dtype=torch.float64)
    loss = lambda v: v.flatten(1).pow(3).sum(dim=1)  # noqa: E731
    found = asked_slope(loss, x, 0.1, 5, generator=torch.Generator().manual_seed(3))
    dice = torch.Generator().manual_seed(3)
    total = torch.zeros_like(x)
    for _ in range(5):
        u = torch.randn(x.shape, generator=dice, dtype=x.dtype)
        for k in range(3):
            up, down = x[k] + 0.1 * u[k], x[k] - 0.1 * u[k]
            rise = (up**3).sum() - (down**3).sum()
            total[k] += rise / 0.2 * u[k] / 5
    torch.testing.assert_close(found, total)


@pytest.mark.equation("eq-attack-nes")
def test_in_the_mean_it_is_the_slope():
    x = torch.zeros(20_000, 4, dtype=torch.float64)
    found = asked_slope(linear, x, 0.1, 2, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(found.mean(dim=0), w, atol=0.06, rtol=0)


def test_with_many_questions_it_does_what_pgd_does():
    x = torch.full((2, 4), 0.5, dtype=torch.float64)
    dice = torch.Generator().manual_seed(1)
    asked = pgd_by_questions(linear, x, 0.1, 4, 0.05, 200, generator=dice)
    derived = pgd(linear, x, 0.1, 4, 0.05)
    torch.testing.assert_close(asked[:, :3], derived[:, :3])
    assert torch.equal(pgd_by_questions(linear, x, 0.1, 0, 0.05, 1), x)


def test_it_asks_twice_for_each_pair_and_never_derives():
    asked = []

    def counting(x):
        asked.append(len(x))
        assert not torch.is_grad_enabled()
        return linear(x)

    pgd_by_questions(counting, torch.rand(3, 4).double(), 0.1, 5, 0.05, 7)
    assert sum(asked) == 3 * 2 * 7 * 5


def test_bad_input_is_refused():
    x = torch.rand(2, 4, dtype=torch.float64)
    only_positive(lambda v: asked_slope(linear, x, v, 1), "size")
    only_positive(lambda v: pgd_by_questions(linear, x, 0.1, 1, v, 1), "rate")
    refuses(lambda n: asked_slope(linear, x, 0.1, n), "^pairs", good=[1], bad=[0])
    call = pgd_by_questions
    refuses(lambda n: call(linear, x, 0.1, n, 0.1, 1), "^steps is", good=[0], bad=[-1])
    refuses(
        lambda e: call(linear, x, e, 0, 0.1, 1), "^eps is", good=[0.0], bad=[below(0.0)]
    )
    refuses(
        lambda v: call(lambda x: linear(x) * v, x, 0.1, 1, 0.1, 1),
        "^the loss has NaN",
        good=[1.0],
        bad=[math.nan],
    )
    bad = spoilt(x, 1.1, math.nan)
    refuses(lambda x: call(linear, x, 0.1, 1, 0.1, 1), "^start has", good=[x], bad=bad)
