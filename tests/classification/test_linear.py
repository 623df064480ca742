"""With one covariance the log-odds are a plane, in closed form."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.classification import (
    fit_generative,
    generative_log_odds,
    linear_boundary,
    posterior,
    sigmoid,
)
from ml2020.classification.gaussian import log_density


def case(seed=0, D=3):
    dice = torch.Generator().manual_seed(seed)
    mu1, mu2 = torch.randn(2, D, generator=dice, dtype=torch.float64)
    B = torch.randn(D, D, generator=dice, dtype=torch.float64)
    return mu1, mu2, B @ B.T + 0.5 * torch.eye(D).double()


@pytest.mark.equation("eq-classification-linear")
@given(seed=st.integers(0, 2**31), n1=st.integers(1, 99), n2=st.integers(1, 99))
def test_the_sigmoid_of_the_plane_is_the_posterior_of_the_densities(
    device, seed, n1, n2
):
    mu1, mu2, Sigma = (part.to(device) for part in case(seed))
    w, b = linear_boundary(mu1, mu2, Sigma, n1, n2)
    X = torch.stack([mu1, mu2, mu1 + mu2, mu1 - mu2])
    densities = [log_density(X, mu, Sigma).exp() for mu in (mu1, mu2)]
    priors = torch.tensor([n1, n2]).to(X) / (n1 + n2)
    expected = posterior(torch.stack(densities, dim=1), priors)[:, 0]
    torch.testing.assert_close(sigmoid(X @ w + b), expected)


def test_w_is_the_slope_of_the_log_odds_by_autograd():
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(40, 3, generator=dice, dtype=torch.float64)
    y = (X[:, 0] + X[:, 1] > 0).long()
    model = fit_generative(X, y, shared=True)
    w, b = linear_boundary(*model.mean, model.covariance[0], *model.prior.tolist())
    x = X[:1].clone().requires_grad_()
    z = generative_log_odds(x, model)
    z.sum().backward()
    torch.testing.assert_close(x.grad[0], w)
    torch.testing.assert_close(z.detach()[0], X[0] @ w + b)


def test_with_equal_counts_the_boundary_halves_the_way_between_the_centres():
    mu1, mu2, Sigma = case()
    w, b = linear_boundary(mu1, mu2, Sigma, 5, 5)
    assert ((mu1 + mu2) / 2 @ w + b).item() == pytest.approx(0, abs=1e-12)


def test_a_more_frequent_class_gets_more_room():
    mu1, mu2, Sigma = case()
    _, fair = linear_boundary(mu1, mu2, Sigma, 5, 5)
    _, often = linear_boundary(mu1, mu2, Sigma, 15, 5)
    assert (often - fair).exp().item() == pytest.approx(3)


def test_with_a_round_covariance_w_points_from_centre_to_centre():
    mu1, mu2, _ = case()
    w, _ = linear_boundary(mu1, mu2, 4 * torch.eye(3).double(), 5, 5)
    torch.testing.assert_close(w, (mu1 - mu2) / 4)


def test_the_arguments_are_left_alone():
    arguments = case()
    before = [part.clone() for part in arguments]
    linear_boundary(*arguments, 5, 7)
    assert all(torch.equal(a, b) for a, b in zip(arguments, before, strict=True))


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("count", [0, -2, float("nan"), float("inf")])
def test_rejects_a_count_that_is_none(place, count):
    counts = [5.0, 5.0]
    counts[place] = count
    with pytest.raises(ValueError, match=rf"^n{place + 1} is .*: give a positive"):
        linear_boundary(*case(), *counts)


@pytest.mark.parametrize("place", [0, 1])
def test_rejects_a_centre_with_one_number_that_is_none(place):
    arguments = list(case())
    arguments[place][1] = float("nan")
    with pytest.raises(ValueError, match=rf"^mean{place + 1} has NaN or infinity"):
        linear_boundary(*arguments, 5, 5)


def test_rejects_a_singular_covariance():
    mu1, mu2, _ = case()
    with pytest.raises(ValueError, match=r"^covariance is singular: drop a redundant"):
        linear_boundary(mu1, mu2, torch.ones(3, 3).double(), 5, 5)


@pytest.mark.equation("eq-classification-linear")
@given(seed=st.integers(0, 2**31))
def test_w_and_b_are_the_formula_term_by_term(seed):
    mu1, mu2, Sigma = case(seed)
    w, b = linear_boundary(mu1, mu2, Sigma, 3, 8)
    P = torch.linalg.inv(Sigma)
    torch.testing.assert_close(w, (mu1 - mu2) @ P)
    squares = -0.5 * mu1 @ P @ mu1 + 0.5 * mu2 @ P @ mu2
    torch.testing.assert_close(b, squares + math.log(3 / 8))


def test_a_ratio_of_counts_that_overflows_is_a_finite_offset():
    _, b = linear_boundary(*case(), 1e308, 1e-308)
    _, even = linear_boundary(*case(), 1.0, 1.0)
    assert (b - even).item() == pytest.approx(616 * math.log(10))
