"""Momentum is torch's, a weighted sum of past gradients, and refuses bad settings."""

from dataclasses import replace

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import SGDM


@pytest.mark.equation("eq-optimization-sgdm")
def test_it_walks_as_torchs_sgd_with_momentum(walk, torch_walk):
    theirs = torch_walk(lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9))
    torch.testing.assert_close(walk(SGDM(0.02, 0.9)), theirs, rtol=0, atol=1e-12)


@pytest.mark.equation("eq-optimization-sum")
def test_a_movement_is_the_sum_of_past_gradients_that_fade(stream):
    gradients = torch.tensor([3.0, -1.0, 4.0, 1.0, -5.0], dtype=torch.float64)
    moves = stream(SGDM(0.1, 0.8), gradients).diff()
    for t in range(1, 6):
        by_hand = -0.1 * sum(0.8 ** (t - 1 - i) * gradients[i] for i in range(t))
        assert moves[t - 1].item() == pytest.approx(by_hand.item(), abs=1e-14)


def test_without_momentum_it_is_plain_descent(walk):
    assert torch.equal(walk(SGDM(0.02, 0.0)), walk(GradientDescent(0.02)))


def test_on_a_steady_slope_it_becomes_one_over_one_minus_lambda_as_fast(stream):
    moves = stream(SGDM(0.1, 0.9), torch.ones(400, dtype=torch.float64)).diff()
    assert moves[-1].item() == pytest.approx(-0.1 / (1 - 0.9), rel=1e-9)


def test_when_the_rate_changes_it_differs_from_torch():
    # The lecture's velocity was made with the old rate; torch's buffer has no rate.
    ours, v = SGDM(0.1), SGDM(0.1).init(torch.zeros(1))
    theta, v = ours.step(torch.zeros(1), torch.ones(1), v)
    theta, v = replace(ours, lr=0.01).step(theta, torch.ones(1), v)
    p = torch.nn.Parameter(torch.zeros(1))
    theirs = torch.optim.SGD([p], lr=0.1, momentum=0.9)
    for lr in (0.1, 0.01):
        theirs.param_groups[0]["lr"] = lr
        p.grad = torch.ones(1)
        theirs.step()
    assert theta.item() == pytest.approx(-0.1 - 0.09 - 0.01)
    assert p.item() == pytest.approx(-0.1 - 0.01 * 1.9)


def test_it_writes_to_nothing(assert_pure):
    assert_pure(SGDM(0.1))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": 0.0}, "^lr is 0.0: give a positive number"),
        ({"lr": float("nan")}, "^lr is nan"),
        ({"lr": 0.1, "momentum": 1.0}, r"^momentum is 1.0: choose it in \[0, 1\)"),
        ({"lr": 0.1, "momentum": -0.1}, "^momentum is -0.1"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SGDM(**settings)
