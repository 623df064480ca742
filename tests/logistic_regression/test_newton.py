"""Newton reaches the theta of scikit-learn, or says why there is none."""

import inspect
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from scipy.optimize import linprog
from sklearn.linear_model import LogisticRegression

from ml2020.gradient_descent import newton_step
from ml2020.logistic_regression import (
    gradient,
    logistic_loss,
    newton,
    slope_and_hessian,
)
from ml2020.logistic_regression.newton import bare_step
from tests.refusals import refuses, spoilt

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


def jump(X, y_hat, theta):
    nothing = torch.zeros_like(theta)
    return newton_step(theta, *slope_and_hessian(X, y_hat, theta, nothing))


@pytest.mark.parametrize("seed", range(4))
def test_without_penalties_it_is_the_theta_of_scikit_learn(seed):
    X, y_hat = examples(seed)
    theirs = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-12)
    theirs.fit(X[:, 1:].numpy(), y_hat.numpy())
    expected = torch.tensor([*theirs.intercept_, *theirs.coef_[0]])
    torch.testing.assert_close(newton(X, y_hat), expected, rtol=0, atol=1e-8)


@pytest.mark.equation("eq-logistic_regression-ridge")
def test_with_penalties_it_is_the_theta_of_scikit_learn_at_half_the_inverse(device):
    X, y_hat = examples(1, device=device)
    lam = 0.7
    theirs = LogisticRegression(C=1 / (2 * lam), solver="newton-cholesky", tol=1e-12)
    theirs.fit(X[:, 1:].cpu().numpy(), y_hat.cpu().numpy())
    expected = torch.tensor([*theirs.intercept_, *theirs.coef_[0]], device=device)
    penalties = torch.tensor([0, lam, lam], dtype=X.dtype, device=device)
    found = newton(X, y_hat, penalties)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-8)


@pytest.mark.equation("eq-logistic_regression-hessian")
@given(seed=seeds)
def test_the_step_divides_by_the_second_derivative_that_autograd_finds(device, seed):
    X, y_hat = examples(seed, count=9, device=device)
    theta = torch.tensor([0.3, -0.2, 0.5], dtype=X.dtype, device=device)
    H = torch.autograd.functional.hessian(lambda t: logistic_loss(X @ t, y_hat), theta)
    slope, found = slope_and_hessian(X, y_hat, theta, free(device))
    torch.testing.assert_close(found, H)
    torch.testing.assert_close(slope, gradient(X, y_hat, theta))


@given(seed=seeds)
def test_a_penalty_enters_both_derivatives(seed):
    X, y_hat = examples(seed, count=9)
    theta, lam = torch.tensor([[0.3, -0.2, 0.5], [0.1, 0.7, 0.0]]).double()

    def loss(t):
        return logistic_loss(X @ t, y_hat) + lam @ t**2

    slope, H = slope_and_hessian(X, y_hat, theta, lam)
    torch.testing.assert_close(H, torch.autograd.functional.hessian(loss, theta))
    torch.testing.assert_close(slope, torch.autograd.functional.jacobian(loss, theta))


def test_the_slope_keeps_its_digits_where_probabilities_round_to_1():
    X, theta = torch.tensor([[50.0], [-50.0]]).double(), torch.ones(1).double()
    y_hat = torch.tensor([1.0, 0.0]).double()
    slope, H = slope_and_hessian(X, y_hat, theta, torch.zeros(1).double())
    assert slope.item() == pytest.approx(-2 * 50 * math.exp(-50))
    assert H.item() == pytest.approx(2 * 50**2 * math.exp(-50))


@pytest.mark.equation("eq-logistic_regression-newton")
def test_a_step_is_the_formula_with_the_whole_diagonal_matrix(device):
    X, y_hat = examples(2, device=device)
    theta = torch.tensor([0.1, 0.4, -0.3], dtype=X.dtype, device=device)
    f = torch.sigmoid(X @ theta)
    S = torch.diag(f * (1 - f))
    expected = theta - torch.linalg.inv(X.T @ S @ X) @ X.T @ (f - y_hat)
    torch.testing.assert_close(jump(X, y_hat, theta), expected)


