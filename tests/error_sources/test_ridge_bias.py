"""A price pulls the weights to zero and calms them, by exactly these amounts."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import ridge_bias, ridge_variance
from ml2020.regression import shrunk
from tests.refusals import below, refuses, spoilt

theta = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
seeds, prices = st.integers(0, 2**31), st.floats(0.01, 50)


def features(seed=0, count=9):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(count, 3, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-error_sources-ridge-bias")
@given(seed=seeds, lam=prices)
def test_the_bias_is_what_ridge_misses_without_noise(device, seed, lam):
    X, truth = features(seed).to(device), theta.to(device)
    expected = shrunk(X, X @ truth, lam) - truth
    torch.testing.assert_close(ridge_bias(X, truth, lam), expected)


@pytest.mark.equation("eq-error_sources-ridge-variance")
@given(seed=seeds, lam=prices)
def test_the_covariance_is_that_of_the_answers_to_unit_noises(device, seed, lam):
    X = features(seed).to(device)
    units = 0.3 * torch.eye(9).to(X)
    moved = torch.stack([shrunk(X, unit, lam) for unit in units])
    expected = sum(torch.outer(row, row) for row in moved)
    torch.testing.assert_close(ridge_variance(X, 0.3, lam), expected)


@given(seed=seeds)
def test_a_higher_price_means_more_bias_and_less_variance(seed):
    X = features(seed)
    prices = [0, 0.1, 1, 10, 100]
    biases = [ridge_bias(X, theta, lam).norm().item() for lam in prices]
    variances = [ridge_variance(X, 1.0, lam).trace().item() for lam in prices]
    assert biases == sorted(biases)
    assert variances == sorted(variances, reverse=True)


def test_without_a_price_there_is_no_bias_and_the_textbook_covariance():
    X = features()
    assert not ridge_bias(X, theta, 0).any()
    expected = 0.25 * torch.linalg.inv(X.T @ X)
    torch.testing.assert_close(ridge_variance(X, 0.5, 0), expected)


def test_dependent_columns_need_a_price():
    twice = torch.cat([features(), features()[:, :1]], dim=1)
    long = torch.cat([theta, theta[:1]])
    assert ridge_bias(twice, long, 0.1).isfinite().all()
    said = "^X has columns that depend on each other: drop a feature or raise lam$"
    with pytest.raises(ValueError, match=said):
        ridge_bias(twice, long, 0)
    with pytest.raises(ValueError, match=said):
        ridge_variance(features(count=2), 1.0, 0)


def test_two_animals_by_hand():
    two, one = torch.ones(2, 1).double(), torch.ones(1).double()
    assert ridge_bias(two, one, 2).tolist() == pytest.approx([-0.5])
    assert ridge_variance(two, 1, 2).tolist() == [pytest.approx([0.125])]


def test_columns_of_other_units_and_nearly_the_same_are_solved():
    X = features() * torch.tensor([1.0, 1e9, 1e-3]).double()
    expected = torch.linalg.inv(features().T @ features())
    units = torch.tensor([1.0, 1e9, 1e-3]).double()
    variance = ridge_variance(X, 1.0, 0) * torch.outer(units, units)
    torch.testing.assert_close(variance, expected)
    near = features()
    near[:, 1] = near[:, 0] + 1e-9 * near[:, 1]  # X^T X would be singular
    _, s, V = torch.linalg.svd(near)
    torch.testing.assert_close(
        ridge_variance(near, 1.0, 0), V.T @ torch.diag(s**-2) @ V, rtol=1e-5, atol=0
    )


def test_a_huge_price_leaves_nothing():
    torch.testing.assert_close(ridge_bias(features(), theta, 1e300), -theta)
    assert ridge_variance(features(), 1.0, 1e300).abs().max() < 1e-300


@pytest.mark.parametrize(
    "part",
    [
        lambda lam: ridge_bias(features(), theta, lam),
        lambda lam: ridge_variance(features(), 1.0, lam),
    ],
)
def test_rejects_what_is_no_price(part):
    said = r"^lam is .*: give 0 or more$"
    bad = [below(0.0), -1.0, math.nan, math.inf]
    refuses(part, said, good=[0.0, 1.0], bad=bad)


def test_rejects_what_is_no_noise():
    refuses(
        lambda sigma: ridge_variance(features(), sigma, 1.0),
        r"^sigma is .*: give 0 or more$",
        good=[0.0, 1.0],
        bad=[below(0.0), math.nan, math.inf],
    )


def test_rejects_no_examples():
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        ridge_bias(torch.zeros(0, 3), theta.float(), 1.0)
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        ridge_variance(torch.zeros(3, 0), 1.0, 1.0)


def test_rejects_a_number_that_is_none():
    X, remedy = features(), " has NaN or infinity: drop or mend those examples$"
    bad = spoilt(X, math.nan, math.inf)
    refuses(lambda X: ridge_variance(X, 1.0, 1.0), "^X" + remedy, good=[X], bad=bad)
    refuses(lambda X: ridge_bias(X, theta, 1.0), "^X" + remedy, good=[X], bad=bad)
    refuses(
        lambda theta: ridge_bias(X, theta, 1.0),
        "^theta" + remedy,
        good=[theta],
        bad=spoilt(theta, math.nan, math.inf),
    )


def test_32_bits_are_enough_for_a_small_price_on_dependent_columns():
    twice = torch.cat([features(), features()[:, :1]], dim=1).float()
    shared = torch.tensor([1.0, -2.0, 0.5, 1.0])  # it lies where X can see it
    _, s, V = torch.linalg.svd(twice.double(), full_matrices=False)
    expected = -1e-7 * V[:3].T @ torch.diag(1 / s[:3] ** 2) @ V[:3] @ shared.double()
    result = ridge_bias(twice, shared, 1e-7)
    torch.testing.assert_close(result, expected, rtol=1e-3, atol=0)


def test_32_bits_overflow_nowhere():
    X, weights = features().float(), theta.float()
    torch.testing.assert_close(ridge_bias(X, weights, 1e39), -theta)
    torch.testing.assert_close(
        ridge_variance(X, 1e30, 1.0), 1e60 * ridge_variance(X, 1.0, 1.0)
    )


def test_each_weight_may_vary_as_far_as_a_number_reaches():
    V = ridge_variance(torch.eye(2).double(), sigma=1.2e154, lam=0)
    assert V.diagonal().tolist() == pytest.approx([1.44e308] * 2)


def test_rejects_noise_whose_square_overflows():
    refuses(
        lambda sigma: ridge_variance(features(), sigma, 1.0),
        r"^sigma is .*, its square overflows: change the units$",
        good=[1e154],
        bad=[2e154, 1e200],
    )


def test_types_of_examples_and_weights_may_differ():
    X = features().float()
    expected = ridge_bias(X.double(), theta, 1.0)
    torch.testing.assert_close(ridge_bias(X, theta, 1.0), expected)


def by_singular_values(X, lam, directions):
    """Return lam A^-1 and A^-1 X^T X A^-1 of an X with so many directions."""
    _, s, V = torch.linalg.svd(X)
    s, V = s[:directions] ** 2, V[:directions]
    outside = torch.eye(X.shape[1]).to(X) - V.T @ V
    shares = V.T @ torch.diag(lam / (s + lam)) @ V + outside
    return shares, V.T @ torch.diag(s / (s + lam) ** 2) @ V


def dependent():
    X = features()
    return torch.cat([X, 0.7 * X[:, :1] - 0.3 * X[:, 1:2]], dim=1)


@pytest.mark.parametrize(
    ("X", "directions"), [(torch.ones(3, 2).double(), 1), (dependent(), 3)]
)
def test_a_price_too_small_for_dependent_columns_is_refused_not_answered(X, directions):
    weights = torch.arange(1.0, 1 + X.shape[1]).double()
    for lam in (1e-3, 1e-9, 3e-12):
        shares, covariance = by_singular_values(X, lam, directions)
        bias, variance = ridge_bias(X, weights, lam), ridge_variance(X, 1.0, lam)
        assert (bias + shares @ weights).norm() < 1e-6 * bias.norm()
        assert (variance - covariance).norm() < 1e-6 * variance.norm()
    said = r"^lam is .*, too small for columns that depend on each other: raise it$"
    refuses(
        lambda lam: ridge_variance(X, 1.0, lam),
        said,
        good=[3e-12],
        bad=[3e-13, 1e-14, 1e-20, 1e-27],
    )
    refuses(
        lambda lam: ridge_bias(X, weights, lam), said, good=[1e-20, 1e-24], bad=[1e-27]
    )


def test_a_price_that_matters_to_no_digit_costs_none():
    X = features()
    expected = -1e-30 * torch.linalg.inv(X.T @ X) @ theta
    torch.testing.assert_close(ridge_bias(X, theta, 1e-30), expected, atol=0, rtol=1e-9)
    huge = ridge_variance(X, 1.0, 1e60)
    torch.testing.assert_close(1e120 * huge, X.T @ X)
    assert not ridge_variance(torch.zeros(3, 2).double(), 1.0, 1.0).any()


def test_units_so_small_that_squares_vanish_are_solved_or_refused():
    tiny, one = 1e-200 * torch.ones(2, 1).double(), torch.ones(1).double()
    assert ridge_bias(tiny, one, 0.0).tolist() == [0]
    assert ridge_variance(tiny, 1e-100, 0.0).item() == pytest.approx(5e199)
    said = "^variance has NaN or infinity: change the units$"
    refuses(
        lambda unit: ridge_variance(unit * features(), 1.0, 0.0),
        said,
        good=[1e-150],
        bad=[1e-160, 1e-200],
    )
    refuses(
        lambda sigma: ridge_variance(1e-10 * features(), sigma, 0.0),
        said,
        good=[1e143],
        bad=[1e150],
    )


def test_rejects_weights_so_large_that_sums_overflow():
    refuses(
        lambda size: ridge_bias(features(), size * theta, 1e20),
        "^sum of theta has NaN or infinity: change the units$",
        good=[2.9e307, -2.9e307],
        bad=[3.1e307, -3.1e307],
    )
