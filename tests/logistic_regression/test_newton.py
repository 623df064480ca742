"""Newton reaches the theta of scikit-learn, or says why there is none."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from sklearn.linear_model import LogisticRegression

from ml2020.logistic_regression import gradient, logistic_loss, newton, newton_step

seeds = st.integers(0, 2**31)


def examples(seed=0, count=60, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(count, 2, generator=dice, dtype=torch.float64)
    X = torch.cat([torch.ones(count, 1).double(), X], dim=1)
    z = X @ torch.tensor([0.5, 1.0, -2.0]).double()
    y_hat = (torch.rand(count, generator=dice) < torch.sigmoid(z)).double()
    return X.to(device), y_hat.to(device)


def free(device="cpu"):
    return torch.zeros(3, dtype=torch.float64, device=device)


@pytest.mark.parametrize("seed", range(4))
def test_without_prices_it_is_the_theta_of_scikit_learn(seed):
    X, y_hat = examples(seed)
    theirs = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-12)
    theirs.fit(X[:, 1:].numpy(), y_hat.numpy())
    expected = torch.tensor([*theirs.intercept_, *theirs.coef_[0]])
    torch.testing.assert_close(newton(X, y_hat), expected, rtol=0, atol=1e-8)


@pytest.mark.equation("eq-logistic_regression-ridge")
def test_with_prices_it_is_the_theta_of_scikit_learn_at_half_the_inverse(device):
    X, y_hat = examples(1, device=device)
    lam = 0.7
    theirs = LogisticRegression(C=1 / (2 * lam), solver="newton-cholesky", tol=1e-12)
    theirs.fit(X[:, 1:].cpu().numpy(), y_hat.cpu().numpy())
    expected = torch.tensor([*theirs.intercept_, *theirs.coef_[0]], device=device)
    prices = torch.tensor([0, lam, lam], dtype=X.dtype, device=device)
    found = newton(X, y_hat, prices)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-8)


@pytest.mark.equation("eq-logistic_regression-hessian")
@given(seed=seeds)
def test_the_step_divides_by_the_second_derivative_that_autograd_finds(device, seed):
    X, y_hat = examples(seed, count=9, device=device)
    theta = torch.tensor([0.3, -0.2, 0.5], dtype=X.dtype, device=device)
    H = torch.autograd.functional.hessian(lambda t: logistic_loss(X @ t, y_hat), theta)
    step = newton_step(X, y_hat, theta, free(device))
    torch.testing.assert_close(H @ step, gradient(X, y_hat, theta))


@pytest.mark.equation("eq-logistic_regression-newton")
def test_a_step_is_the_formula_with_the_whole_diagonal_matrix(device):
    X, y_hat = examples(2, device=device)
    theta = torch.tensor([0.1, 0.4, -0.3], dtype=X.dtype, device=device)
    f = torch.sigmoid(X @ theta)
    S = torch.diag(f * (1 - f))
    expected = torch.linalg.inv(X.T @ S @ X) @ X.T @ (f - y_hat)
    torch.testing.assert_close(newton_step(X, y_hat, theta, free(device)), expected)


@given(seed=seeds)
def test_with_prices_the_punished_loss_has_no_slope_at_the_answer(seed):
    X, y_hat = examples(seed, count=20)
    prices = torch.tensor([0.3, 0.1, 2.0]).double()
    y_hat[0], y_hat[1] = 0.0, 1.0  # both classes
    theta = newton(X, y_hat, prices)
    slope = gradient(X, y_hat, theta) + 2 * prices * theta
    assert slope.abs().max() < 1e-8


def test_a_step_that_jumps_too_far_is_halved():
    X = torch.tensor(
        [[34.0, -20, 30], [0, -10, -10], [-1, 10, 0], [-20, 0, 80], [0, 0, 0.1]]
    ).double()
    y_hat = torch.tensor([1.0, 0, 0, 1, 0]).double()
    theta = torch.zeros(3).double()
    for _ in range(5):  # whole steps: the fifth is worse than none
        before, theta = theta, theta - newton_step(X, y_hat, theta, free())
    assert logistic_loss(X @ theta, y_hat) > logistic_loss(X @ before, y_hat)
    assert gradient(X, y_hat, newton(X, y_hat)).abs().max() < 1e-8


def test_it_is_done_in_ten_steps_and_ready_to_stop_early():
    X, y_hat = examples(3)
    torch.testing.assert_close(newton(X, y_hat, steps=10), newton(X, y_hat))


def test_float32_is_computed_in_float64_and_handed_back():
    X, y_hat = examples(3)
    found = newton(X.float(), y_hat.float())
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, newton(X, y_hat).float(), rtol=1e-5, atol=1e-5)


def test_labels_that_are_probabilities_are_met_exactly():
    X, _ = examples(4)
    theta = torch.tensor([0.2, -1.0, 0.7]).double()
    torch.testing.assert_close(newton(X, torch.sigmoid(X @ theta)), theta)


def test_nothing_is_written_in_place():
    X, y_hat = examples()
    prices = torch.ones(3).double()
    before = [value.clone() for value in (X, y_hat, prices)]
    newton(X, y_hat, prices)
    assert all(map(torch.equal, before, (X, y_hat, prices)))


def test_refuses_separated_data_and_takes_them_for_a_price():
    X, _ = examples()
    y_hat = (X[:, 1] > 0).double()
    with pytest.raises(ValueError, match=r"^y_hat is separated by a plane: give pri"):
        newton(X, y_hat)
    theta = newton(X, y_hat, torch.tensor([0.0, 0.01, 0.01]).double())
    assert ((X @ theta > 0) == (y_hat > 0.5)).double().mean() > 0.95


def test_refuses_data_that_a_plane_separates_but_for_those_on_it():
    x = torch.tensor([-1.0, 0.0, 0.0, 1.0]).double()
    X = torch.stack([torch.ones(4).double(), x], dim=1)
    with pytest.raises(ValueError, match=r"^steps were 50: give more, or give prices"):
        newton(X, torch.tensor([0.0, 0.0, 1.0, 1.0]).double())


def test_refuses_a_singular_hessian_and_takes_it_for_a_price():
    X, y_hat = examples()
    twice = torch.cat([X, X[:, 1:2]], dim=1)
    with pytest.raises(ValueError, match=r"^X has columns that depend .*: drop one"):
        newton(twice, y_hat)
    theta = newton(twice, y_hat, torch.full((4,), 0.1).double())
    assert theta[1].item() == pytest.approx(theta[3].item())


def test_refuses_a_feature_that_is_always_0():
    X, y_hat = examples()
    X[:, 2] = 0
    with pytest.raises(ValueError, match=r"^X has columns that depend"):
        newton(X, y_hat)


def test_the_units_of_a_feature_do_not_matter():
    X, y_hat = examples()
    large = X * torch.tensor([1.0, 1e9, 1.0]).double()
    theta = newton(large, y_hat) * torch.tensor([1.0, 1e9, 1.0]).double()
    torch.testing.assert_close(theta, newton(X, y_hat))


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_refuses_one_class(label):
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^y_hat has one class only: add examples"):
        newton(X, torch.full_like(y_hat, label))


@pytest.mark.parametrize("bad", [-0.1, float("nan"), float("inf")])
def test_rejects_prices_below_0(bad):
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^prices are not all 0 or more: give 0"):
        newton(X, y_hat, torch.tensor([0.0, bad, 1.0]).double())


def test_rejects_bad_examples():
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^X is empty"):
        newton(X[:0], y_hat[:0])
    with pytest.raises(TypeCheckError):
        newton(X, y_hat[:-1])
    with pytest.raises(TypeCheckError):
        newton(X, y_hat, torch.ones(2).double())
    y_hat[0] = 2
    with pytest.raises(ValueError, match=r"^y_hat is outside \[0, 1\]"):
        newton(X, y_hat)
    X[0, 0] = float("nan")
    with pytest.raises(ValueError, match=r"^X has NaN or infinity"):
        newton(X, y_hat)
