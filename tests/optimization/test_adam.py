"""Adam is torch's, starts unbiased, and in its limits is what the chapter says."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.optimization import (
    SGDM,
    Adam,
    AMSGrad,
    Moments,
    Nadam,
    RMSProp,
    moments,
    nothing_seen,
    unbiased,
)
from tests.refusals import only_positive, only_shares


@pytest.mark.equation("eq-optimization-adam")
def test_it_walks_as_torchs_adam(walk, torch_walk):
    theirs = torch_walk(lambda p: torch.optim.Adam(p, lr=0.05))
    torch.testing.assert_close(walk(Adam(0.05)), theirs, rtol=0, atol=1e-12)


@pytest.mark.equation("eq-optimization-moments")
def test_the_averages_are_weighted_sums_of_the_past(device):
    g = torch.tensor([[1.0, -2.0], [3.0, 0.5], [-1.0, 4.0]], device=device).double()
    memory = nothing_seen(g[0])
    for row in g:
        memory = moments(row, memory, 0.9, 0.99)
    weights = torch.tensor([0.9**2, 0.9, 1], device=device).double() * 0.1
    squares = torch.tensor([0.99**2, 0.99, 1], device=device).double() * 0.01
    torch.testing.assert_close(memory.m, weights @ g)
    torch.testing.assert_close(memory.v, squares @ g**2)
    assert memory.t == 3


@pytest.mark.equation("eq-optimization-unbiased")
@given(st.integers(1, 300), st.floats(-5, 5))
def test_on_a_constant_gradient_the_corrected_averages_are_exact(t, size):
    g, memory = torch.tensor(size).double(), nothing_seen(torch.tensor(0.0).double())
    for _ in range(t):
        memory = moments(g, memory, 0.9, 0.999)
    m_hat, v_hat = unbiased(memory, 0.9, 0.999)
    torch.testing.assert_close(m_hat, g)
    torch.testing.assert_close(v_hat, g**2, atol=1e-12, rtol=1e-9)


def test_with_both_betas_zero_it_walks_by_the_sign(stream):
    moves = stream(Adam(0.1, 0, 0), torch.tensor([5.0, -0.01]).double()).diff()
    torch.testing.assert_close(
        moves, torch.tensor([-0.1, 0.1]).double(), rtol=1e-5, atol=0
    )


def test_the_first_step_has_length_lr_whatever_the_gradient(stream):
    for size in (1e-3, 1.0, 1e4):
        (move,) = stream(Adam(0.1), [torch.tensor(size).double()]).diff()
        assert move.item() == pytest.approx(-0.1, rel=1e-4)


@pytest.mark.equation("eq-optimization-bound")
def test_after_a_thousand_quiet_steps_one_loud_one_moves_ten_root_ten(stream):
    quiet = Moments(torch.tensor(0.0).double(), torch.tensor(1.0).double(), 100_000)
    rule = Adam(1.0, beta1=0.0)
    theta, memory = torch.tensor(0.0).double(), quiet
    for _ in range(999):
        theta, memory = rule.step(theta, torch.tensor(1.0).double(), memory)
    assert theta.item() == pytest.approx(-999)
    loud, _ = rule.step(theta, torch.tensor(1e5).double(), memory)
    assert theta.item() - loud.item() == pytest.approx(10 * 10**0.5, rel=1e-4)
    assert theta.item() - loud.item() < 1 / (1 - 0.999) ** 0.5


@pytest.mark.equation("eq-optimization-thrown")
@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
def test_a_bowl_is_left_when_the_rate_passes_the_limit_of_momentum(beta1):
    rule, curvature, ends = Adam(0.1, beta1), 3.0, []
    limit = 2 * (1 + beta1) / (1 - beta1) / curvature
    for share in (0.99, 1.01):
        v = torch.tensor((0.1 / (share * limit)) ** 2).double()  # held where it is
        theta = torch.ones(()).double()
        memory = Moments(torch.zeros_like(theta), v, 10**6)
        for _ in range(400):
            m = beta1 * memory.m + (1 - beta1) * curvature * theta
            memory = Moments(m, v, 10**6)
            theta = theta - rule.movement(memory)
        ends.append(theta.abs().item())
    assert ends[0] < 1e-3
    assert ends[1] > 1e3


def test_with_an_epsilon_above_all_roots_it_is_momentum_after_its_first_steps(stream):
    g = torch.randn(300, generator=torch.Generator().manual_seed(0)).double()
    moves = stream(Adam(0.02 * 1e6 / (1 - 0.9), eps=1e6), g).diff()
    momentum = stream(SGDM(0.02, 0.9), g).diff()
    torch.testing.assert_close(moves[100:], momentum[100:], rtol=1e-3, atol=1e-5)
    assert (moves[:5] - momentum[:5]).abs().max() > 0.01


def test_learns_the_minimum_of_a_bowl():
    rule, theta = Adam(0.1), torch.tensor([3.0, -4.0])
    memory = rule.init(theta)
    for _ in range(500):
        theta, memory = rule.step(theta, theta * torch.tensor([1.0, 50.0]), memory)
    assert theta.abs().max() < 1e-2


def test_it_writes_to_nothing(assert_pure):
    assert_pure(Adam(0.1))


def test_the_defaults_are_the_papers():
    assert Adam() == Adam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)


def test_bad_settings_are_refused():
    for name in ("lr", "eps"):
        only_positive(lambda value, name=name: Adam(**{name: value}), name)
    for name in ("beta1", "beta2"):
        only_shares(lambda value, name=name: Adam(**{name: value}), name)


@pytest.mark.parametrize("make", [Adam, AMSGrad, Nadam, RMSProp])
def test_in_float16_the_default_eps_is_zero_and_a_weight_without_gradient_is_lost(make):
    half = torch.ones(2, dtype=torch.float16)
    for eps, lost in ((1e-8, True), (1e-3, False)):
        rule = make(0.1, eps=eps)
        theta, _ = rule.step(half, torch.zeros_like(half), rule.init(half))
        assert theta.isnan().all().item() == lost


@pytest.mark.parametrize("size", [1e-23, 2e22])
def test_squares_beyond_the_range_of_float32_stop_a_weight(size):
    rule, theta = Adam(0.1), torch.zeros(1)
    memory = rule.init(theta)
    for g in [size] + [1.0] * 5 * (size > 1):
        theta, memory = rule.step(theta, torch.tensor([g]), memory)
    assert theta.abs() < 1e-15  # for 2e22 it stays there
