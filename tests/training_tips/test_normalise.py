"""Sums, scaled over a batch or over a layer."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import BATCH, batch_norm, layer_norm, moments_of, normalised
from tests.refusals import only_positive, refuses, spoilt

NORMS = [batch_norm, layer_norm]


def sums(n=6, neurons=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return 5 + 3 * torch.randn(n, neurons, generator=dice, dtype=torch.float64)


def scaling(neurons=4):
    gamma = torch.linspace(0.5, 2, neurons, dtype=torch.float64)
    return gamma, torch.linspace(-1, 1, neurons, dtype=torch.float64)


@pytest.mark.equation("eq-training_tips-norm")
@given(st.integers(2, 7), st.integers(1, 5), st.integers(0, 9))
def test_over_a_batch_it_is_that_of_torch(n, neurons, seed):
    z, (gamma, beta) = sums(n, neurons, seed), scaling(neurons)
    expected = F.batch_norm(z, None, None, gamma, beta, training=True)
    torch.testing.assert_close(batch_norm(z, gamma, beta), expected)


@given(st.integers(1, 7), st.integers(2, 5), st.integers(0, 9))
def test_over_a_layer_it_is_that_of_torch(n, neurons, seed):
    z, (gamma, beta) = sums(n, neurons, seed), scaling(neurons)
    expected = F.layer_norm(z, (neurons,), gamma, beta)
    torch.testing.assert_close(layer_norm(z, gamma, beta), expected)


def test_known_moments_are_what_torch_takes_when_testing():
    z, others, (gamma, beta) = sums(), sums(20, seed=1), scaling()
    known = moments_of(others, BATCH)
    expected = F.batch_norm(z, known.mean[0], known.variance[0], gamma, beta)
    found = gamma * normalised(z, BATCH, known=known) + beta
    torch.testing.assert_close(found, expected)


def test_moments_divide_by_all_and_keep_the_axis():
    z = torch.tensor([[1.0, 2.0], [3.0, 6.0]])
    mean, variance = moments_of(z, BATCH)
    assert mean.tolist() == [[2, 4]]
    assert variance.tolist() == [[1, 4]]
    assert moments_of(z, -1).mean.tolist() == [[1.5], [4.5]]


@pytest.mark.equation("eq-training_tips-scale")
@pytest.mark.parametrize("norm", NORMS)
def test_weights_of_any_size_give_the_same(norm):
    dice = torch.Generator().manual_seed(0)
    x, W = (torch.randn(6, 4, generator=dice).double() for _ in range(2))
    first = norm(x @ W.T, *scaling(6), eps=1e-15)
    torch.testing.assert_close(norm(x @ (7 * W).T, *scaling(6), eps=1e-15), first)


def test_twice_the_weights_have_half_the_slope():
    dice = torch.Generator().manual_seed(0)
    x, W = (torch.randn(6, 6, generator=dice).double() for _ in range(2))
    slopes = []
    for scale in (1, 2):
        now = (scale * W).requires_grad_()
        loss = batch_norm(x @ now.T, *scaling(6), eps=1e-15).pow(3).sum()
        slopes.append(torch.autograd.grad(loss, now)[0])
    torch.testing.assert_close(2 * slopes[1], slopes[0])


@pytest.mark.parametrize("norm", NORMS)
def test_gradients_are_right(norm):
    parts = [part.requires_grad_() for part in (sums(), *scaling())]
    assert torch.autograd.gradcheck(norm, parts)


@pytest.mark.parametrize("norm", NORMS)
def test_eps_is_added_to_the_variance(norm):
    z, one, none = sums(4), torch.ones(4).double(), torch.zeros(4).double()
    said = norm(z, one, none, eps=1e6)
    centred = z - z.mean(0 if norm is batch_norm else 1, keepdim=True)
    torch.testing.assert_close(said, centred / 1e3, rtol=1e-4, atol=1e-6)


def test_equal_sums_become_beta():
    z = torch.full((5, 4), 2.0, dtype=torch.float64)
    for norm in NORMS:
        torch.testing.assert_close(norm(z, *scaling()), scaling()[1].expand(5, 4))


@pytest.mark.parametrize("norm", NORMS)
def test_rejects_what_cannot_be_scaled(norm):
    z, (gamma, beta) = sums(), scaling()
    bad = math.nan, math.inf
    said = "^z has NaN or infinity: lower the rate, or look at the layer before$"
    refuses(lambda z: norm(z, gamma, beta), said, good=[z], bad=spoilt(z, *bad))
    said = "^{} has NaN or infinity: train anew with a lower rate$"
    refuses(
        lambda g: norm(z, g, beta),
        said.format("gamma"),
        good=[gamma],
        bad=spoilt(gamma, *bad),
    )
    refuses(
        lambda b: norm(z, gamma, b),
        said.format("beta"),
        good=[beta],
        bad=spoilt(beta, *bad),
    )
    only_positive(lambda eps: norm(z, gamma, beta, eps), "eps")


def test_rejects_a_batch_of_one():
    said = "^z has 1 example or none: give 2 or more$"
    refuses(lambda n: batch_norm(sums(n), *scaling()), said, good=[2], bad=[0, 1])


def test_rejects_a_layer_of_one():
    said = "^z has 1 neuron or none: give 2 or more$"
    refuses(
        lambda o: layer_norm(sums(neurons=o), *scaling(o)),
        said,
        good=[2],
        bad=[0, 1],
    )
    with pytest.raises(ValueError, match=r"^z is empty: give at least one example$"):
        layer_norm(sums(0), *scaling())


@pytest.mark.parametrize("norm", NORMS)
def test_rejects_sums_whose_squares_overflow(norm):
    z, huge = torch.ones(2, 2), torch.tensor([[1e30, 1], [1, -1e30]])
    said = "^z has numbers so large that squares overflow: begin with smaller weights$"
    scale = torch.ones(2), torch.zeros(2)
    refuses(lambda z: norm(z, *scale), said, good=[z, 1e10 * z], bad=[huge])
