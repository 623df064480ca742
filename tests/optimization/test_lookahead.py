"""Lookahead steps back every k steps, and has the variance that its paper derives."""

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import SGDM, Adam, Lookahead, variance_ratio


def test_one_step_forward_and_none_back_is_the_inner_rule(walk):
    torch.testing.assert_close(
        walk(Lookahead(Adam(0.05), k=1, slow_lr=1.0)),
        walk(Adam(0.05)),
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.equation("eq-optimization-lookahead")
def test_every_k_steps_it_returns_part_of_the_way(walk, gradient):
    path = walk(Lookahead(GradientDescent(0.02), k=3, slow_lr=0.25))
    inner = GradientDescent(0.02)
    for block in (0, 3, 6):
        theta = path[block]
        for i in (1, 2):
            theta, _ = inner.step(theta, gradient(theta), ())
            torch.testing.assert_close(theta, path[block + i])
        # The third fast point is not on the path: take the step again, by hand.
        fast, _ = inner.step(theta, gradient(theta), ())
        torch.testing.assert_close(path[block + 3], 0.75 * path[block] + 0.25 * fast)


def test_the_inner_memory_is_kept_over_the_step_back(stream):
    g = torch.ones(4).double()
    moves = stream(Lookahead(SGDM(0.1, 0.9), k=2, slow_lr=0.5), g).diff()
    # The fast steps are 0.1, 0.19, 0.271 and 0.3439, whatever was undone.
    assert moves[0].item() == pytest.approx(-0.1)
    assert moves[2].item() == pytest.approx(-0.271)
    assert moves[:2].sum().item() == pytest.approx(-0.29 / 2)


@pytest.mark.equation("eq-optimization-variance")
@pytest.mark.parametrize(("k", "slow_lr"), [(5, 0.5), (10, 0.3)])
def test_the_variance_on_a_noisy_bowl_is_that_of_the_formula(k, slow_lr):
    generator = torch.Generator().manual_seed(0)
    many, a, lr = 40_000, 1.0, 0.5
    rules = (GradientDescent(lr), Lookahead(GradientDescent(lr), k, slow_lr))
    variances = []
    for rule in rules:
        theta = torch.zeros(many)
        memory = rule.init(theta)
        for _ in range(30 * k):  # a multiple of k: the slow weights are looked at
            c = torch.randn(many, generator=generator)
            theta, memory = rule.step(theta, a * (theta - c), memory)
        variances.append(theta.var().item())
    # A variance of 40,000 draws is known to 0.7 %, a ratio to 1 %: allow four of these.
    assert variances[1] / variances[0] == pytest.approx(
        variance_ratio(a, lr, k, slow_lr), rel=0.04
    )
    assert variances[1] < 0.9 * variances[0]


def test_without_a_step_back_the_variances_are_equal():
    assert variance_ratio(1.0, 0.5, 5, 1.0) == 1


def test_it_writes_to_nothing(assert_pure):
    assert_pure(Lookahead(Adam(0.1), k=2))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"k": 0}, "^k is 0: explore 1 step or more"),
        ({"slow_lr": 0.0}, r"^slow_lr is 0.0: choose it in \(0, 1\]"),
        ({"slow_lr": 1.5}, "^slow_lr is 1.5"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Lookahead(Adam(), **settings)


def test_a_rate_at_which_sgd_diverges_has_no_variance():
    with pytest.raises(ValueError, match=r"^lr is 2.5: give a rate between 0 and 2.0"):
        variance_ratio(1.0, 2.5, 5, 0.5)
    with pytest.raises(ValueError, match=r"^curvature is 0"):
        variance_ratio(0, 0.1, 5, 0.5)
