"""Nadam is torch's with torch's schedule of momentum, and the lecture's without."""

import math

import pytest
import torch

from ml2020.optimization import Adam, Nadam
from tests.refusals import below, refuses


def test_with_torchs_schedule_it_walks_as_torchs(walk, torch_walk):
    for decay in (4e-3, 0.5, 0.0):
        theirs = torch_walk(
            lambda p, decay=decay: torch.optim.NAdam(p, lr=0.05, momentum_decay=decay)
        )
        ours = walk(Nadam(0.05, momentum_decay=decay))
        # torch keeps the product of the shares in float32.
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-8)


def test_as_the_lecture_writes_it_it_differs_from_torchs(walk, torch_walk):
    for decay in (4e-3, 0.0):  # even without decay torch takes half of beta1
        theirs = torch_walk(
            lambda p, decay=decay: torch.optim.NAdam(p, lr=0.05, momentum_decay=decay)
        )
        assert (walk(Nadam(0.05)) - theirs).abs().max() > 1e-3


@pytest.mark.equation("eq-optimization-nadam")
def test_the_direction_is_that_of_the_definition(stream):
    g = torch.tensor([1.0, -2.0, 0.5]).double()
    moves, m, v = stream(Nadam(0.1), g).diff(), 0.0, 0.0
    for t, x in enumerate(g.tolist(), start=1):
        m, v = 0.9 * m + 0.1 * x, 0.999 * v + 0.001 * x * x
        m_hat = 0.9 * m / (1 - 0.9 ** (t + 1)) + 0.1 * x / (1 - 0.9**t)
        root = (v / (1 - 0.999**t)) ** 0.5
        assert moves[t - 1].item() == pytest.approx(-0.1 * m_hat / (root + 1e-8))


def test_without_momentum_it_is_adam(stream):
    g = torch.tensor([1.0, -2.0, 0.5]).double()
    torch.testing.assert_close(stream(Nadam(0.1, 0.0), g), stream(Adam(0.1, 0.0), g))


def test_a_large_decay_of_the_schedule_is_no_schedule(walk):
    torch.testing.assert_close(walk(Nadam(0.05, momentum_decay=1e6)), walk(Nadam(0.05)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(Nadam(0.1))
    assert_pure(Nadam(0.1, momentum_decay=0.01))


@pytest.mark.parametrize("rule", [Adam(0.1), Nadam(0.1)])
def test_it_turns_one_step_before_adam(rule, stream):
    # After n slopes of -1 the average is 2 * 0.9**n - 1, below zero from n = 7 on.
    slopes = torch.cat([torch.ones(60), -torch.ones(20)]).double()
    turned = (-stream(rule, slopes).diff()[60:] < 0).int().argmax().item() + 1
    assert turned == (7 if isinstance(rule, Adam) else 6)


def test_its_first_step_is_longer_than_the_rate(stream):
    first = -stream(Nadam(1.0), torch.ones(1).double()).diff()
    assert first.item() == pytest.approx(1 + 0.9 / 1.9, abs=1e-6)


def test_bad_settings_are_refused():
    refuses(
        lambda decay: Nadam(momentum_decay=decay),
        r"^momentum_decay is .*: give 0 or more, or None$",
        good=[0.0, math.inf, None],  # at once at beta1, as None
        bad=[below(0.0), -1.0, math.nan],
    )
    with pytest.raises(ValueError, match=r"^eps is -1"):
        Nadam(eps=-1)
