"""Lookahead steps back every k steps, and has the variance that its paper derives."""

import math

import pytest
import torch

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.optimization import SGDM, Adam, Lookahead, variance_ratio
from tests.refusals import above, below, refuses


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


@pytest.mark.equation("eq-optimization-floor")
@pytest.mark.parametrize(("a", "lr"), [(1.0, 0.2), (3.0, 0.5)])
def test_plain_descent_has_the_floor_of_a_constant_rate(a, lr):
    generator, many, sigma = torch.Generator().manual_seed(0), 40_000, 2.0
    theta = torch.zeros(many)
    for _ in range(60):
        bottom = sigma * torch.randn(many, generator=generator)
        theta, _ = GradientDescent(lr).step(theta, a * (theta - bottom), ())
    floor = lr * a / (2 - lr * a) * sigma**2
    # Known to 0.7 %: allow four of these.
    assert theta.var().item() == pytest.approx(floor, rel=0.03)


def test_without_a_step_back_the_variances_are_equal():
    assert variance_ratio(1.0, 0.5, 5, 1.0) == 1


def test_it_writes_to_nothing(assert_pure):
    assert_pure(Lookahead(Adam(0.1), k=2))


@pytest.mark.parametrize(
    ("x", "k", "factor"),
    [(0.5, 5, 0.515625), (1.9, 5, 0.204755), (2.1, 5, -0.305255), (1.9, 4, 0.82805)],
)
def test_on_a_quiet_bowl_a_round_shrinks_by_the_derived_factor(x, k, factor):
    # 1 - alpha + alpha * (1 - x)**k with alpha = 1/2: beyond x = 2 plain descent
    # explodes, and with an odd k Lookahead does not.
    begin = torch.tensor([3.0], dtype=torch.float64)
    rule = Lookahead(GradientDescent(x), k)
    path = descend(rule, lambda theta: theta, begin, 3 * k)
    for ends in (path[k] / path[0], path[3 * k] / path[2 * k]):
        assert ends.item() == pytest.approx(factor, abs=1e-5)


def test_with_one_step_it_is_plain_descent_with_a_part_of_the_rate(walk):
    wrapped = walk(Lookahead(GradientDescent(0.08), k=1, slow_lr=0.25))
    torch.testing.assert_close(wrapped, walk(GradientDescent(0.02)))


def test_for_small_rates_variance_and_speed_are_those_of_the_smaller_rate():
    assert variance_ratio(2.0, 5e-5, 5, 0.3) == pytest.approx(0.3, abs=1e-3)


def test_the_ratio_depends_on_the_product_of_rate_and_curvature():
    # As the paper writes it: rho = 1/4, k = 2, alpha = 1/2.
    fresh = 0.25 * (1 - 0.25**4)
    expected = fresh / (fresh + 0.5 * (1 - 0.25**2))
    assert variance_ratio(3.0, 0.25, 2, 0.5) == pytest.approx(expected)
    assert variance_ratio(0.75, 1.0, 2, 0.5) == pytest.approx(expected)


@pytest.mark.parametrize(
    "call",
    [
        lambda k=5, slow_lr=0.5: Lookahead(Adam(), k, slow_lr),
        lambda k=5, slow_lr=0.5: variance_ratio(1.0, 0.2, k, slow_lr),
    ],
)
def test_bad_settings_are_refused(call):
    refuses(
        lambda k: call(k=k), "^k is .*: explore 1 step or more$", good=[1], bad=[0, -1]
    )
    refuses(
        lambda share: call(slow_lr=share),
        r"^slow_lr is .*: choose it in \(0, 1\]$",
        good=[above(0.0), 1.0],
        bad=[0.0, above(1.0), math.nan],
    )


def test_while_it_explores_the_slow_weights_are_in_its_memory():
    rule, theta = Lookahead(GradientDescent(0.1), k=3), torch.tensor([2.0])
    memory, seen = rule.init(theta), []
    for _ in range(4):
        theta, memory = rule.step(theta, theta, memory)
        seen.append((theta.item(), memory.slow.item()))
    slow = 2 * (1 + 0.9**3) / 2
    expected = [(1.8, 2.0), (1.62, 2.0), (slow, slow), (0.9 * slow, slow)]
    for pair, wanted in zip(seen, expected, strict=True):
        assert pair == pytest.approx(wanted)


@pytest.mark.parametrize(("x", "slower"), [(1.80, True), (1.81, False)])
def test_it_shrinks_a_swing_less_than_its_scout_up_to_the_derived_rate(x, slower):
    # (1 + r) / 2 against |r|, r = (1 - x)**5: equal at r = -1/3, x = 1 + 3**(-1/5).
    start, ends = torch.ones(1).double(), []
    for rule in (GradientDescent(x), Lookahead(GradientDescent(x))):
        ends.append(descend(rule, lambda theta: theta, start, 5)[-1].abs().item())
    assert (ends[1] > ends[0]) is slower


def test_a_rate_at_which_sgd_diverges_has_no_variance():
    refuses(
        lambda lr: variance_ratio(0.5, lr, 5, 0.5),
        "^lr is .*: give a rate between 0 and 4.0$",
        good=[above(0.0), below(4.0)],
        bad=[0.0, 4.0, math.nan],
    )
    refuses(
        lambda curvature: variance_ratio(curvature, 0.1, 5, 0.5),
        "^curvature is .*: give a positive number$",
        good=[1.0],
        bad=[0.0, -1.0, math.nan],
    )
