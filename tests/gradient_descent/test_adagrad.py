"""Adagrad is torch's, and its two factors and its one root are the same."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import Adagrad, adagrad_step, descend
from ml2020.regression import adagrad

floats = st.floats(1e-3, 1e3)


def bowl(seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(10, 3, generator=dice, dtype=torch.float64).to(device)
    y_hat = torch.randn(10, generator=dice, dtype=torch.float64).to(device)
    return lambda theta: -2 * X.T @ (y_hat - X @ theta)


def ones(device="cpu"):
    return torch.ones(3, dtype=torch.float64, device=device)


def slopes(count=7, seed=1):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(count, 3, generator=dice, dtype=torch.float64)


def theirs(gradients, lr, **settings):
    theta = ones(gradients[0].device).requires_grad_()
    optimizer = torch.optim.Adagrad([theta], lr=lr, **settings)
    path = [theta.detach().clone()]
    for g in gradients:
        theta.grad = g.clone()
        optimizer.step()
        path.append(theta.detach().clone())
    return torch.stack(path)


def ours(gradients, rule):
    stream = iter(gradients)
    return descend(rule, lambda _: next(stream), ones(), len(gradients))


@pytest.mark.equation("eq-gradient_descent-adagrad")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_path_is_that_of_torch_adagrad(seed, device):
    gradient = bowl(seed, device)
    path = descend(Adagrad(0.3), gradient, ones(device), 200)
    expected = theirs([gradient(theta) for theta in path[:-1]], 0.3)
    torch.testing.assert_close(path, expected, rtol=0, atol=1e-15)


def test_it_is_torchs_to_the_last_bit_where_squares_are_exact():
    whole = (4 * slopes(50)).round()
    assert torch.equal(ours(whole, Adagrad(0.3)), theirs(whole, 0.3))
    assert torch.equal(ours(whole, Adagrad(0.3, 0.5)), theirs(whole, 0.3, eps=0.5))


def test_it_is_the_walk_of_the_regression_chapter():
    path = descend(Adagrad(0.3), bowl(), ones(), 100)
    torch.testing.assert_close(
        path, adagrad(bowl(), ones(), 0.3, 100), rtol=0, atol=1e-14
    )


@pytest.mark.equation("eq-gradient_descent-adagrad-factors")
@given(lr=floats, count=st.integers(1, 9))
def test_a_falling_rate_over_an_rms_makes_the_same_steps(lr, count):
    gradients = slopes(count)
    path = ours(gradients, Adagrad(lr))
    for t in range(count):
        eta_t = lr / (t + 1) ** 0.5
        sigma_t = (gradients[: t + 1] ** 2).mean(dim=0).sqrt()
        expected = path[t] - eta_t / sigma_t * gradients[t]
        torch.testing.assert_close(path[t + 1], expected)


@pytest.mark.equation("eq-gradient_descent-adagrad-distance")
@given(curvature=floats, lr=floats, start=floats)
def test_on_a_parabola_a_step_compares_the_distance_with_the_past_ones(
    curvature, lr, start
):
    r = start
    theta, past = torch.tensor([start, 0.0], dtype=torch.float64)
    squares = 0.0
    for _ in range(5):
        squares += r**2
        r = r - lr * r / squares**0.5
        theta, past = adagrad_step(theta, curvature * theta, past, lr, 0.0)
        assert theta.item() == pytest.approx(r, rel=1e-6, abs=1e-9 * (start + lr))


@pytest.mark.parametrize(
    ("before", "share"), [(0.02, 0.9992), (1.0, 0.4472), (50.0, 0.0100)]
)
def test_the_step_of_a_slope_of_one_tells_what_came_before(before, share):
    history = iter(torch.tensor([before] * 4 + [1.0])[:, None].double())
    path = descend(Adagrad(3.0), lambda _: next(history), torch.zeros(1).double(), 5)
    assert (path[4] - path[5]).item() == pytest.approx(3 * share, abs=3e-4)


@given(count=st.integers(1, 9))
def test_no_step_is_longer_than_lr(count):
    steps = ours(slopes(count), Adagrad(0.3)).diff(dim=0).abs()
    assert (steps <= 0.3).all()


def test_the_way_grows_at_most_with_the_root_of_time():
    path = descend(Adagrad(0.5), lambda r: 3.0 * r, torch.tensor([20.0]).double(), 1000)
    away = 20 - path[:, 0]
    bound = 2 * 0.5 * torch.arange(1001).double().sqrt()
    assert (path[:, 0] > 0).all()
    assert (away <= bound + 1e-9).all()
    assert int((away < 20).sum()) >= (20 / (2 * 0.5)) ** 2


@given(scale=floats)
def test_the_first_step_is_lr_whatever_the_slope(scale):
    theta, _ = adagrad_step(ones(), -scale * ones(), torch.zeros(3).double(), 0.5)
    torch.testing.assert_close(theta, 1.5 * ones())


@given(scale=floats, which=st.integers(0, 2))
def test_a_constant_factor_on_one_slope_changes_no_step(scale, which):
    factor = ones()
    factor[which] = scale
    path = ours(slopes() * factor, Adagrad(0.2))
    torch.testing.assert_close(path, ours(slopes(), Adagrad(0.2)))


def test_equal_slopes_make_steps_that_fall_with_the_root_of_time():
    path = ours(7 * torch.ones(25, 3).double(), Adagrad(0.4))
    steps = -path.diff(dim=0)[:, 0]
    expected = torch.tensor([0.4 / (t + 1) ** 0.5 for t in range(25)]).to(steps)
    torch.testing.assert_close(steps, expected)


def test_it_stays_where_there_is_no_slope():
    assert torch.equal(
        ours(torch.zeros(3, 3).double(), Adagrad(0.5)), ones().expand(4, 3)
    )


@pytest.mark.parametrize("name", ["lr", "eps"])
@pytest.mark.parametrize("value", [0.0, -0.1, float("nan")])
def test_rejects_a_setting_that_is_not_positive(name, value):
    with pytest.raises(ValueError, match=rf"^{name} is .*: give a positive number$"):
        Adagrad(**{"lr": 0.1, "eps": 1e-8} | {name: value})


@pytest.mark.parametrize(("slope", "kept"), [(1e20, float("inf")), (1e-24, 0.0)])
def test_a_square_that_float32_cannot_hold_is_infinite_or_none(slope, kept):
    theta, past = adagrad_step(
        torch.ones(1), torch.tensor([slope]), torch.zeros(1), 0.5
    )
    assert past.item() == kept
    assert theta.item() == pytest.approx(1.0)


@pytest.mark.parametrize(("slope", "moved"), [(1e-6, 1.0), (1e-10, 0.5), (0.0, 0.0)])
def test_the_first_step_is_the_rate_where_the_slope_is_far_above_eps(slope, moved):
    theta, _ = adagrad_step(
        torch.zeros(1).double(),
        torch.tensor([slope]).double(),
        torch.zeros(1).double(),
        0.1,
    )
    assert theta.item() == pytest.approx(-0.1 * moved, rel=1e-3)
