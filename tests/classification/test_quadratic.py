"""Unequal covariances separate along a conic, and its eigenvalues say which."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.classification import (
    conic,
    fit_generative,
    generative_log_odds,
    linear_boundary,
    quadratic_boundary,
)
from ml2020.classification.gaussian import log_density


def case(seed=0, D=2):
    dice = torch.Generator().manual_seed(seed)
    mu1, mu2 = torch.randn(2, D, generator=dice, dtype=torch.float64)
    B1, B2 = torch.randn(2, D, D, generator=dice, dtype=torch.float64)
    half = 0.5 * torch.eye(D).double()
    return mu1, mu2, B1 @ B1.T + half, B2 @ B2.T + half


@pytest.mark.equation("eq-classification-quadratic")
@given(seed=st.integers(0, 2**31), n1=st.integers(1, 99), n2=st.integers(1, 99))
def test_the_quadratic_is_the_difference_of_the_log_densities(device, seed, n1, n2):
    mu1, mu2, Sigma1, Sigma2 = (part.to(device) for part in case(seed, D=3))
    A, b, c = quadratic_boundary(mu1, mu2, Sigma1, Sigma2, n1, n2)
    X = torch.stack([mu1, mu2, mu1 + mu2, 3 * mu1 - mu2])
    z = torch.stack([x @ A @ x + b @ x + c for x in X])
    densities = log_density(X, mu1, Sigma1) - log_density(X, mu2, Sigma2)
    torch.testing.assert_close(z, densities + math.log(n1 / n2))


def test_it_is_what_the_fitted_classifier_says():
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(50, 2, generator=dice, dtype=torch.float64)
    y = (X[:, 0] ** 2 + X[:, 1] > 0.5).long()
    m = fit_generative(X, y)
    (n2, n1), (mu2, mu1), (S2, S1) = m.prior.tolist(), m.mean, m.covariance
    A, b, c = quadratic_boundary(mu1, mu2, S1, S2, n1, n2)
    z = ((X @ A) * X).sum(dim=1) + X @ b + c
    torch.testing.assert_close(z, generative_log_odds(X, m))


def test_with_equal_covariances_nothing_quadratic_is_left():
    mu1, mu2, Sigma, _ = case()
    A, b, c = quadratic_boundary(mu1, mu2, Sigma, Sigma, 3, 5)
    expected = linear_boundary(mu1, mu2, Sigma, 3, 5)
    assert not A.any()
    torch.testing.assert_close((b, c), expected)
    assert conic(A, b, c.item()) == "line"


KINDS = [
    ("ellipse", (1, 2), (0, 0), -1),
    ("ellipse", (-1, -2), (3, 0), 0),
    ("point", (1, 2), (0, 0), 0),
    ("point", (1, 1), (2, 0), 1),
    ("nothing", (1, 2), (0, 0), 1),
    ("nothing", (-1, -2), (0, 0), -1),
    ("hyperbola", (1, -2), (0, 0), 1),
    ("hyperbola", (1, -2), (0, 0), -1),
    ("crossing lines", (1, -1), (0, 0), 0),
    ("crossing lines", (1, -1), (2, 0), 1),
    ("parabola", (1, 0), (0, 1), 5),
    ("parabola", (0, -1), (1, 3), 0),
    ("parallel lines", (1, 0), (0, 0), -1),
    ("parallel lines", (1, 0), (2, 0), 0),
    ("parallel lines", (-1, 0), (0, 0), 0),
    ("nothing", (1, 0), (0, 0), 1),
    ("nothing", (-1, 0), (0, 0), -1),
    ("line", (0, 0), (1, 2), 3),
    ("nothing", (0, 0), (0, 0), 3),
    ("everything", (0, 0), (0, 0), 0),
]


@pytest.mark.parametrize(("kind", "bends", "b", "c"), KINDS)
def test_every_conic_has_its_name_whichever_way_it_is_turned(kind, bends, b, c):
    D = torch.diag(torch.tensor(bends, dtype=torch.float64))
    b = torch.tensor(b, dtype=torch.float64)
    for angle in (0.0, 0.7, 2.5):
        cos, sin = math.cos(angle), math.sin(angle)
        R = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
        A = R @ D @ R.T
        assert conic((A + A.T) / 2, R @ b, float(c)) == kind


@given(seed=st.integers(0, 2**31), shift=st.floats(-3, 3))
def test_a_conic_keeps_its_name_when_it_is_moved_or_turned_round(seed, shift):
    A, b, c = quadratic_boundary(*case(seed), 1, 1)
    move = torch.tensor([shift, 1 - shift], dtype=torch.float64)
    moved = (c + b @ move + move @ A @ move).item()  # x -> x + move
    kind = conic(A, b, c.item())
    assert conic(A, b + 2 * A @ move, moved) == kind
    assert conic(-A, -b, -c.item()) == kind


@given(seed=st.integers(0, 2**31))
def test_from_far_away_only_a_hyperbola_has_both_classes_around_it(seed):
    A, b, c = quadratic_boundary(*case(seed), 1, 1)
    turn = torch.linspace(0, 2 * math.pi, 3600, dtype=torch.float64)
    circle = 1e6 * torch.stack([turn.cos(), turn.sin()], dim=1)
    z = ((circle @ A) * circle).sum(dim=1) + circle @ b + c
    mixed = bool((z > 0).any() and (z < 0).any())
    assert mixed == (conic(A, b, c.item()) == "hyperbola")


def test_the_arguments_are_left_alone():
    arguments = case()
    before = [part.clone() for part in arguments]
    A, b, c = quadratic_boundary(*arguments, 5, 7)
    copies = A.clone(), b.clone()
    conic(A, b, c.item())
    assert all(torch.equal(x, y) for x, y in zip(arguments, before, strict=True))
    assert torch.equal(A, copies[0])
    assert torch.equal(b, copies[1])


@pytest.mark.parametrize("place", [2, 3])
def test_rejects_a_singular_covariance(place):
    arguments = list(case())
    arguments[place] = torch.ones(2, 2).double()
    said = rf"^covariance{place - 1} is singular: drop a redundant"
    with pytest.raises(ValueError, match=said):
        quadratic_boundary(*arguments, 5, 5)


def test_rejects_counts_and_centres_that_are_none():
    mu1, mu2, S1, S2 = case()
    with pytest.raises(ValueError, match=r"^n2 is 0: give a positive number"):
        quadratic_boundary(mu1, mu2, S1, S2, 5, 0)
    with pytest.raises(ValueError, match=r"^mean2 has NaN or infinity: mend"):
        quadratic_boundary(mu1, mu2 * math.nan, S1, S2, 5, 5)


def test_rejects_what_is_no_conic():
    eye, none = torch.eye(2), torch.zeros(2)
    with pytest.raises(ValueError, match=r"^A, b or c is NaN or infinity: mend"):
        conic(eye, none, math.nan)
    with pytest.raises(ValueError, match=r"^A, b or c is NaN or infinity: mend"):
        conic(eye * math.nan, none, 1.0)
    with pytest.raises(ValueError, match=r"^A, b or c is NaN or infinity: mend"):
        conic(eye, none + math.inf, 1.0)
    with pytest.raises(ValueError, match=r"^A is not symmetric: average it with"):
        conic(torch.tensor([[1.0, 0.0], [1.0, 1.0]]), none, 1.0)
