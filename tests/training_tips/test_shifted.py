"""Sigmoids, shifted and summed up, are nearly a softplus, that nearly a rectifier."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import shifted_sigmoids, softplus
from tests.refusals import refuses

x = torch.linspace(-5, 5, 1001, dtype=torch.float64)


@pytest.mark.parametrize("count", [1, 3, 20])
def test_they_are_a_loop_over_sigmoids(count):
    expected = sum(1 / (1 + torch.exp(-(x - i + 0.5))) for i in range(1, count + 1))
    torch.testing.assert_close(shifted_sigmoids(x, count), expected)


@pytest.mark.equation("eq-training_tips-softplus")
@pytest.mark.parametrize("count", [20, 40])
def test_they_come_near_the_softplus(count):
    gap = (shifted_sigmoids(x, count) - softplus(x)).abs().max().item()
    assert 0.0105 < gap < 0.011


def test_finer_steps_come_nearer():
    fine = sum(
        0.25 * torch.sigmoid(x - 0.25 * (i + 0.5)) for i in range(160)
    )  # weights of 1/4 each
    gap = (fine - softplus(x)).abs().max().item()
    assert gap == pytest.approx(0.0106 / 16, rel=0.05)


@given(st.floats(-700, 700))
def test_the_softplus_is_that_of_torch(value):
    z = torch.tensor([value], dtype=torch.float64)
    torch.testing.assert_close(softplus(z), F.softplus(z, threshold=800))


def test_it_is_above_the_rectifier_by_ln_2_at_most():
    gap = softplus(x) - x.relu()
    assert (gap > 0).all()
    assert gap.max().item() == pytest.approx(math.log(2))
    assert gap.argmax() == 500


def test_neither_overflows():
    far = torch.tensor([-1e30, 1e30])
    assert softplus(far).tolist() == [0, far[1].item()]
    assert shifted_sigmoids(far, 3).tolist() == [0, 3]


def test_rejects_no_sigmoid():
    said = "^count is -?[0-9]+: give 1 or more$"
    refuses(lambda n: shifted_sigmoids(x, n), said, good=[1], bad=[0, -1])


def test_the_slope_of_the_softplus_is_the_sigmoid_at_zero_as_well():
    x = torch.tensor([-200.0, -1.5, 0.0, 3.0, 200.0], dtype=torch.float64)
    x.requires_grad_()
    (slope,) = torch.autograd.grad(softplus(x).sum(), x)
    torch.testing.assert_close(slope, torch.sigmoid(x.detach()))