@pytest.mark.equation("eq-logistic_regression-jump")
def test_a_jump_by_hand():
    X = torch.tensor([[1.0, 1], [1, 2], [1, 3], [1, 4]]).double()
    y_hat, nothing = torch.tensor([0.0, 1, 0, 1]).double(), torch.zeros(2).double()
    slope, H = slope_and_hessian(X, y_hat, nothing, nothing)
    assert slope.tolist() == [0, -1]
    assert (4 * H).tolist() == [[4, 10], [10, 30]]
    assert jump(X, y_hat, nothing).tolist() == pytest.approx([-2, 0.8])


@pytest.mark.equation("eq-logistic_regression-strong-penalty")
def test_a_strong_penalty_leaves_the_difference_of_the_means():
    dice = torch.Generator().manual_seed(0)
    x = torch.randn(40, 3, generator=dice, dtype=torch.float64)
    y_hat, lam = (torch.arange(40) % 2).double(), 1e6
    X = torch.cat([torch.ones(40, 1).double(), x], dim=1)
    w = newton(X, y_hat, torch.tensor([0, lam, lam, lam]).double())[1:]
    means = x[y_hat == 1].mean(dim=0) - x[y_hat == 0].mean(dim=0)
    torch.testing.assert_close(w, 40 / (8 * lam) * means, rtol=1e-3, atol=1e-9)


@given(seed=seeds)
def test_with_penalties_the_penalized_loss_has_no_slope_at_the_answer(seed):
    X, y_hat = examples(seed, count=20)
    penalties = torch.tensor([0.3, 0.1, 2.0]).double()
    y_hat[0], y_hat[1] = 0.0, 1.0  # both classes
    theta = newton(X, y_hat, penalties)
    slope = gradient(X, y_hat, theta) + 2 * penalties * theta
    assert slope.abs().max() < 1e-8


def test_a_step_that_jumps_too_far_is_halved():
    X = torch.tensor(
        [[34.0, -20, 30], [0, -10, -10], [-1, 10, 0], [-20, 0, 80], [0, 0, 0.1]]
    ).double()
    y_hat = torch.tensor([1.0, 0, 0, 1, 0]).double()
    theta = torch.zeros(3).double()
    for _ in range(5):  # whole steps: the fifth is worse than none
        before, theta = theta, jump(X, y_hat, theta)
    assert logistic_loss(X @ theta, y_hat) > logistic_loss(X @ before, y_hat)
    assert gradient(X, y_hat, newton(X, y_hat, steps=16)).abs().max() < 1e-8
    with pytest.raises(ValueError, match=r"^steps were 15: give more"):
        newton(X, y_hat, steps=15)  # with thirds in place of halves it takes 14


def test_it_is_done_in_ten_steps_and_ready_to_stop_early():
    X, y_hat = examples(3)
    torch.testing.assert_close(newton(X, y_hat, steps=10), newton(X, y_hat))


def test_it_gives_up_after_fifty_steps_unless_told_otherwise():
    assert inspect.signature(newton).parameters["steps"].default == 50


def test_float32_is_computed_in_float64_and_handed_back():
    X, y_hat = examples(3)
    found = newton(X.float(), y_hat.float())
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, newton(X, y_hat).float(), rtol=1e-5, atol=1e-5)
    lam = torch.tensor([0.0, 0.5, 2.0])
    found, known = newton(X.float(), y_hat.float(), lam), newton(X, y_hat, lam.double())
    torch.testing.assert_close(found, known.float(), rtol=1e-5, atol=1e-5)


def test_labels_that_are_probabilities_are_met_exactly():
    X, _ = examples(4)
    theta = torch.tensor([0.2, -1.0, 0.7]).double()
    torch.testing.assert_close(newton(X, torch.sigmoid(X @ theta)), theta)


