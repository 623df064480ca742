"""Newton reaches the level point of a parabola in one step, whatever it is."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import (
    Newton,
    descend,
    moments,
    newton_step,
    standardise,
)
from ml2020.regression import least_squares


def quadratic(seed, signs=(1.0, 1.0, 1.0), device="cpu"):
    """A curved loss with its curvatures' signs, and its level point."""
    dice = torch.Generator().manual_seed(seed)
    Q = torch.linalg.qr(torch.randn(3, 3, generator=dice).double()).Q
    sizes = torch.tensor([0.01, 1.0, 50.0]) * torch.tensor(signs)
    H = (Q @ torch.diag(sizes.double()) @ Q.T).to(device)
    centre = torch.randn(3, generator=dice).double().to(device)
    return H, centre


@pytest.mark.equation("eq-gradient_descent-newton")
@given(seed=st.integers(0, 2**31))
def test_one_step_is_least_squares(seed):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(8, 3, generator=dice, dtype=torch.float64)
    y_hat = torch.randn(8, generator=dice, dtype=torch.float64)
    theta = torch.tensor([5.0, -3.0, 2.0]).double()
    g, H = -2 * X.T @ (y_hat - X @ theta), 2 * X.T @ X
    expected = least_squares(X, y_hat)
    torch.testing.assert_close(newton_step(theta, g, H), expected)


@pytest.mark.parametrize("signs", [(1, 1, 1), (1, -1, 1), (-1, -1, -1)])
def test_it_goes_to_the_level_point_be_it_low_or_high(signs, device):
    H, centre = quadratic(0, signs, device)
    start = torch.zeros(3).double().to(device)
    path = descend(Newton(lambda _: H), lambda theta: H @ (theta - centre), start, 2)
    torch.testing.assert_close(path[1], centre)
    torch.testing.assert_close(path[2], centre)


def test_it_asks_for_the_hessian_where_it_stands():
    rule = Newton(lambda theta: torch.diag(6 * theta))  # of the sum of theta^3
    theta, memory = rule.step(torch.tensor([2.0, 4.0]), torch.tensor([12.0, 48.0]), ())
    assert theta.tolist() == [1, 2]
    assert memory == ()
    assert rule.init(theta) == ()


def test_a_digit_doubles_with_every_step_near_the_goal():
    rule = Newton(lambda theta: torch.diag(2 * theta))  # g = theta^2 - 2
    start = torch.tensor([1.5]).double()
    path = descend(rule, lambda theta: theta**2 - 2, start, 4)
    error = (path[:, 0] - 2**0.5).abs()
    assert (error[1:4] < error[:3] ** 2).all()


@given(damping=st.floats(1e-3, 1e3))
def test_damping_is_added_to_every_curvature(damping):
    H, _ = quadratic(1)
    g = torch.tensor([1.0, -2.0, 3.0]).double()
    theta, _ = Newton(lambda _: H, damping).step(torch.zeros(3).double(), g, ())
    expected = -torch.linalg.inv(H + damping * torch.eye(3).double()) @ g
    torch.testing.assert_close(theta, expected)


def test_a_damping_below_a_negative_curvature_makes_the_step_longer():
    H, g = torch.diag(torch.tensor([1.0, -1.0])), torch.tensor([0.1, 0.1])
    steps = [
        Newton(lambda _: H, damping).step(torch.zeros(2), g, ())[0]
        for damping in (0.0, 0.5, 0.9, 3.0)
    ]
    torch.testing.assert_close(
        torch.stack(steps)[:, 1], torch.tensor([0.1, 0.2, 1.0, -0.05])
    )
    with pytest.raises(ValueError, match=r"^H is singular .* another damping$"):
        Newton(lambda _: H, 1.0).step(torch.zeros(2), g, ())


