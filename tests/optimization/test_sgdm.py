"""Momentum is torch's, a weighted sum of past gradients, and refuses bad settings."""

from dataclasses import replace

import pytest
import torch

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.optimization import SGDM, Adam
from tests.refusals import only_positive, only_shares


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


def test_turn_the_land_and_the_path_turns_with_it():
    turn = torch.linalg.qr(torch.randn(3, 3, generator=torch.manual_seed(0)).double())[
        0
    ]
    H, start = (
        torch.diag(torch.tensor([1.0, 5.0, 50.0])).double(),
        torch.ones(3).double(),
    )
    straight = descend(SGDM(0.02), lambda x: H @ x, start, 40)
    turned = descend(SGDM(0.02), lambda x: turn @ H @ turn.T @ x, turn @ start, 40)
    torch.testing.assert_close(turned, straight @ turn.T, rtol=0, atol=1e-12)
    adam = descend(Adam(0.02), lambda x: H @ x, start, 40)
    off = descend(Adam(0.02), lambda x: turn @ H @ turn.T @ x, turn @ start, 40)
    assert (off - adam @ turn.T).abs().max() > 0.01  # its axes are its own


def test_where_gradients_alternate_it_moves_by_one_over_one_plus_lambda(stream):
    signs = torch.ones(400, dtype=torch.float64)
    signs[1::2] = -1
    moves = stream(SGDM(0.1, 0.9), signs).diff()
    assert moves[-1].item() == pytest.approx(0.1 / (1 + 0.9), rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_on_a_parabola_it_bears_rates_up_to_two_times_one_plus_lambda(share):
    limit, start = 2 * (1 + share), torch.ones(()).double()
    inside = descend(SGDM(0.99 * limit, share), lambda x: x, start, 400)
    outside = descend(SGDM(1.01 * limit, share), lambda x: x, start, 400)
    assert inside[-1].abs() < 1e-3
    assert outside[-1].abs() > 1e3


def test_it_writes_to_nothing(assert_pure):
    assert_pure(SGDM(0.1))


def test_bad_settings_are_refused():
    only_positive(lambda lr: SGDM(lr), "lr")
    only_shares(lambda momentum: SGDM(0.1, momentum), "momentum")