def test_nothing_is_written_in_place():
    X, y_hat = examples()
    penalties = torch.ones(3).double()
    before = [value.clone() for value in (X, y_hat, penalties)]
    newton(X, y_hat, penalties)
    assert all(map(torch.equal, before, (X, y_hat, penalties)))


def test_refuses_separated_data_and_takes_them_for_a_penalty():
    X, _ = examples()
    y_hat = (X[:, 1] > 0).double()
    with pytest.raises(ValueError, match=r"^y_hat is separated by a plane: give larg"):
        newton(X, y_hat)
    theta = newton(X, y_hat, torch.tensor([0.0, 0.01, 0.01]).double())
    assert ((X @ theta > 0) == (y_hat > 0.5)).double().mean() > 0.95


QUASI = {  # a plane has nobody on the wrong side, but examples on it
    "two on the plane": ([-1.0, 0, 0, 1], [0.0, 0, 1, 1]),
    "a binary feature": ([0.0, 0, 1, 1], [0.0, 1, 1, 1]),
    "the same, turned round": ([0.0, 0, 1, 1], [0.0, 1, 0, 0]),
    "a soft label on the plane": ([-1.0, 0, 1], [0.0, 0.3, 1]),
}


@pytest.mark.parametrize("case", QUASI)
def test_refuses_data_that_a_plane_separates_but_for_those_on_it(case):
    x, y_hat = (torch.tensor(values).double() for values in QUASI[case])
    X = torch.stack([torch.ones_like(x), x], dim=1)
    with pytest.raises(ValueError, match=r"^y_hat is separated by a plane: give larg"):
        newton(X, y_hat)
    newton(X, y_hat, torch.tensor([0.0, 0.1]).double())
    with pytest.raises(ValueError, match=r"^y_hat is separated"):  # w is still free
        newton(X, y_hat, torch.tensor([0.1, 0.0]).double())


def a_linear_program_separates(X, y_hat):
    sides = ((2 * y_hat - 1)[:, None] * X).numpy()
    found = linprog(
        -sides.sum(axis=0),
        A_ub=-sides,
        b_ub=[0] * len(sides),
        bounds=[(-1, 1)] * X.shape[1],
    )
    return -found.fun > 1e-6


def small(seed):
    dice = torch.Generator().manual_seed(seed)
    count, features = 6 + seed % 20, 1 + seed % 4
    x = torch.randn(count, features, generator=dice, dtype=torch.float64)
    x = (x > 0).double() if seed % 3 else x.round()
    return x, (torch.rand(count, generator=dice) < 0.5).double()


def rare(seed):  # yes or no, eight bearers; long tails; and others
    dice = torch.Generator().manual_seed(seed)
    count, features = 40 + 5 * (seed % 13), 1 + seed % 5
    x = torch.randn(count, 2 * features, generator=dice, dtype=torch.float64)
    x[:, ::2] = (x[:, ::2] >= x[:, ::2].sort(dim=0).values[-8]).double()
    x[:, 1] = (2 * x[:, 1]).exp()
    z = 2 * x @ torch.randn(2 * features, generator=dice, dtype=torch.float64)
    return x, (torch.rand(count, generator=dice) < torch.sigmoid(z)).double()


@pytest.mark.parametrize("table", [small, rare])
def test_it_refuses_what_a_linear_program_finds_separated_and_nothing_else(table):
    refused = 0
    for seed in range(50):
        x, y_hat = table(seed)
        X = torch.cat([torch.ones(len(x), 1).double(), x], dim=1)
        if torch.linalg.matrix_rank(X) < X.shape[1]:
            continue
        if a_linear_program_separates(X, y_hat):
            refused += 1
            with pytest.raises(ValueError, match=r"^y_hat (is separated|has one)"):
                newton(X, y_hat)
        else:
            assert gradient(X, y_hat, newton(X, y_hat)).abs().max() < 1e-6
    assert 5 < refused < 45


