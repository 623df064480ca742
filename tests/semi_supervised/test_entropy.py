"""Entropies are the lecture's numbers, slopes are autograd's."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.semi_supervised import entropy, entropy_slope, hard_slope
from tests.refusals import refuses, spoilt


def scores(seed=0):
    dice = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(4, 5, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-semi_supervised-entropy")
def test_entropy_is_0_for_a_decision_and_ln_5_for_none():
    y = torch.tensor([[1.0, 0, 0, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2]])
    assert entropy(y).tolist() == pytest.approx([0, math.log(5)])


@pytest.mark.equation("eq-semi_supervised-entropy-slope")
@given(seed=st.integers(0, 200))
def test_the_slope_of_entropy_is_autograd_s(seed):
    z = scores(seed).requires_grad_()
    (slope,) = torch.autograd.grad(entropy(z.softmax(dim=1)).sum(), z)
    torch.testing.assert_close(entropy_slope(z.detach()), slope)


def test_what_is_impossible_has_no_slope():
    z = torch.tensor([0.0, 0.0, -math.inf])
    assert entropy_slope(z).tolist() == pytest.approx([0, 0, 0])
    assert entropy_slope(torch.tensor([0.0, -math.inf])).tolist() == [0, 0]


@pytest.mark.equation("eq-semi_supervised-hard")
@given(seed=st.integers(0, 200))
def test_the_slope_of_hard_labels_is_autograd_s(seed):
    z = scores(seed).requires_grad_()
    cost = F.cross_entropy(z, z.argmax(dim=1), reduction="sum")
    (slope,) = torch.autograd.grad(cost, z)
    torch.testing.assert_close(hard_slope(z.detach()), slope)
    torch.testing.assert_close(hard_slope(z.detach()[0]), slope[0])


@pytest.mark.equation("eq-semi_supervised-soft")
def test_soft_labels_have_no_slope_at_all():
    z = scores().requires_grad_()
    own = z.detach().softmax(dim=1)
    (slope,) = torch.autograd.grad(F.cross_entropy(z, own, reduction="sum"), z)
    assert slope.abs().max() < 1e-15


def test_rejects_what_are_no_probabilities():
    y = torch.tensor([[0.2, 0.8], [0.5, 0.5]])
    refuses(
        entropy,
        "^y is negative or does not add up to 1: take a softmax first$",
        good=[y],
        bad=[y / 2, torch.tensor([[-0.5, 1.5]]), *spoilt(y, math.nan)],
    )
    refuses(entropy, "^y is empty: give at least one answer$", good=[y], bad=[y[:0]])
