"""SGDWM decays every weight by the same share, whatever its gradient."""

import math

import pytest
import torch

from ml2020.optimization import SGDM, SGDWM
from tests.refusals import above, only_shares, refuses


@pytest.mark.equation("eq-optimization-sgdwm")
def test_it_is_momentum_without_the_decay_and_then_the_decay(stream):
    g = torch.tensor([1.0, -2.0, 0.5]).double()
    path, theta, u = stream(SGDWM(0.1, 0.9, 0.2), g, start=3.0), 3.0, 0.0
    for t, x in enumerate(g.tolist(), start=1):
        u = 0.9 * u - 0.1 * x
        theta = theta + u - 0.2 * theta
        assert path[t].item() == pytest.approx(theta)


def test_where_there_is_no_gradient_weights_shrink_by_one_share_a_step(stream):
    path = stream(SGDWM(0.1, 0.9, 0.25), torch.zeros(6).double(), start=2.0)
    torch.testing.assert_close(path, 2.0 * 0.75 ** torch.arange(7).double())


def test_the_momentum_never_feels_the_decay():
    rule, theta = SGDWM(0.1, 0.9, 0.5), torch.full((2,), 10.0)
    _, memory = rule.step(theta, torch.ones(2), rule.init(theta))
    assert torch.equal(memory.u, torch.full((2,), -0.1))


def test_without_decay_it_is_sgdm(walk):
    torch.testing.assert_close(walk(SGDWM(0.02)), walk(SGDM(0.02)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(SGDWM(0.1, 0.9, 0.1))


def test_bad_settings_are_refused():
    refuses(
        SGDWM,
        r"^lr is .*: give a positive number$",
        good=[above(0.0)],
        bad=[0.0, -1.0, math.nan],
    )
    only_shares(lambda share: SGDWM(0.1, share), "momentum")
    only_shares(lambda share: SGDWM(0.1, weight_decay=share), "weight_decay")
