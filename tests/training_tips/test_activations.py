"""Bends beyond the sigmoid: what they say, and what they let back."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import leaky_relu, selu
from tests.refusals import refuses

REACH = st.floats(-30, 30)


def doubles(*values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.equation("eq-training_tips-leaky")
@given(st.lists(REACH, min_size=1, max_size=6), st.floats(-2, 2))
def test_a_leaky_rectifier_is_that_of_torch(values, alpha):
    z = doubles(*values)
    expected = torch.tensor([v if v > 0 else alpha * v for v in values]).double()
    torch.testing.assert_close(leaky_relu(z, alpha), expected, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(leaky_relu(z, alpha), F.leaky_relu(z, alpha))


def test_the_default_lets_a_hundredth_through():
    assert leaky_relu(doubles(-3, 3)).tolist() == [-0.03, 3]


def test_an_alpha_for_each_neuron_is_torchs_prelu():
    z, alpha = torch.randn(5, 3, dtype=torch.float64), doubles(0.1, 0.5, 1)
    torch.testing.assert_close(leaky_relu(z, alpha), F.prelu(z, alpha))


def test_alpha_is_learned_from_what_is_below_zero():
    alpha = doubles(0.25).requires_grad_()
    leaky_relu(doubles(-2, -3, 5), alpha).sum().backward()
    assert alpha.grad.item() == -5


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_its_limits_are_a_rectifier_and_a_line(alpha):
    z = doubles(-2, -1e-9, 0, 3)
    assert torch.equal(leaky_relu(z, alpha), z if alpha else z.relu())


def test_rejects_an_alpha_that_is_no_number():
    said = "^alpha has NaN or infinity: give a small number, such as 0.01$"
    bad = [math.nan, math.inf, doubles(0.1, math.nan)]
    refuses(lambda a: leaky_relu(doubles(-1, 1), a), said, good=[0.0, 1], bad=bad)


@given(st.lists(REACH, min_size=1, max_size=6))
def test_selu_is_that_of_torch(values):
    torch.testing.assert_close(selu(doubles(*values)), F.selu(doubles(*values)))


def test_selu_keeps_mean_and_variance_of_a_gaussian_sum():
    z = torch.linspace(-12, 12, 100_001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    mean = torch.trapezoid(density * selu(z), z).item()
    square = torch.trapezoid(density * selu(z) ** 2, z).item()
    assert mean == pytest.approx(0, abs=1e-7)
    assert square == pytest.approx(1, abs=1e-7)


def test_selu_neither_overflows_nor_loses_its_slope():
    z = torch.tensor([-1e30, -200.0, -1.0, 200.0, 1e30], requires_grad=True)
    said = selu(z)
    assert said.isfinite().all()
    assert said[0].item() == pytest.approx(-1.7581, abs=1e-4)
    said.sum().backward()
    assert z.grad.isfinite().all()
    assert z.grad[2].item() == pytest.approx(1.7581 * math.exp(-1), abs=1e-4)


@pytest.mark.parametrize("bend", [leaky_relu, selu])
def test_gradients_are_right_away_from_the_corner(bend):
    z = doubles(-2, -0.3, 0.4, 3).requires_grad_()
    assert torch.autograd.gradcheck(bend, (z,))


@pytest.mark.parametrize("bend", [leaky_relu, selu])
def test_what_is_given_stays_and_keeps_its_kind(bend, device):
    z = torch.tensor([[-1.0, 2.0]], dtype=torch.float32, device=device)
    before = z.clone()
    assert bend(z).dtype == torch.float32
    assert bend(z).shape == (1, 2)
    assert torch.equal(z, before)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda z: leaky_relu(z, 0.2), lambda z: F.leaky_relu(z, 0.2)),
        (selu, F.selu),
    ],
)
def test_slopes_are_those_of_torch_at_the_corner_as_well(ours, theirs):
    z = torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64, requires_grad=True)
    found, expected = (torch.autograd.grad(f(z).sum(), z)[0] for f in (ours, theirs))
    torch.testing.assert_close(found, expected)
