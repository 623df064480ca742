"""Plain descent is torch's SGD, and the walk that the regression chapter derived."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.regression import gradient_descent, least_squares


def bowl(seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(10, 3, generator=dice, dtype=torch.float64).to(device)
    y_hat = torch.randn(10, generator=dice, dtype=torch.float64).to(device)
    return X, y_hat, (lambda theta: -2 * X.T @ (y_hat - X @ theta) / 10)


def ones(device="cpu"):
    return torch.ones(3, dtype=torch.float64, device=device)


@pytest.mark.equation("eq-gradient_descent-update")
def test_the_path_is_that_of_torch_sgd(device):
    _, _, gradient = bowl(device=device)
    path = descend(GradientDescent(0.1), gradient, ones(device), 20)
    theirs = ones(device).requires_grad_()
    optimizer = torch.optim.SGD([theirs], lr=0.1)
    for point in path:
        torch.testing.assert_close(point, theirs.detach())
        theirs.grad = gradient(theirs.detach())
        optimizer.step()


def test_it_is_the_walk_of_the_regression_chapter():
    _, _, gradient = bowl()
    path = descend(GradientDescent(0.1), gradient, ones(), 50)
    assert torch.equal(path, gradient_descent(gradient, ones(), 0.1, 50))


def test_it_arrives_at_the_answer_of_the_closed_form(device):
    X, y_hat, gradient = bowl(device=device)
    path = descend(GradientDescent(0.3), gradient, ones(device), 1000)
    torch.testing.assert_close(path[-1], least_squares(X, y_hat))


@pytest.mark.equation("eq-gradient_descent-loss")
def test_the_gradient_of_the_mean_loss_is_that_of_autograd():
    X, y_hat, gradient = bowl()
    theta = ones().requires_grad_()
    sum((y_hat[n] - theta @ X[n]) ** 2 for n in range(10)).div(10).backward()
    torch.testing.assert_close(gradient(ones()), theta.grad)


@given(lr=st.floats(1e-6, 1e3), slope=st.floats(-100, 100))
def test_a_step_is_the_rate_times_the_slope_downhill(lr, slope):
    theta, memory = GradientDescent(lr).step(torch.ones(1), torch.tensor([slope]), ())
    torch.testing.assert_close(theta, 1 - torch.tensor([lr * slope]))
    assert memory == ()


def test_it_remembers_nothing():
    assert GradientDescent(0.1).init(ones()) == ()


@pytest.mark.parametrize("lr", [0.0, -0.1, float("nan"), float("inf")])
def test_rejects_a_rate_that_is_not_positive(lr):
    with pytest.raises(ValueError, match=r"^lr is .*: give a positive number$"):
        GradientDescent(lr)
