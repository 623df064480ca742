"""The line is the lecture's: its loss, its two slopes, and the bottom of its bowl."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from sklearn.linear_model import LinearRegression

from ml2020.regression import (
    gradient,
    gradient_of_squares,
    least_squares,
    loss,
    powers,
    rank,
    shortest,
)
from tests.refusals import refuses, spoilt


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


def test_two_animals_by_hand(device):
    x, y_hat = number([1.0, 2.0], device), number([3.0, 5.0], device)
    assert loss(number(2.0, device), number(0.0, device), x, y_hat).item() == 2
    slopes = gradient(number(0.0, device), number(0.0, device), x, y_hat)
    assert [slope.item() for slope in slopes] == [-26, -16]


@given(seed=seeds)
def test_for_a_line_the_gradient_of_the_squares_is_both_slopes(device, seed):
    X, y_hat = examples(6, 1, seed, device)
    by_w, by_b = gradient(number(1.3, device), number(-0.7, device), X[:, 0], y_hat)
    found = gradient_of_squares(number([-0.7, 1.3], device), powers(X[:, 0], 1), y_hat)
    torch.testing.assert_close(found, torch.stack([by_b, by_w]))


@given(seed=seeds)
def test_the_gradient_of_the_squares_is_what_autograd_finds(device, seed):
    X, y_hat = examples(7, 3, seed, device)
    theta = number([1.0, -2.0, 0.5], device).requires_grad_()
    (expected,) = torch.autograd.grad(((y_hat - X @ theta) ** 2).sum(), theta)
    torch.testing.assert_close(gradient_of_squares(theta.detach(), X, y_hat), expected)


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


@pytest.mark.parametrize(("count", "features"), [(3, 7), (7, 7), (6, 4)])
def test_where_columns_depend_on_each_other_it_is_the_pseudo_inverse(count, features):
    X, y_hat = examples(count, features, seed=3)
    X[:, -1] = X[:, 0] - 2 * X[:, 1]
    theta = least_squares(X, y_hat)
    torch.testing.assert_close(theta, torch.linalg.pinv(X) @ y_hat)
    assert torch.equal(theta, shortest(X, y_hat))


def smallest_loss(X, y_hat):
    """The least squared error by another route: 64 bits, columns of length 1."""
    X, y_hat = X.double(), y_hat.double()
    X = X / X.norm(dim=0)
    theta = torch.linalg.lstsq(X, y_hat[:, None], driver="gelsd").solution[:, 0]
    return ((X @ theta - y_hat) ** 2).sum().item()


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_columns_from_1_to_1e14_in_32_bits_are_all_used(degree, device):
    x = torch.linspace(10, 900, 60, device=device)
    y_hat = 3 * x + 200 * (x / 100).sin()
    X = powers(x, degree)
    found = ((X @ least_squares(X, y_hat) - y_hat) ** 2).sum().item()
    assert found == pytest.approx(smallest_loss(X, y_hat), rel=1e-3)
    assert rank(X) == degree + 1
    assert torch.linalg.matrix_rank(X) == 2  # what a pseudo-inverse would keep


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_loss_of_nested_sets_never_rises_in_raw_units(dtype):
    x = torch.linspace(10, 900, 60, dtype=dtype)
    y_hat = 3 * x + 200 * (x / 100).sin()
    tables = [powers(x, degree) for degree in range(1, 6)]
    losses = [((X @ least_squares(X, y_hat) - y_hat) ** 2).sum() for X in tables]
    assert all(later <= 1.0001 * before for before, later in pairwise(losses))


@pytest.mark.parametrize(
    ("dtype", "gap"), [(torch.float64, 1e-10), (torch.float32, 1e-4)]
)
def test_columns_that_nearly_agree_are_told_apart(dtype, gap, device):
    X, _ = examples(40, 3, seed=5, device=device)
    X[:, 2] = X[:, 1] + gap * X[:, 2]
    y_hat = X @ number([1.0, 2.0, 2.0], device) + X[:, 0].sin()
    X, y_hat = X.to(dtype), y_hat.to(dtype)
    found = ((X @ least_squares(X, y_hat) - y_hat) ** 2).sum().item()
    assert rank(X) == 3
    assert found == pytest.approx(smallest_loss(X, y_hat), rel=1e-3)


def test_columns_that_differ_by_1e_9_get_large_opposite_weights_and_sound_answers():
    X, _ = examples(40, 3, seed=5)
    X[:, 2] = X[:, 1] + 1e-9 * X[:, 2]
    y_hat = X[:, 0].sin()
    theta = least_squares(X, y_hat)
    assert rank(X) == 3
    assert theta[1:].abs().min() > 1e6
    assert abs(theta[1] + theta[2]) < 1e-6 * theta[1].abs()
    found = ((X @ theta - y_hat) ** 2).sum().item()
    assert found == pytest.approx(smallest_loss(X, y_hat), rel=1e-6)


def test_columns_that_agree_up_to_rounding_count_once():
    X, y_hat = examples(40, 2, seed=5)
    twins = torch.cat([X, X[:, 1:] * (1 + 2e-16)], dim=1)
    assert rank(twins) == 2
    theta = least_squares(twins, y_hat)
    assert theta[1].item() == pytest.approx(theta[2].item())
    torch.testing.assert_close(twins @ theta, X @ least_squares(X, y_hat))


@given(seed=seeds, size=st.integers(-12, 12))
def test_the_rank_does_not_depend_on_units(seed, size):
    X, _ = examples(6, 3, seed)
    X = torch.cat([X, X[:, :1] + X[:, 1:2]], dim=1)
    assert rank(X) == 3
    assert rank(X * number([1.0, 10.0**size, 1.0, 1.0])) == 3


def test_the_rank_of_nothing_but_zeros_is_0():
    assert rank(torch.zeros(3, 2)) == 0
    zero = number([[1.0, 0.0], [2.0, 0.0]])
    assert rank(zero) == 1
    torch.testing.assert_close(
        least_squares(zero, number([2.0, 4.0])), number([2.0, 0.0])
    )


def test_a_large_negative_number_is_the_largest_of_its_column():
    assert rank(number([[-1.0, 1.0], [1e-20, 0.5]])) == 2


def test_rank_leaves_its_argument_alone():
    X = number([[1.0, 0.0], [2.0, 0.0]])
    rank(X)
    assert torch.equal(X, number([[1.0, 0.0], [2.0, 0.0]]))


def test_rejects_dependent_columns_too_small_for_the_type():
    X, y_hat = examples(9, 3, seed=1)
    X[:, 2] = X[:, 1]

    def fit(size):
        return least_squares(X * number([size, 1.0, 1.0]), y_hat)

    said = (
        "^X has 2 independent columns of 3 if each is divided by its largest number, "
        "but 1 as it is: divide, or leave columns out$"
    )
    refuses(fit, said, good=[1e12, 1e-12], bad=[1e17, 1e-17])
    least_squares(X[:, :2] * number([1e-17, 1.0]), y_hat)  # these are independent
    with pytest.raises(ValueError, match=said):
        shortest(X * number([1e-17, 1.0, 1.0]), y_hat)


@pytest.mark.parametrize("degree", [11, 18, 30])
def test_where_the_rank_is_borderline_both_remedies_of_the_message_help(degree):
    x = torch.linspace(0.01, 0.9, 60)
    y_hat = 3 * x + (10 * x).sin()
    X = powers(x, degree)
    said = f"^X has {rank(X)} independent .* of {degree + 1} .* {rank(X) - 1} as it is"
    with pytest.raises(ValueError, match=said):
        least_squares(X, y_hat)
    divided = X / X.amax(dim=0)
    for table in (divided, X[:, :8]):
        off = table @ least_squares(table, y_hat) - y_hat
        assert off.norm() < 0.02 * y_hat.norm()


def test_the_arguments_are_left_alone():
    X, y_hat = examples(5, 2, seed=0)
    before = X.clone(), y_hat.clone()
    least_squares(X, y_hat)
    gradient(number(1.0), number(1.0), X[:, 0], y_hat)
    assert torch.equal(X, before[0])
    assert torch.equal(y_hat, before[1])


def test_rejects_no_examples():
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one"):
        least_squares(torch.zeros(0, 2), torch.zeros(0))
    for X in (torch.zeros(0, 2), torch.zeros(2, 0)):
        with pytest.raises(ValueError, match=r"^X is empty: give at least one"):
            rank(X)
    for fit in (least_squares, shortest):
        with pytest.raises(ValueError, match=r"^X is empty: give at least one"):
            fit(torch.zeros(2, 0), torch.zeros(2))


def test_rejects_a_number_that_is_none():
    X, y_hat = examples(3, 2, seed=0)
    bad = math.nan, math.inf, -math.inf
    said = "^{} has NaN or infinity: drop or mend"
    wrong = spoilt(y_hat, *bad)
    refuses(rank, said.format("X"), good=[X], bad=spoilt(X, *bad))
    for fit in (least_squares, shortest):
        refuses(
            lambda x, fit=fit: fit(x, y_hat),
            said.format("X"),
            good=[X],
            bad=spoilt(X, *bad),
        )
        refuses(
            lambda y, fit=fit: fit(X, y),
            said.format("y_hat"),
            good=[y_hat],
            bad=wrong,
        )


@pytest.mark.parametrize("fit", [least_squares, shortest])
def test_rejects_answers_of_another_type(fit):
    X, y_hat = examples(3, 2, seed=0)
    said = r"^y_hat is torch.float{}, X is torch.float{}: give y_hat.to\(X\)$"
    good, bad = [y_hat], [y_hat.float()]
    refuses(lambda y: fit(X, y), said.format(32, 64), good=good, bad=bad)
    refuses(lambda y: fit(X.float(), y), said.format(64, 32), good=bad, bad=good)


def test_rejects_another_number_of_answers_by_name():
    with pytest.raises(TypeCheckError, match="parameter 'y_hat'"):
        least_squares(torch.zeros(3, 2), torch.zeros(4))


@pytest.mark.parametrize("fit", [least_squares, shortest])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rejects_columns_too_large_or_too_small_for_the_type(fit, dtype):
    most = torch.finfo(dtype).max / 3
    least = 1 / torch.finfo(dtype).max
    y_hat = torch.ones(3, dtype=dtype)

    def fitted(size):
        X = torch.full((3, 1), size, dtype=dtype)
        theta = fit(X, y_hat)
        torch.testing.assert_close(X[:, 0] * theta, y_hat)

    said = "^X has columns too large or too small for its type: measure them near 1$"
    good = [0.99 * most, 2 * least]
    refuses(fitted, said, good=good, bad=[1.01 * most, 2.9 * most, 0.5 * least])


@pytest.mark.parametrize("size", [1e-310, 1.7e308])
def test_one_column_too_large_or_too_small_among_good_ones_is_refused(size):
    X, y_hat = examples(5, 2, seed=0)
    X[:, 1] = size
    with pytest.raises(ValueError, match=r"^X has columns too large or too small"):
        least_squares(X, y_hat)


@pytest.mark.parametrize("fit", [least_squares, shortest])
def test_rejects_answers_whose_sum_overflows(fit):
    X = examples(3, 2, seed=0)[0]
    most = torch.finfo(torch.float64).max
    signs = number([1.0, -1.0, 1.0])

    def weights(size):
        assert fit(X, size * signs).isfinite().all()

    said = "^y_hat has numbers so large that sums overflow: measure it in units"
    refuses(weights, said, good=[0.33 * most, -0.33 * most], bad=[0.34 * most, most])


@pytest.mark.parametrize("fit", [least_squares, shortest])
def test_a_weight_that_its_type_cannot_hold_is_infinite(fit):
    X, y_hat = number([[1e-200], [1e-200]]), number([1e200, 1e200])
    assert fit(X, y_hat).item() == math.inf


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_rejects_16_bits(dtype):
    X, y_hat = (part.to(dtype) for part in examples(5, 2, seed=0))
    said = rf"^X is {dtype}: give X.float\(\)$"
    for fit in (least_squares, shortest):
        refuses(
            lambda to, fit=fit: fit(X.to(to), y_hat.to(to)),
            said,
            good=[torch.float32, torch.float64],
            bad=[dtype],
        )
    refuses(rank, said, good=[X.float()], bad=[X])
