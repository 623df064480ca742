"""A point is named by its slope first, then by its curvatures."""

import pytest
import torch

from ml2020.gradient_descent import spot


def at(*numbers, device="cpu"):
    return torch.tensor(numbers, dtype=torch.float64, device=device)


def bent(first, second):
    return lambda theta: first * theta[0] ** 2 / 2 + second * theta[1] ** 2 / 2


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (1, 2, "minimum"),
        (-1, -2, "maximum"),
        (1, -2, "saddle"),
        (-2, 1, "saddle"),
        (0, 0, "level"),
        (1, 0, "level"),
        (0, -1, "saddle"),
        (1e-4, 1, "level"),
    ],
)
def test_curvatures_name_a_point_without_slope(first, second, kind, device):
    found = spot(bent(first, second), at(0, 0, device=device))
    assert found.kind == kind
    assert found.slope == 0
    assert found.curvatures.tolist() == pytest.approx(sorted([first, second]))


def test_where_there_is_a_slope_the_curvatures_name_nothing():
    found = spot(bent(1, -1), at(3, 4))
    assert found.kind == "slope"
    assert found.slope == pytest.approx(5)


@pytest.mark.equation("eq-gradient_descent-curvatures")
def test_at_a_level_point_the_loss_changes_by_half_the_curvatures():
    def loss(theta):  # level at 0, with mixed second derivatives
        return torch.cos(theta[0] * 2 - theta[1]) + theta[1] ** 2 + theta[0] ** 3

    H = torch.autograd.functional.hessian(loss, at(0, 0))
    values, Q = torch.linalg.eigh(H)
    torch.testing.assert_close(spot(loss, at(0, 0)).curvatures, values)
    step = 1e-3 * at(0.6, -0.8)
    z = Q.T @ step
    change = (loss(step) - loss(at(0, 0))).item()
    assert change == pytest.approx(0.5 * (values * z**2).sum().item(), rel=2e-3)


def test_a_pass_between_two_hills_is_a_saddle():
    assert spot(lambda t: t[0] * t[1], at(0, 0)).kind == "saddle"


def test_what_counts_as_small_can_be_chosen():
    almost = at(1e-4, 0)
    assert spot(bent(1, 1), almost).kind == "minimum"
    assert spot(bent(1, 1), almost, small_slope=1e-5).kind == "slope"
    assert spot(bent(1, 1), almost, small_curvature=1e-5).kind == "minimum"
    assert spot(bent(1, 1), at(0, 0), small_curvature=2.0).kind == "level"
    assert spot(bent(1, 1), at(0, 0), small_slope=2.0).kind == "minimum"


def test_what_is_just_as_small_as_the_limit_counts_as_none():
    assert spot(bent(1, 1), at(0.5, 0), small_slope=0.5).kind == "minimum"
    assert spot(bent(0.5, 1), at(0, 0), small_curvature=0.5).kind == "level"
    assert spot(bent(-0.5, -1), at(0, 0), small_curvature=0.5).kind == "saddle"
    assert spot(bent(-0.5, 1), at(0, 0), small_curvature=0.5).kind == "level"


def test_theta_is_left_alone():
    theta = at(1, 2)
    spot(bent(1, 1), theta)
    assert torch.equal(theta, at(1, 2))
    assert not theta.requires_grad


@pytest.mark.parametrize("name", ["small_slope", "small_curvature"])
@pytest.mark.parametrize("small", [0.0, -1.0, float("nan")])
def test_rejects_a_limit_that_is_not_positive(name, small):
    with pytest.raises(ValueError, match=rf"^{name} is .*: give a positive number$"):
        spot(bent(1, 1), at(0, 0), **{name: small})


def test_rejects_no_parameters():
    with pytest.raises(ValueError, match=r"^theta is empty: give at least one"):
        spot(lambda theta: theta.sum(), torch.zeros(0))


@pytest.mark.parametrize(
    "loss", [lambda t: (t**2).sum() + float("inf"), lambda t: t.sqrt().sum()]
)
def test_rejects_a_point_where_the_loss_or_its_curvature_is_not_finite(loss):
    with pytest.raises(ValueError, match=r"^theta has a loss that is not finite"):
        spot(loss, at(0, 1))


def test_a_slope_without_a_bend_and_a_loss_that_forgets_theta_have_no_curvature():
    theta = at(1, 2)
    for loss, slope in ((lambda t: 3 * t[0] - 4 * t[1], 5), (lambda t: 0 * t[0], 0)):
        found = spot(loss, theta)
        assert found.slope == slope
        assert found.curvatures.tolist() == [0, 0]
    assert spot(lambda t: torch.ones(()), theta).kind == "level"