def test_much_damping_is_plain_descent():
    H, _ = quadratic(2)
    g = torch.tensor([1.0, -2.0, 3.0]).double()
    theta, _ = Newton(lambda _: H, 1e9).step(torch.zeros(3).double(), g, ())
    torch.testing.assert_close(theta, -g / 1e9, rtol=1e-6, atol=0)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (0.0, "is singular up to rounding: standardise"),
        (float("nan"), "has NaN or infinity: begin elsewhere"),
        (float("inf"), "has NaN or infinity: begin elsewhere"),
    ],
)
def test_rejects_a_hessian_without_an_inverse(bad, words):
    H = torch.tensor([[1.0, 0.0], [0.0, bad]])
    for step in (
        lambda: newton_step(torch.ones(2), torch.ones(2), H),
        lambda: Newton(lambda _: H).step(torch.ones(2), torch.ones(2), ()),
    ):
        with pytest.raises(ValueError, match=f"^H {words}"):
            step()


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_slope_that_is_no_number(bad):
    with pytest.raises(ValueError, match=r"^g has NaN or infinity: begin elsewhere"):
        newton_step(torch.ones(2), torch.tensor([1.0, bad]), torch.eye(2))


def test_rejects_a_hessian_that_is_empty_or_not_symmetric():
    with pytest.raises(ValueError, match=r"^H is empty: give at least one parameter$"):
        newton_step(torch.ones(0), torch.ones(0), torch.ones(0, 0))
    lopsided = torch.tensor([[2.0, 1.0], [0.0, 2.0]])
    with pytest.raises(ValueError, match=r"^H is not symmetric: average it with its"):
        newton_step(torch.ones(2), torch.ones(2), lopsided)
    rounded = torch.tensor([[2.0, 1.0 + 1e-6], [1.0, 2.0]])
    newton_step(torch.ones(2), torch.ones(2), rounded)


def test_badly_scaled_data_are_cured_by_the_remedy_that_it_names():
    dice = torch.Generator().manual_seed(3)
    X = torch.randn(20, 2, generator=dice).double() * torch.tensor([1.0, 1e9])
    with pytest.raises(ValueError, match=r"rounding: standardise the features"):
        newton_step(torch.zeros(2).double(), torch.ones(2).double(), X.T @ X)
    Z = standardise(X, *moments(X))
    newton_step(torch.zeros(2).double(), torch.ones(2).double(), Z.T @ Z)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rejects_a_column_that_is_the_sum_of_two_others(dtype):
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(20, 2, generator=dice, dtype=dtype)
    X = torch.cat([X, X.sum(dim=1, keepdim=True)], dim=1)
    with pytest.raises(ValueError, match=r"^H is singular"):
        newton_step(torch.zeros(3, dtype=dtype), torch.ones(3, dtype=dtype), X.T @ X)


@pytest.mark.parametrize("kappa", [1e12, -1e12])
def test_takes_a_very_long_valley(kappa):
    H = torch.diag(torch.tensor([1.0, kappa]).double())
    theta = newton_step(torch.zeros(2).double(), torch.ones(2).double(), H)
    assert theta.tolist() == pytest.approx([-1, -1 / kappa])


def test_near_a_pass_it_walks_onto_it():
    def slope(theta):  # of x^2 / 2 - y^2 / 2 + y^4 / 4
        return torch.stack([theta[0], theta[1] ** 3 - theta[1]])

    start = torch.tensor([0.8, 0.3]).double()
    path = descend(Newton(torch.func.jacrev(slope)), slope, start, 6)
    assert path[-1].norm() < 1e-9


def test_the_remedy_of_its_error_works():
    H = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    theta, _ = Newton(lambda _: H, 1.0).step(torch.ones(2), torch.ones(2), ())
    torch.testing.assert_close(theta, torch.full((2,), 1 - 1 / 3))


@pytest.mark.parametrize("share", [0.9, 1.1])
def test_counts_as_singular_below_n_roundings(share):
    H = torch.diag(torch.tensor([1.0, 1.0, 3 * 2.0**-52 * share]).double())
    g = torch.ones(3).double()
    if share > 1:
        newton_step(torch.zeros(3).double(), g, H)
    else:
        with pytest.raises(ValueError, match=r"^H is singular up to rounding"):
            newton_step(torch.zeros(3).double(), g, H)


@pytest.mark.parametrize("shape", [(), (2, 2)])
def test_rejects_parameters_that_are_no_vector(shape):
    theta = torch.ones(shape)
    with pytest.raises(ValueError, match=r"^theta has shape \(.*\): give a vector$"):
        Newton(lambda _: torch.eye(2)).step(theta, theta, ())


@pytest.mark.parametrize("damping", [-0.1, float("nan"), float("inf")])
def test_rejects_a_negative_damping(damping):
    with pytest.raises(ValueError, match=r"^damping is .*: give 0 or more$"):
        Newton(lambda _: torch.eye(2), damping)