def test_nearly_separated_is_not_separated():
    x = torch.tensor([-1.0, -1e-3, 1e-3, 1.0]).double()
    X = torch.stack([torch.ones(4).double(), x], dim=1)
    y_hat = torch.tensor([0.0, 1.0, 0.0, 1.0]).double()
    theta = newton(X, y_hat)
    assert gradient(X, y_hat, theta).abs().max() < 1e-8
    assert theta[1] > 5


def test_one_example_far_away_on_its_own_side_separates_nothing():
    X, y_hat = examples(7)
    far = torch.tensor([[1.0, 0.0, -1e6]]).double()
    X, y_hat = torch.cat([X, far]), torch.cat([y_hat, torch.ones(1).double()])
    assert gradient(X, y_hat, newton(X, y_hat)).abs().max() < 1e-6


@pytest.mark.parametrize(("offset", "unit"), [(1.6e9, 1e3), (2e4, 1.0), (-1e6, 1.0)])
def test_features_far_from_0_are_met_as_if_they_were_centred(offset, unit):
    # 41 times and one inverted pair, a hundredth of a unit from the border
    x = torch.cat([torch.linspace(-1, 1, 41), torch.tensor([0.01, -0.01])]).double()
    y_hat = (x > 0).double()
    y_hat[-2:] = torch.tensor([0.0, 1.0])

    def table(values):
        return torch.stack([torch.ones_like(values), values], dim=1)

    theta, centred = newton(table(offset + unit * x), y_hat), newton(table(x), y_hat)
    torch.testing.assert_close(unit * theta[1], centred[1], rtol=1e-3, atol=0)
    y_hat[-2:] = torch.tensor([1.0, 0.0])
    with pytest.raises(ValueError, match=r"^y_hat is separated by a plane: give larg"):
        newton(table(offset + unit * x), y_hat)


def test_a_bare_step_from_far_away_goes_astray_and_newton_does_not():
    X, y_hat = examples(2)
    far = torch.tensor([9.0, 9.0, 9.0]).double()
    there = jump(X, y_hat, far)
    assert logistic_loss(X @ there, y_hat) > logistic_loss(X @ far, y_hat)
    assert gradient(X, y_hat, newton(X, y_hat)).abs().max() < 1e-8


def test_it_says_when_the_steps_do_not_suffice():
    X, y_hat = examples(3)
    enough = next(
        k for k in range(1, 50) if not raises(lambda k=k: newton(X, y_hat, steps=k))
    )
    assert 4 <= enough <= 8
    with pytest.raises(
        ValueError, match=rf"^steps were {enough - 1}: give more, or larger"
    ):
        newton(X, y_hat, steps=enough - 1)


def test_refuses_fewer_than_one_step():
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^steps were 1: give more"):
        newton(X, y_hat, steps=1)
    for steps in (0, -1):
        with pytest.raises(ValueError, match=rf"^steps is {steps}: give 1 or more$"):
            newton(X, y_hat, steps=steps)


def raises(call):
    try:
        call()
    except ValueError:
        return True
    return False


def test_refuses_a_singular_hessian_and_takes_it_for_a_penalty():
    X, y_hat = examples()
    twice = torch.cat([X, X[:, 1:2]], dim=1)
    with pytest.raises(ValueError, match=r"^X has columns that depend .*: drop or c"):
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


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_one_class_is_enough_if_every_weight_has_a_penalty(label):
    X, y_hat = examples()
    one = torch.full_like(y_hat, label)
    penalties = torch.tensor([0.1, 0.2, 0.3]).double()
    theta = newton(X, one, penalties)
    slope = gradient(X, one, theta) + 2 * penalties * theta
    assert slope.abs().max() < 1e-8
    assert (theta[0] > 0) == (label == 1)


