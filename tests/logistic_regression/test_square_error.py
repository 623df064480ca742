"""The square error hardly slopes where it is largest."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.logistic_regression import (
    logistic_loss,
    sigmoid_slope,
    slopes,
    square_gradient,
    square_loss,
)

seeds = st.integers(0, 2**31)


def examples(seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(9, 3, generator=dice, dtype=torch.float64)
    y_hat = (torch.rand(9, generator=dice) < 0.5).double()
    theta = torch.randn(3, generator=dice, dtype=torch.float64)
    return X.to(device), y_hat.to(device), theta.to(device)


@pytest.mark.equation("eq-logistic_regression-slope")
@given(z=st.floats(-20, 20))
def test_the_slope_of_the_sigmoid_is_the_quotient_of_small_differences(device, z):
    at, h = torch.tensor([z], dtype=torch.float64, device=device), 1e-5
    difference = (torch.sigmoid(at + h) - torch.sigmoid(at - h)) / (2 * h)
    torch.testing.assert_close(sigmoid_slope(at), difference, rtol=1e-4, atol=1e-10)


@given(z=st.floats(-36, 36))
def test_the_slope_is_at_most_a_quarter_and_the_same_on_both_sides(z):
    at = torch.tensor([z, -z], dtype=torch.float64)
    left, right = sigmoid_slope(at).tolist()
    assert left == pytest.approx(right, abs=1e-15)
    assert 0 < left <= 0.25


def test_it_is_steepest_in_the_middle():
    assert sigmoid_slope(torch.zeros(1)).item() == 0.25


@pytest.mark.equation("eq-logistic_regression-square-gradient")
@given(seed=seeds)
def test_the_gradient_is_what_autograd_finds(device, seed):
    X, y_hat, theta = examples(seed, device=device)
    theta.requires_grad_()
    (expected,) = torch.autograd.grad(square_loss(X @ theta, y_hat), theta)
    found = square_gradient(X, y_hat, theta.detach())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-10)


@given(seed=seeds)
def test_the_slopes_by_the_logits_are_what_autograd_finds(seed):
    _, y_hat, _ = examples(seed)
    dice = torch.Generator().manual_seed(seed)
    z = (3 * torch.randn(9, generator=dice, dtype=torch.float64)).requires_grad_()
    for found, loss in zip(
        slopes(z.detach(), y_hat), (logistic_loss, square_loss), strict=True
    ):
        (expected,) = torch.autograd.grad(loss(z, y_hat), z)
        torch.testing.assert_close(found, expected)


def test_the_loss_is_a_loop_over_squares():
    X, y_hat, theta = examples()
    z = (X @ theta).tolist()
    squares = [(1 / (1 + math.exp(-a)) - b) ** 2 for a, b in zip(z, y_hat, strict=True)]
    loss = square_loss(X @ theta, y_hat).item()
    assert loss == pytest.approx(sum(squares).item())


def test_far_away_one_loss_pulls_with_1_and_the_other_with_nothing():
    z, y_hat = torch.tensor([-10.0]).double(), torch.tensor([1.0]).double()
    by_cross_entropy, by_square = slopes(z, y_hat)
    f = 1 / (1 + math.exp(10))
    assert by_cross_entropy.item() == pytest.approx(f - 1)
    assert by_square.item() == pytest.approx(2 * (f - 1) * f * (1 - f), rel=1e-9)
    assert by_square.abs().item() == pytest.approx(9.08e-5, rel=1e-3)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_the_square_error_is_flat_both_near_the_target_and_far_away(label):
    z = torch.tensor([-40.0, 40.0]).double()
    assert slopes(z, torch.full_like(z, label))[1].abs().max() < 1e-15


def test_rejects_bad_examples():
    X, y_hat, theta = examples()
    for bad in (-1.0, 2.0, float("nan")):
        wrong = y_hat.clone()
        wrong[0] = bad
        for function in (square_loss, slopes):
            with pytest.raises(ValueError, match=r"^y_hat is outside \[0, 1\]"):
                function(X @ theta, wrong)
        with pytest.raises(ValueError, match=r"^y_hat is outside \[0, 1\]"):
            square_gradient(X, wrong, theta)
    X[1, 1] = float("nan")
    with pytest.raises(ValueError, match=r"^X has NaN or infinity"):
        square_gradient(X, y_hat, theta)
    with pytest.raises(ValueError, match=r"^y_hat is empty"):
        square_loss(torch.zeros(0), torch.zeros(0))
