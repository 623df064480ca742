"""L2 adds its own gradient, exactly as torch's weight_decay does."""

import math

import pytest
import torch

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.optimization import L2, SGDM, SGDWM, Adam, AdamW
from tests.refusals import below, refuses


@pytest.mark.equation("eq-optimization-l2")
def test_adam_and_momentum_with_l2_walk_as_torchs_weight_decay(walk, torch_walk):
    adam = torch_walk(lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.1))
    torch.testing.assert_close(walk(L2(Adam(0.05), 0.1)), adam, rtol=0, atol=1e-12)
    sgdm = torch_walk(
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1)
    )
    torch.testing.assert_close(walk(L2(SGDM(0.02), 0.1)), sgdm, rtol=0, atol=1e-12)


def test_for_plain_descent_l2_is_weight_decay_of_lr_times_as_much(walk):
    plain = walk(L2(GradientDescent(0.02), 0.5))
    decayed = walk(SGDWM(0.02, momentum=0.0, weight_decay=0.02 * 0.5))
    torch.testing.assert_close(plain, decayed, rtol=0, atol=1e-12)


def test_for_adam_it_is_not(walk):
    l2, decoupled = walk(L2(Adam(0.05), 0.5)), walk(AdamW(0.05, weight_decay=0.5))
    assert (l2 - decoupled).abs().max() > 0.1


def test_with_weight_zero_it_is_the_inner_rule(walk):
    assert torch.equal(walk(L2(Adam(0.05), 0.0)), walk(Adam(0.05)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(L2(Adam(0.1), 0.1))


def test_a_bad_weight_is_refused():
    refuses(
        lambda decay: L2(Adam(), decay),
        r"^weight_decay is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), -0.1, math.nan, math.inf],
    )


def test_in_momentum_it_is_decay_in_another_unit():
    # With no gradient but the pull: in the long run eta gamma / (1 - lambda) a step.
    rule, theta = L2(SGDM(0.001, 0.9), 0.01), torch.ones(1, dtype=torch.float64)
    path = descend(rule, torch.zeros_like, theta, 500)
    share = 1 - path[-1] / path[-2]
    assert share.item() == pytest.approx(0.001 * 0.01 / 0.1, rel=1e-3)
