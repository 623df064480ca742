"""Steps down a loss that asks for small weights, too."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import Penalised, decay_step, sign_step, soft_threshold
from tests.refusals import above, below, only_positive, refuses

NUMBERS = st.floats(-5, 5)
ALL = torch.ones(3, dtype=torch.bool)


def doubles(*values):
    return torch.tensor(values, dtype=torch.float64)


def loss(w):
    """A loss without meaning, but with a slope."""
    return (w**3 - 2 * w).sum() + w.prod()


def slope(function, w):
    w = w.clone().requires_grad_()
    (g,) = torch.autograd.grad(function(w), w)
    return g


@pytest.mark.equation("eq-training_tips-l2")
def test_the_slope_of_the_squared_penalty_is_the_weight():
    w = doubles(-1.5, 0.3, 2)
    whole = slope(lambda w: loss(w) + 0.7 / 2 * (w**2).sum(), w)
    torch.testing.assert_close(whole, slope(loss, w) + 0.7 * w)


@pytest.mark.equation("eq-training_tips-decay")
@given(st.lists(NUMBERS, min_size=3, max_size=3), st.floats(0, 3))
def test_a_step_down_the_squared_penalty_decays_the_weights(values, l2):
    w = doubles(*values)
    whole = slope(lambda w: loss(w) + l2 / 2 * (w**2).sum(), w)
    torch.testing.assert_close(decay_step(w, slope(loss, w), 0.1, l2), w - 0.1 * whole)


@pytest.mark.equation("eq-training_tips-l1")
@given(st.lists(NUMBERS, min_size=3, max_size=3), st.floats(0, 3))
def test_a_step_down_the_absolute_penalty_takes_the_same_off_each(values, l1):
    w = doubles(*values)
    whole = slope(lambda w: loss(w) + l1 * w.abs().sum(), w)
    torch.testing.assert_close(sign_step(w, slope(loss, w), 0.1, l1), w - 0.1 * whole)


@pytest.mark.equation("eq-training_tips-soft")
@given(NUMBERS, st.floats(0, 3))
def test_the_soft_threshold_is_the_best_compromise_on_a_grid(v, by):
    found = soft_threshold(doubles(v), by)
    w = torch.linspace(-5, 5, 10_001, dtype=torch.float64)
    cost = (w - v) ** 2 / 2 + by * w.abs()
    assert ((found - v) ** 2 / 2 + by * found.abs()).item() <= cost.min().item() + 1e-12


def test_it_moves_to_zero_and_no_farther():
    w = doubles(-3, -1, -0.5, 0, 0.5, 1, 3)
    assert soft_threshold(w, 1).tolist() == [-2, 0, 0, 0, 0, 0, 2]
    assert torch.equal(soft_threshold(w, 0), w)


@pytest.mark.parametrize("centre", [0.3, -2.0])
def test_on_a_parabola_the_sign_oscillates_and_the_threshold_arrives(centre):
    w = u = doubles(1.03)
    signs = set()
    for _ in range(400):
        w = sign_step(w, w - centre, 0.1, 0.5)
        u = soft_threshold(u - 0.1 * (u - centre), 0.1 * 0.5)
        signs.add(w.sign().item())
    best = math.copysign(max(abs(centre) - 0.5, 0), centre)
    assert u.item() == pytest.approx(best, abs=1e-12)
    if not best:
        assert u.item() == 0
        assert abs(w.item()) > 0
        assert abs(w.item()) <= 0.1 * (0.5 + abs(centre)) + 1e-12
        assert signs == {1.0, -1.0}


def test_the_rule_punishes_only_what_it_is_told():
    w, g = doubles(1, -2, 3), doubles(0.5, 0.5, 0.5)
    punished = torch.tensor([True, True, False])
    rule = Penalised(0.1, 0.2, 0.3, punished)
    moved, memory = rule.step(w, g, rule.init(w))
    both = soft_threshold(decay_step(w, g, 0.1, 0.2), 0.03)
    assert memory == ()
    torch.testing.assert_close(moved[:2], both[:2])
    assert moved[2].item() == pytest.approx(3 - 0.05)


def test_without_penalties_the_rule_is_plain_descent_for_many_rows():
    w, g = torch.randn(2, 3).double(), torch.randn(2, 3).double()
    rule = Penalised(0.1, 0, 0, ALL)
    torch.testing.assert_close(rule.step(w, g, ())[0], w - 0.1 * g)


def test_what_is_given_stays():
    w, g = doubles(1, -2, 3), doubles(1, 1, 1)
    before = w.clone(), g.clone()
    Penalised(0.1, 0.2, 0.3, ALL).step(w, g, ())
    sign_step(w, g, 0.1, 1)
    assert torch.equal(w, before[0])
    assert torch.equal(g, before[1])


def test_rejects_settings_outside_their_range():
    w, none = doubles(1, 2, 3), torch.zeros(3).double()
    strengths = {"good": [0.0, above(0.0)], "bad": [below(0.0), math.nan, math.inf]}
    for call, name in (
        (lambda s: decay_step(w, none, 0.1, s), "l2"),
        (lambda s: sign_step(w, none, 0.1, s), "l1"),
        (lambda s: Penalised(0.1, s, 0.0, ALL), "l2"),
        (lambda s: Penalised(0.1, 0.0, s, ALL), "l1"),
        (lambda s: soft_threshold(w, s), "by"),
    ):
        refuses(call, f"^{name} is .*: give 0 or more$", **strengths)
    for call in (
        lambda lr: decay_step(w, none, lr, 0.1),
        lambda lr: sign_step(w, none, lr, 0.1),
        lambda lr: Penalised(lr, 0.1, 0.1, ALL),
    ):
        only_positive(call, "lr")
    with pytest.raises(
        ValueError, match=r"^punished is empty: give at least one param"
    ):
        Penalised(0.1, 0.1, 0.1, ALL[:0])


def test_rejects_a_decay_beyond_zero():
    w = doubles(1, 2, 3)
    said = "^l2 is .*: give 2 or less, or lower lr$"
    for call in (
        lambda s: decay_step(w, w, 0.5, s),
        lambda s: Penalised(0.5, s, 0.0, ALL),
    ):
        refuses(call, said, good=[1.0, 2.0], bad=[math.nextafter(2.0, 3.0), 9.0])
    assert sign_step(w, 0 * w, 0.5, 4.0).tolist() == [-1, 0, 1]


def test_rejects_a_theta_that_the_mask_does_not_fit():
    rule = Penalised(0.1, 0.0, 0.0, ALL)
    theta = torch.zeros(2, len(ALL) + 1)
    with pytest.raises(ValueError, match=r"^punished has the shape \(\d+,\): give it"):
        rule.step(theta, theta, ())
