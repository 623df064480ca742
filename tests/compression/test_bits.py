"""Bits: torch's rounding to a ladder, the best sign, the slope that goes through."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.compression import affine, binary_step, quantised, signs, straight_through
from tests.refusals import refuses, spoilt


def weights(n=300, seed=0):
    return torch.randn(n, generator=torch.Generator().manual_seed(seed))


@pytest.mark.equation("eq-compression-small-affine")
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("shift", [-5.0, -0.3, 0.0, 0.3, 5.0])
def test_it_is_torchs(bits, shift):
    w = weights() + shift
    low, high = min(w.min().item(), 0), max(w.max().item(), 0)
    s = (torch.tensor(high) - torch.tensor(low)) / (2**bits - 1)
    z = int((torch.tensor(-low) / s).round())
    theirs = torch.fake_quantize_per_tensor_affine(w, s.item(), z, 0, 2**bits - 1)
    torch.testing.assert_close(affine(w, bits).values, theirs)


@settings(max_examples=40)
@given(st.integers(1, 12), st.integers(0, 30))
def test_no_weight_moves_further_than_a_rung_and_zero_not_at_all(bits, seed):
    w = weights(50, seed)
    w[7] = 0
    found = affine(w, bits)
    step = found.table.diff().max()
    inside = (w >= found.table[0]) & (w <= found.table[-1])
    apart = (found.values - w).abs()
    assert (apart[inside] <= step / 2 + 1e-5).all()
    assert (apart <= step + 1e-5).all()
    assert found.values[7] == 0
    assert len(found.table) == 2**bits
    assert 0 <= found.ids.min() <= found.ids.max() < 2**bits


def test_by_hand():
    found = affine(torch.tensor([-1.0, 0.0, 0.4, 2.0]), 2)
    assert found.table.tolist() == [-1, 0, 1, 2]
    assert found.ids.tolist() == [0, 1, 1, 3]


def test_nothing_but_zeros():
    for bits in (1, 2, 8):
        assert not quantised(torch.zeros(2, 3), bits).values.any()
    assert not affine(torch.zeros(3), 2).table.any()


@pytest.mark.equation("eq-compression-small-alpha")
def test_no_other_sign_and_size_is_nearer():
    w = weights(40).double()
    best = (signs(w).values - w).square().sum()
    slope = torch.autograd.functional.jacobian(
        lambda a: (a * w.sign() - w).square().sum(), w.abs().mean()
    )
    assert slope.abs() < 1e-10
    for k in range(40):
        turned = w.sign()
        turned[k] *= -1
        alpha = (turned * w).mean()
        assert (alpha * turned - w).square().sum() > best


def test_zero_counts_as_positive():
    assert signs(torch.tensor([0.0, -1.0, 2.0])).values.tolist() == [1, -1, 1]
    assert signs(torch.tensor([0.0, -1.0, 2.0])).ids.tolist() == [1, 0, 1]


def test_one_bit_is_the_sign_and_more_are_a_ladder():
    w = weights()
    assert torch.equal(quantised(w, 1).values, signs(w).values)
    assert torch.equal(quantised(w, 2).values, affine(w, 2).values)


@pytest.mark.equation("eq-compression-small-through")
def test_the_slope_is_that_at_the_rounded_weights():
    w = weights(20).double().requires_grad_()
    rounded = quantised(w, 2).values
    (slope,) = torch.autograd.grad((straight_through(w, rounded) ** 3).sum(), w)
    torch.testing.assert_close(slope, 3 * rounded**2)
    torch.testing.assert_close(straight_through(w, rounded).detach(), rounded)


def test_rounding_itself_has_no_slope():
    assert not quantised(weights().requires_grad_(), 4).values.requires_grad


@pytest.mark.equation("eq-compression-small-binary")
def test_a_step_of_binaryconnect():
    w, slope = torch.tensor([0.5, -0.95, 0.2]), torch.tensor([-10.0, 1.0, 1.0])
    torch.testing.assert_close(
        binary_step(w, slope, 0.1), torch.tensor([1.0, -1.0, 0.1])
    )


def test_refusals():
    w = weights(5)
    refuses(lambda b: affine(w, b), "^bits is", good=[1, 16], bad=[0, -1, 17])
    wide = [torch.tensor([-3e38, 0.0, 3e38])]
    refuses(lambda w: affine(w, 4), "^w has a range", good=[w], bad=wide)
    refuses(lambda b: quantised(w, b), "^bits is", good=[1, 16], bad=[0, -1, 17])
    for call in (lambda v: affine(v, 4), signs, lambda v: quantised(v, 1)):
        refuses(call, "^w ", good=[w], bad=[*spoilt(w, math.nan, math.inf), w[:0]])
    refuses(signs, "^w has numbers so large", good=[w], bad=[torch.full((3,), 3e38)])
    tiny = [torch.tensor([1e-45, 2e-45])]
    refuses(lambda w: affine(w, 8), "^w is so small", good=[w, 0 * w], bad=tiny)


def test_a_matrix_whose_sum_overflows_and_no_column_s_is_refused():
    large = torch.full((4, 4), 3e37)
    refuses(signs, "^w has numbers so large", good=[large / 2], bad=[large])
