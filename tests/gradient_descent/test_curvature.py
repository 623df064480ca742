"""The best step of a parabola, and what the root of squared slopes has to say."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import Adagrad, best_step, descend, rms
from tests.refusals import above, refuses, spoilt

sizes = st.floats(0.1, 100)
places = st.floats(-50, 50)


def num(value):
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.equation("eq-gradient_descent-best-step")
@given(a=sizes, b=places, c=places, x=places)
def test_the_best_step_is_the_distance_to_the_lowest_point(a, b, c, x):
    def parabola(t):
        return a * t**2 + b * t + c

    first = torch.func.grad(parabola)(num(x))
    second = torch.func.grad(torch.func.grad(parabola))(num(x))
    step = best_step(first, second).item()
    assert step == pytest.approx(abs(x + b / (2 * a)), abs=1e-9)
    lowest = min(parabola(num(x - step)), parabola(num(x + step))).item()
    assert lowest == pytest.approx(c - b**2 / (4 * a), rel=1e-9, abs=1e-6)


def test_it_is_a_length_on_either_side():
    assert best_step(num([-4.0, 4.0]), num([2.0, 2.0])).tolist() == [2, 2]


@pytest.mark.equation("eq-gradient_descent-proxy")
@given(a=sizes, half=st.floats(0.1, 10), count=st.integers(2, 30))
def test_the_rms_of_slopes_is_the_curvature_times_a_constant(a, half, count):
    grid = torch.linspace(-half, half, count).double()
    x = grid.clone().requires_grad_()
    (a * x**2).sum().backward()
    constant = sum(place**2 for place in grid.tolist()) / count
    assert rms(x.grad).item() == pytest.approx(2 * a * constant**0.5)


def test_the_rms_goes_over_time_and_not_over_parameters(device):
    g = torch.tensor([[3.0, 1.0], [4.0, -1.0]], device=device)
    expected = torch.tensor([12.5**0.5, 1.0], device=device)
    torch.testing.assert_close(rms(g), expected)


def test_adagrad_walks_two_parabolas_of_any_width_alike():
    curvatures = num([0.01, 100.0])
    path = descend(Adagrad(0.5), lambda t: curvatures * t, num([2.0, 2.0]), 100)
    torch.testing.assert_close(path[:, 0], path[:, 1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_derivative_that_is_no_number(bad):
    with pytest.raises(ValueError, match=r"^first has NaN or infinity: drop those"):
        best_step(num([bad]), num([1.0]))
    with pytest.raises(ValueError, match=r"^second has NaN or infinity: drop those"):
        best_step(num([1.0]), num([bad]))
    with pytest.raises(ValueError, match=r"^g has NaN or infinity: drop those points"):
        rms(num([1.0, bad]))


def test_rejects_what_has_no_lowest_point():
    said = "^second has a number that is not positive: .* drop those points$"
    good = num([2.0, above(0.0)])
    refuses(
        lambda second: best_step(num([1.0, 0.0]), second),
        said,
        good=[good],
        bad=spoilt(good, 0.0, -1.0),
    )


def test_squares_beyond_the_type_are_infinite():
    assert rms(torch.full((2,), 1e30)).isinf()


def test_rejects_no_derivative():
    with pytest.raises(ValueError, match=r"^g is empty: give at least one derivative$"):
        rms(torch.zeros(0, 3))