@pytest.mark.parametrize("lam", [1e-12, 1e-20, 1e-50])
def test_the_weakest_penalty_holds_separated_data(lam):
    x = torch.tensor([-3.0, -1.0, 1.0, 3.0]).double()
    X, y_hat = torch.stack([torch.ones_like(x), x], dim=1), (x > 0).double()
    b, w = newton(X, y_hat, torch.tensor([0, lam], dtype=torch.float64), 1000).tolist()
    assert b == pytest.approx(0, abs=1e-9)
    assert w + math.log(w) == pytest.approx(-math.log(lam))  # e^-w = lam w


def twins(apart):
    X, y_hat = examples()
    return torch.cat([X[:, :2], X[:, 1:2] + apart * X[:, 2:]], dim=1), y_hat


def test_columns_that_differ_in_the_fifth_digit_are_met():
    X, y_hat = twins(1e-5)
    assert gradient(X, y_hat, newton(X, y_hat)).abs().max() < 1e-6


@pytest.mark.parametrize("apart", [1e-7, 1e-9])
def test_columns_that_are_nearly_equal_are_refused_by_name(apart):
    X, y_hat = twins(apart)
    with pytest.raises(ValueError, match=r"^X (has columns|and penalties leave)"):
        newton(X, y_hat)


def test_a_hessian_that_is_singular_up_to_rounding_is_refused_by_name():
    slope = torch.ones(2).double()
    near = torch.tensor([[1.0, 1.0], [1.0, 1.0 + 1e-12]], dtype=torch.float64)
    refuses(
        lambda H: bare_step(slope, H),
        r"^X and penalties leave .* up to rounding: give larger penalties$",
        good=[torch.eye(2).double(), near],
        bad=[torch.ones(2, 2).double(), torch.zeros(2, 2).double()],
    )


@pytest.mark.parametrize("scale", [1.0, 1e-100])
def test_a_bare_step_solves_whatever_the_units(scale):
    H = torch.tensor([[4.0, 10.0], [10.0, 30.0]]).double() / 4
    units = torch.tensor([1.0, scale], dtype=torch.float64)
    slope = torch.tensor([0.5, -1.0]).double()
    step = bare_step(slope * units, H * torch.outer(units, units))
    torch.testing.assert_close(step * units, torch.linalg.solve(H, slope))


@pytest.mark.parametrize("bad", [-0.1, float("nan"), float("inf")])
def test_rejects_penalties_below_0(bad):
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^penalties are below 0 or too large"):
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


def test_one_bad_penalty_among_good_ones_is_enough():
    X, y_hat = examples()
    good = torch.tensor([0.0, 0.1, 1.0]).double()
    refuses(
        lambda penalties: newton(X, y_hat, penalties),
        r"^penalties are below 0 or too large: give 0 for none$",
        good=[good, 0 * good],
        bad=spoilt(good, -0.1, math.nan, math.inf, 1e308),
    )


def test_rejects_weights_too_large_for_the_type_of_the_features():
    X, y_hat = examples()
    unit = torch.tensor([1.0, 1e-39, 1.0]).double()
    newton(X * unit, y_hat)
    with pytest.raises(ValueError, match=r"^X has weights too large for torch.float32"):
        newton((X * unit).float(), y_hat.float())


def test_columns_that_depend_only_next_to_their_size_are_met():
    X, y_hat = examples()
    date = X * torch.tensor([1, 1, 1e-3]).double()
    date[:, 1:] += 1e5
    theta, centred = newton(date, y_hat), newton(X, y_hat)
    torch.testing.assert_close(theta[1], centred[1], rtol=1e-4, atol=0)
    torch.testing.assert_close(theta[2], 1e3 * centred[2], rtol=1e-4, atol=0)


def test_both_derivatives_refuse_what_does_not_fit():
    X, y_hat = examples()
    good = {"y_hat": y_hat, "theta": free(), "penalties": free()}
    for name, value in good.items():
        for wrong, said in (
            (value[:1], "has the shape"),
            (value[:, None], "has the shape"),
            (value.float(), "is torch.float32, X is torch.float64"),
        ):
            with pytest.raises(ValueError, match=rf"^{name} {said}"):
                slope_and_hessian(X, **{**good, name: wrong})
