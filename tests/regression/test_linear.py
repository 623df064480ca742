"""The line is the lecture's: its loss, its two slopes, and the bottom of its bowl."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from sklearn.linear_model import LinearRegression

from ml2020.regression import average_error, gradient, least_squares, loss


def examples(count, features, seed, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(count, features, generator=dice, dtype=torch.float64)
    y_hat = torch.randn(count, generator=dice, dtype=torch.float64)
    return X.to(device), y_hat.to(device)


def number(value, device="cpu"):
    return torch.tensor(value, dtype=torch.float64, device=device)


seeds = st.integers(0, 2**31)


@pytest.mark.equation("eq-regression-loss")
@given(seed=seeds, w=st.floats(-9, 9), b=st.floats(-9, 9))
def test_the_loss_is_the_sum_over_examples(device, seed, w, b):
    X, y_hat = examples(6, 1, seed, device)
    expected = sum(
        (truth.item() - (b + w * x.item())) ** 2
        for x, truth in zip(X[:, 0], y_hat, strict=True)
    )
    result = loss(number(w, device), number(b, device), X[:, 0], y_hat)
    assert result.item() == pytest.approx(expected)


@pytest.mark.equation("eq-regression-gradient")
@given(seed=seeds)
def test_both_slopes_are_what_autograd_finds(device, seed):
    X, y_hat = examples(6, 1, seed, device)
    w = number(1.3, device).requires_grad_()
    b = number(-0.7, device).requires_grad_()
    expected = torch.autograd.grad(loss(w, b, X[:, 0], y_hat), (w, b))
    torch.testing.assert_close(gradient(w, b, X[:, 0], y_hat), expected)


@pytest.mark.equation("eq-regression-line")
def test_a_line_through_two_points_is_found_exactly(device):
    x = number([2.0, 5.0], device)
    b, w = least_squares(torch.stack([torch.ones_like(x), x], dim=1), 4 + 3 * x)
    assert (b.item(), w.item()) == pytest.approx((4, 3))


@pytest.mark.equation("eq-regression-linear-model")
def test_weights_that_made_the_targets_are_found_again(device):
    X, _ = examples(8, 3, seed=0, device=device)
    b, w = 2.0, number([1.0, -1.0, 0.5], device)
    y_hat = torch.stack([b + sum(w * row) for row in X])
    ones = torch.ones(8, 1).to(X)
    theta = least_squares(torch.cat([ones, X], dim=1), y_hat)
    torch.testing.assert_close(theta, torch.cat([ones[0] * b, w]))


@pytest.mark.equation("eq-regression-best")
@given(seed=seeds, shift=st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_no_other_theta_has_a_smaller_loss(seed, shift):
    X, y_hat = examples(7, 3, seed)
    best = least_squares(X, y_hat)
    other = best + number(shift)
    assert ((y_hat - X @ best) ** 2).sum() <= ((y_hat - X @ other) ** 2).sum() + 1e-9


@pytest.mark.equation("eq-regression-closed-form")
@given(seed=seeds)
def test_it_solves_the_normal_equations(device, seed):
    X, y_hat = examples(9, 3, seed, device)
    expected = torch.linalg.solve(X.T @ X, X.T @ y_hat)
    torch.testing.assert_close(least_squares(X, y_hat), expected)


def test_it_agrees_with_scikit_learn():
    X, y_hat = examples(20, 4, seed=1)
    theirs = LinearRegression(fit_intercept=False).fit(X.numpy(), y_hat.numpy())
    torch.testing.assert_close(least_squares(X, y_hat), torch.tensor(theirs.coef_))


def test_of_many_best_answers_it_returns_the_shortest():
    X = torch.ones(4, 2, dtype=torch.float64)  # only the sum of both weights matters
    theta = least_squares(X, torch.full((4,), 6.0, dtype=torch.float64))
    torch.testing.assert_close(theta, number([3.0, 3.0]))


def test_the_average_error_counts_both_directions(device):
    y, y_hat = number([1.0, 5.0], device), number([3.0, 1.0], device)
    assert average_error(y, y_hat).item() == 3


def test_the_arguments_are_left_alone():
    X, y_hat = examples(5, 2, seed=0)
    before = X.clone(), y_hat.clone()
    least_squares(X, y_hat)
    gradient(number(1.0), number(1.0), X[:, 0], y_hat)
    assert torch.equal(X, before[0])
    assert torch.equal(y_hat, before[1])


@pytest.mark.parametrize("function", [least_squares, average_error])
def test_rejects_no_examples(function):
    empty = torch.zeros(0, 2) if function is least_squares else torch.zeros(0)
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one"):
        function(empty, torch.zeros(0))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_number_that_is_none(bad):
    X, y_hat = examples(3, 2, seed=0)
    X[1, 1] = bad
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        least_squares(X, y_hat)
    with pytest.raises(ValueError, match=r"^y_hat has NaN or infinity"):
        average_error(y_hat, X[:, 1])
    with pytest.raises(ValueError, match=r"^y has NaN or infinity"):
        average_error(X[:, 1], y_hat)


def test_rejects_another_number_of_answers_by_name():
    with pytest.raises(TypeCheckError, match="parameter 'y_hat'"):
        least_squares(torch.zeros(3, 2), torch.zeros(4))
