"""Differences come near a slope as derived: with the square of the step, or with it."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError

from ml2020.backpropagation import (
    central_differences,
    forward_differences,
    relative_error,
)
from ml2020.backpropagation.gradient_check import check_walk
from tests.refusals import above, only_positive, refuses, spoilt

BOTH = [central_differences, forward_differences]
THETA = torch.tensor([0.5, -1.0, 2.0]).double()


def f(theta):
    return theta.exp().sum() + theta[0] * theta[1]


def slopes(theta):
    return theta.exp() + torch.stack([theta[1], theta[0], torch.tensor(0.0)])


@pytest.mark.equation("eq-backpropagation-central")
def test_the_error_falls_with_the_square_of_the_step_to_both_sides():
    for eps in (0.1, 0.01, 0.001):
        found = central_differences(f, THETA, eps)
        by_formula = slopes(THETA) + eps**2 / 6 * THETA.exp()  # the third derivative
        torch.testing.assert_close(found, by_formula, rtol=0, atol=eps**4 + 1e-11)


def test_the_error_falls_with_the_step_to_one_side():
    for eps in (0.1, 0.01, 0.001):
        found = forward_differences(f, THETA, eps)
        by_formula = slopes(THETA) + eps / 2 * THETA.exp()
        torch.testing.assert_close(found, by_formula, rtol=0, atol=2 * eps**2 + 1e-11)


@pytest.mark.equation("eq-backpropagation-best-step")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_step_is_much_better_than_the_one_by_the_formula(dtype):
    unit = torch.finfo(dtype).eps / 2
    here = torch.linspace(0.1, 2, 80, dtype=torch.float64).to(dtype)

    def error(eps):
        many = [
            central_differences(lambda x: x.exp().sum(), x[None], eps) for x in here
        ]
        return (torch.cat(many).double() - here.double().exp()).abs().mean().item()

    best = (3 * unit) ** (1 / 3)  # |C| = |C'''| for the exponential
    errors = {k: error(best * 10.0**k) for k in (-2, -1, 0, 1, 2)}
    assert min(errors, key=errors.get) == 0
    assert errors[0] < 5 * unit ** (2 / 3) * here.exp().max()


def test_a_straight_line_has_its_slope_at_any_step():
    for check in BOTH:
        found = check(lambda t: t @ torch.tensor([1.0, -2.0, 0.5]).double(), THETA, 1.0)
        torch.testing.assert_close(found, torch.tensor([1.0, -2.0, 0.5]).double())


@pytest.mark.parametrize(("check", "count"), [(BOTH[0], 6), (BOTH[1], 4)])
def test_they_cost_two_values_a_parameter_or_one_and_one_more(check, count):
    calls = []
    check(lambda theta: calls.append(1) or f(theta), THETA, 1e-5)
    assert len(calls) == count


def test_the_relative_error_divides_by_the_longer_vector():
    a, b = torch.tensor([3.0, 4.0]), torch.tensor([0.0, 0.0])
    assert relative_error(a, b) == relative_error(b, a) == 1
    assert relative_error(a, -a) == 2
    assert relative_error(b, b) == 0
    assert relative_error(2 * a, a) == relative_error(a, 2 * a) == 0.5
    assert isinstance(relative_error(a, b), float)


@pytest.mark.parametrize("eps", [1e-1, 1e-5, 1e-12])
def test_exactly_in_a_corner_the_difference_is_the_mean_of_both_slopes(eps):
    corner = torch.zeros(1).double()
    found = central_differences(lambda theta: theta.relu().sum(), corner, eps)
    assert found.item() == pytest.approx(0.5)


@pytest.mark.parametrize("check", BOTH)
def test_they_divide_by_the_way_that_was_walked(check):
    eps = 1e-7  # of which 1 in float32 moves by 1.19 up, and by 1.19 down
    found = check(lambda theta: theta.double().sum(), torch.ones(1), eps)
    assert found.item() == pytest.approx(1, rel=1e-6)
    far = torch.tensor([1000.0, -1000.0])
    found = check(lambda theta: 3 * theta.double().sum(), far, 4e-5)
    assert found.tolist() == pytest.approx([3, 3], rel=1e-6)


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1, 1e30, 1e300])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_relative_error_has_no_range_that_it_fails_in(scale, dtype):
    a = torch.tensor([3.0, 4.0] * 5).double() * scale
    a = a.to(dtype)
    if not a.isfinite().all() or not a.any():
        pytest.skip("beyond float32")
    assert relative_error(a, a) == 0
    assert relative_error(a, -a) == relative_error(-a, a) == pytest.approx(2)
    assert relative_error(a, a / 2) == pytest.approx(0.5, rel=1e-6)


def test_nothing_is_written_in_place():
    before = THETA.clone()
    for check in BOTH:
        assert check(f, THETA, 1e-5).dtype == torch.float64
        check(f, THETA.float(), 1e-2)
        check(lambda theta: theta.mul_(2).sum(), THETA, 1e-5)
    assert torch.equal(THETA, before)


@pytest.mark.parametrize("check", BOTH)
def test_a_place_without_slopes_is_refused(check):
    refuses(
        lambda theta: check(f, theta, 1e-5),
        "^theta (is empty: give at least one parameter|has NaN or infinity: train)",
        good=[THETA],
        bad=[THETA[:0], *spoilt(THETA, math.nan, math.inf)],
    )
    only_positive(lambda eps: check(lambda t: t.sum(), THETA * 0, eps), "eps")


@pytest.mark.parametrize("check", BOTH)
def test_a_step_that_does_not_move_is_refused(check):
    one = torch.tensor([0.0, 1.0, -1.0]).double()
    eps = torch.finfo(torch.float64).eps
    refuses(
        lambda eps: check(lambda t: t.sum(), one, eps),
        r"^eps is .*: too small to move theta, give more$",
        good=[eps],
        bad=[eps / 8],
    )
    up, down = (torch.tensor([v]).double() for v in (1.0, -1.0))
    among_others = torch.tensor([-1.0, 0.1]).double()
    for single in (up, down, among_others):  # rounding lets only one side move
        with pytest.raises(ValueError, match=r"^eps is"):
            check(lambda t: t.sum(), single, eps / 2)


@pytest.mark.parametrize("check", BOTH)
def test_a_value_that_is_no_number_is_refused(check):
    refuses(
        lambda f: check(f, THETA, 1e-5),
        r"^f's slope is (nan|inf|-inf) at \[\d\]: keep",
        good=[f],
        bad=[lambda t: t.sum() * math.nan, lambda t: (t[1] + 1).log()],
    )


@pytest.mark.parametrize("check", BOTH)
def test_several_values_are_refused(check):
    refuses(
        lambda f: check(f, THETA, 1e-5),
        r"^f's value has \d axes: sum it up to one number$",
        good=[f],
        bad=[lambda t: t * 2, lambda t: t.sum()[None]],
    )


@pytest.mark.parametrize("check", BOTH)
def test_what_is_no_row_of_floats_is_refused(check):
    for bad in (THETA[None], THETA.long(), THETA.half()):
        with pytest.raises((ValueError, TypeCheckError)):
            check(lambda t: t.sum(), bad, 1e-2)
        with pytest.raises(ValueError, match=r"^theta (has the shape|is torch\.)"):
            check_walk(bad, 1e-2)
    check_walk(THETA, 1e-2)


def test_what_cannot_be_compared_is_refused():
    good = torch.tensor([1.0, 2.0])
    for call in (lambda x: relative_error(x, good), lambda x: relative_error(good, x)):
        refuses(
            call,
            "^(found|reference) (has the shape|has NaN|is empty)",
            good=[good],
            bad=[good[:1], *spoilt(good, math.nan, math.inf)],
        )
    with pytest.raises(ValueError, match=r"^found is empty: give at least one slope"):
        relative_error(good[:0], good[:0])
    assert above(0) > 0


@pytest.mark.parametrize("place", [0, 1])
def test_a_step_that_moves_some_of_the_parameters_only_is_refused(place):
    theta = torch.ones(2, dtype=torch.float64)
    central_differences(lambda t: t.sum(), theta, 0.1)
    theta[place] = 1e20
    with pytest.raises(ValueError, match=r"^eps is 0\.1: too small to move theta"):
        central_differences(lambda t: t.sum(), theta, 0.1)
