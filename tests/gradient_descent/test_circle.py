"""The lowest point of a small circle lies against the gradient, of a large one not."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import angle_between, lowest_in_circle, taylor_step

angles = st.floats(0, 2 * math.pi)


def loss(points):
    x, y = points[..., 0], points[..., 1]
    return torch.exp(x) + x * y + 2 * y**2 + torch.sin(3 * x - y)


def here(device="cpu"):
    return torch.tensor([0.5, 1.0], dtype=torch.float64, device=device)


def arrow(angle, length=1.0):
    way = [math.cos(angle), math.sin(angle)]
    return length * torch.tensor(way, dtype=torch.float64)


def error_at(radius):
    g = torch.func.grad(loss)(here())
    return angle_between(lowest_in_circle(loss, here(), radius, 360_000, 1), -g)


@pytest.mark.parametrize("radius", [0.7, 3.0])
def test_it_is_the_lowest_of_all_that_it_looked_at(radius, device):
    step = lowest_in_circle(loss, here(device), radius, 40, 7)
    ways = [
        arrow(2 * math.pi * k / 40, radius * ring / 7).to(device)
        for k in range(40)
        for ring in range(8)
    ]
    heights = [loss(here(device) + way).item() for way in ways]
    assert loss(here(device) + step).item() == pytest.approx(min(heights))


def test_where_the_circle_has_no_level_point_the_lowest_is_on_the_rim():
    assert lowest_in_circle(loss, here(), 0.7).norm().item() == pytest.approx(0.7)


def test_a_circle_around_a_valley_finds_the_valley():
    def valley(points):
        return ((points - torch.tensor([1.0, 1.0])) ** 2).sum(dim=-1)

    for radius in (1.0, 2.0, 5.0):
        step = lowest_in_circle(valley, here(), radius)
        assert (here() + step).tolist() == pytest.approx([1, 1], abs=1e-9)


def test_at_the_bottom_it_stays():
    step = lowest_in_circle(lambda p: (p - here()).norm(dim=-1), here(), 1.0)
    assert step.tolist() == [0, 0]


@given(angle=angles)
def test_on_a_plane_it_looks_against_the_slope(angle):
    step = lowest_in_circle(lambda points: points @ arrow(angle), here(), 2.0)
    assert angle_between(step, -arrow(angle)) <= math.pi / 3600 + 1e-9


@pytest.mark.equation("eq-gradient_descent-taylor")
def test_the_plane_is_wrong_by_a_square_of_the_radius():
    g = torch.func.grad(loss)(here())
    wrong = []
    for radius in (0.04, 0.02, 0.01):
        step = arrow(2.0, radius)
        plane = loss(here()) + g @ step
        wrong.append((loss(here() + step) - plane).abs().item())
    assert wrong[0] / wrong[1] == pytest.approx(4, rel=0.1)
    assert wrong[1] / wrong[2] == pytest.approx(4, rel=0.05)


@pytest.mark.equation("eq-gradient_descent-circle")
@given(angle=angles, length=st.floats(0.01, 100), radius=st.floats(0.01, 100))
def test_no_step_of_the_same_length_goes_lower_on_a_plane(angle, length, radius):
    g = arrow(angle, length)
    best = taylor_step(g, radius)
    assert best.norm().item() == pytest.approx(radius)
    assert (g @ best).item() == pytest.approx(-radius * length)
    for other in torch.linspace(0, 6.28, 60).tolist():
        assert g @ arrow(other, radius) >= g @ best - 1e-9 * radius * length


def test_the_angle_error_goes_to_zero_as_the_radius_does():
    errors = torch.tensor([error_at(radius) for radius in (0.08, 0.04, 0.02, 0.01)])
    shares = errors / torch.tensor([0.08, 0.04, 0.02, 0.01])
    assert (errors[:-1] > 1.9 * errors[1:]).all()
    assert shares.max() < 1.1 * shares.min()


def test_a_large_circle_points_elsewhere():
    assert error_at(6.0) > math.pi / 6


@given(one=angles, turn=st.floats(-3.1, 3.1), size=st.floats(0.01, 100))
def test_the_angle_is_the_one_that_was_turned(one, turn, size):
    found = angle_between(arrow(one), arrow(one + turn, size))
    assert found == pytest.approx(abs(turn), abs=1e-12)


def test_tiny_angles_are_not_rounded_away():
    assert angle_between(arrow(0.0), arrow(1e-10)) == pytest.approx(1e-10)
    assert angle_between(arrow(0.0), -arrow(0.0)) == pytest.approx(math.pi)


def test_the_step_works_in_any_dimension():
    g = torch.tensor([2.0, -1.0, 2.0])
    torch.testing.assert_close(taylor_step(g, 6.0), -2 * g)


@pytest.mark.parametrize("radius", [0.0, -1.0, float("nan")])
def test_rejects_a_radius_that_is_not_positive(radius):
    with pytest.raises(ValueError, match=r"^radius is .*: give a positive number$"):
        lowest_in_circle(loss, here(), radius)
    with pytest.raises(ValueError, match=r"^radius is .*: give a positive number$"):
        taylor_step(here(), radius)


@pytest.mark.parametrize("name", ["angles", "rings"])
def test_rejects_no_place_to_look(name):
    with pytest.raises(ValueError, match=rf"^{name} is 0: give 1 or more$"):
        lowest_in_circle(loss, here(), 1.0, **{name: 0})
    assert lowest_in_circle(loss, here(), 1.0, **{name: 1}).shape == (2,)


@pytest.mark.parametrize("loss", [torch.sqrt, lambda x: 1 / x.clamp(min=0)])
def test_rejects_a_loss_that_is_no_number_somewhere(loss):
    with pytest.raises(ValueError, match=r"^loss is not finite in the circle: lower"):
        lowest_in_circle(lambda p: loss(p[:, 0]), here(), 1.0)


@pytest.mark.parametrize("bad", [0.0, float("nan"), float("inf")])
def test_rejects_an_arrow_without_a_direction(bad):
    nowhere = torch.tensor([0.0, bad]).double()
    with pytest.raises(ValueError, match=r"^g has the length .*: give one with a"):
        taylor_step(nowhere, 1.0)
    with pytest.raises(ValueError, match=r"^one has the length .*: give one with"):
        angle_between(nowhere, here())
    with pytest.raises(ValueError, match=r"^other has the length .*: give one"):
        angle_between(here(), nowhere)
