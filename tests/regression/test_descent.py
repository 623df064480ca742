"""Descent walks the lecture's steps, and its largest rate is exact."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.regression import adagrad, gradient_descent, largest_stable_rate
from tests.refusals import above, refuses, spoilt


def bowl(seed=0, device="cpu"):
    """Ten examples, the gradient of their squared errors, and the best theta."""
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(10, 3, generator=dice, dtype=torch.float64).to(device)
    y_hat = torch.randn(10, generator=dice, dtype=torch.float64).to(device)
    best = torch.linalg.lstsq(X, y_hat[:, None]).solution[:, 0]
    return X, (lambda theta: -2 * X.T @ (y_hat - X @ theta)), best


def ones(device="cpu"):
    return torch.ones(3, dtype=torch.float64, device=device)


@pytest.mark.equation("eq-regression-update")
def test_the_path_is_that_of_torch_sgd(device):
    _, gradient, _ = bowl(device=device)
    path = gradient_descent(gradient, ones(device), 0.01, 20)
    theirs = ones(device).requires_grad_()
    optimizer = torch.optim.SGD([theirs], lr=0.01)
    for point in path:
        torch.testing.assert_close(point, theirs.detach())
        theirs.grad = gradient(theirs.detach())
        optimizer.step()


def test_the_path_is_that_of_torch_adagrad(device):
    _, gradient, _ = bowl(device=device)
    path = adagrad(gradient, ones(device), 0.3, 20)
    theirs = ones(device).requires_grad_()
    optimizer = torch.optim.Adagrad([theirs], lr=0.3)
    for point in path:
        torch.testing.assert_close(point, theirs.detach())
        theirs.grad = gradient(theirs.detach())
        optimizer.step()


@given(scale=st.floats(1e-3, 1e3))
def test_adagrads_first_step_is_eta_whatever_the_slope(scale):
    path = adagrad(lambda theta: scale * ones(), ones(), 0.5, 1)
    torch.testing.assert_close(path[1], ones() / 2)


def test_adagrad_stays_where_there_is_no_slope():
    path = adagrad(torch.zeros_like, ones(), 0.5, 3)
    assert torch.equal(path, ones().expand(4, 3))


@pytest.mark.parametrize(("walk", "eta"), [(gradient_descent, 0.03), (adagrad, 1.0)])
def test_it_arrives_at_the_least_squares_answer(walk, eta, device):
    _, gradient, best = bowl(device=device)
    path = walk(gradient, ones(device), eta, 3000)
    torch.testing.assert_close(path[-1], best, rtol=1e-6, atol=1e-6)


@pytest.mark.equation("eq-regression-contraction")
@pytest.mark.parametrize("eta", [0.001, 0.01, 1.0])
def test_one_step_multiplies_the_distance_by_one_minus_eta_times_the_hessian(eta):
    _, gradient, best = bowl()
    hessian = torch.autograd.functional.jacobian(gradient, ones())
    after = gradient_descent(gradient, ones(), eta, 1)[1]
    expected = (torch.eye(3).double() - eta * hessian) @ (ones() - best)
    torch.testing.assert_close(after - best, expected)


@pytest.mark.equation("eq-regression-threshold")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_along_the_steepest_direction_the_limit_is_exact(seed, device):
    X, gradient, best = bowl(seed, device)
    steepest = torch.linalg.svd(X).Vh[0]  # another route to the top eigenvector
    limit = largest_stable_rate(X)
    for share in (0.99, 1.01):
        path = gradient_descent(gradient, best + steepest, share * limit, 500)
        distance = ((path[-1] - best) @ steepest).abs().item()
        assert distance == pytest.approx(abs(1 - 2 * share) ** 500, rel=1e-3)


@given(count=st.integers(0, 5))
def test_the_path_holds_the_start_and_every_step(count):
    _, gradient, _ = bowl()
    for walk in (gradient_descent, adagrad):
        path = walk(gradient, ones(), 0.01, count)
        assert path.shape == (count + 1, 3)
        assert torch.equal(path[0], ones())


def test_the_start_is_left_alone():
    _, gradient, _ = bowl()
    start = ones()
    gradient_descent(gradient, start, 0.01, 3)
    adagrad(gradient, start, 0.01, 3)
    assert torch.equal(start, ones())


def test_on_one_knob_each_step_multiplies_the_distance_by_the_curvature():
    path = gradient_descent(lambda w: 10 * w - 26, torch.zeros(1), 0.05, 4)
    expected = torch.tensor([[0.0], [1.3], [1.95], [2.275], [2.4375]])
    torch.testing.assert_close(path, expected)


def test_adagrad_forgets_slopes_far_below_its_eps():
    path = adagrad(lambda theta: 1e-10 * ones(), ones(), 0.5, 1)
    torch.testing.assert_close(path[1], ones() - 0.25)


def test_the_limit_of_one_column_is_one_over_its_sum_of_squares():
    X = torch.tensor([[1.0], [2.0]])
    assert largest_stable_rate(X) == pytest.approx(1 / 5)


@pytest.mark.parametrize("walk", [gradient_descent, adagrad])
def test_rejects_a_rate_that_goes_nowhere_or_uphill(walk):
    refuses(
        lambda eta: walk(torch.zeros_like, ones(), eta, 1),
        r"^eta is .*: give a positive number$",
        good=[above(0.0), 1.0],
        bad=[0.0, -0.1, math.nan, math.inf],
    )


@pytest.mark.parametrize("walk", [gradient_descent, adagrad])
def test_rejects_a_negative_number_of_steps(walk):
    refuses(
        lambda steps: walk(torch.zeros_like, ones(), 0.1, steps),
        r"^steps is -1: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )


def test_rejects_features_without_a_limit():
    X = bowl()[0]
    refuses(
        largest_stable_rate,
        "^X has NaN or infinity: drop or mend",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )
    refuses(
        largest_stable_rate,
        "^X has squares that add up to .*: measure it in units that",
        good=[torch.tensor([[0.0, 1e-18], [0.0, 0.0]]), torch.full((1, 1), 1.3e19)],
        bad=[
            torch.zeros(3, 2),
            torch.full((3, 2), 1e-30),
            torch.full((1, 1), 1.31e19),
            torch.full((2, 1), 1e19),
        ],
    )
    with pytest.raises(ValueError, match=r"^X has squares that add up to 0\.0: "):
        largest_stable_rate(torch.zeros(3, 2))
    with pytest.raises(ValueError, match=r"^X is empty"):
        largest_stable_rate(torch.zeros(0, 2))


def test_rejects_16_bits():
    X = bowl()[0]
    refuses(
        largest_stable_rate,
        r"^X is torch.*16: give X.float\(\)$",
        good=[X, X.float()],
        bad=[X.half(), X.bfloat16()],
    )


def test_in_32_bits_a_slope_whose_square_overflows_stops_its_parameter_for_good():
    def slopes(theta):
        return torch.tensor([1e20, 1.8e19, 1.0])

    path = adagrad(slopes, torch.zeros(3), 0.5, 2)
    assert (path[:, 0] == 0).all()
    assert (path[1:, 1:] != 0).all()
