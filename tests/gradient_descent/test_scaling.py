"""Standardised columns have mean 0 and variance 1, and nothing else changes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

from ml2020.gradient_descent import GradientDescent, descend, moments, standardise


def table(seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(12, 3, generator=dice, dtype=torch.float64)
    return (X * torch.tensor([1.0, 100.0, 1e-3]) + torch.tensor([5.0, -7, 2])).to(
        device
    )


@pytest.mark.equation("eq-gradient_descent-standardise")
def test_it_is_what_scikit_learn_does_to_new_examples_as_well():
    scaler = StandardScaler().fit(table().numpy())
    m, sigma = moments(table())
    for X in (table(), table(1)):
        theirs = torch.from_numpy(scaler.transform(X.numpy()))
        torch.testing.assert_close(standardise(X, m, sigma), theirs)


@given(seed=st.integers(0, 2**31))
def test_every_column_gets_mean_zero_and_variance_one(seed):
    Z = standardise(table(seed), *moments(table(seed)))
    torch.testing.assert_close(Z.mean(dim=0), torch.zeros(3).double())
    torch.testing.assert_close(Z.var(dim=0, correction=0), torch.ones(3).double())


def test_a_column_of_two_values_does_not_become_gaussian(device):
    X = torch.tensor([[0.0], [0.0], [0.0], [1.0]], device=device)
    assert len(standardise(X, *moments(X)).unique()) == 2


def test_units_no_longer_matter(device):
    X = table(device=device)
    factor = torch.tensor([1000.0, 0.01, 7.0], dtype=torch.float64, device=device)
    metres = standardise(X, *moments(X))
    torch.testing.assert_close(standardise(X * factor, *moments(X * factor)), metres)


@pytest.mark.equation("eq-gradient_descent-centring")
def test_the_mean_couples_weight_and_bias():
    def curvatures(x):
        X = torch.stack([torch.ones(3).double(), x], dim=1)
        H = torch.autograd.functional.hessian(
            lambda theta: ((X @ theta) ** 2).mean(), torch.zeros(2).double()
        )
        return H, torch.linalg.eigvalsh(H)

    x = torch.tensor([9.0, 10, 11]).double()
    H, around_ten = curvatures(x)
    assert H.flatten().tolist() == pytest.approx([2, 20, 20, 2 / 3 * 302])
    assert around_ten[1] / around_ten[0] == pytest.approx(15_502, abs=1)
    H, around_zero = curvatures(x - 10)
    assert H.flatten().tolist() == pytest.approx([2, 0, 0, 4 / 3])
    assert around_zero[1] / around_zero[0] == pytest.approx(1.5)


def test_the_table_is_left_alone():
    X = table()
    standardise(X, *moments(X))
    assert torch.equal(X, table())


def logistic(X, y):
    def gradient(theta):
        return X.T @ (torch.sigmoid(X @ theta) - y) / len(y)

    def loss(path):
        z = X @ path.T
        return (torch.nn.functional.softplus(z) - y[:, None] * z).mean(dim=0)

    # No curvature of this loss is larger, so this rate lowers it in every step.
    safe = 4 * len(y) / torch.linalg.matrix_norm(X, 2).item() ** 2
    return gradient, loss, safe


def steps_to(goal, X, y, most):
    gradient, loss, safe = logistic(X, y)
    start = torch.zeros(X.shape[1]).double()
    losses = loss(descend(GradientDescent(safe), gradient, start, most))
    return int((losses > goal).sum())


def test_breast_cancer_is_learned_ten_times_faster_when_standardised():
    data = load_breast_cancer()
    X, y = torch.from_numpy(data.data), torch.from_numpy(data.target).double()
    one = torch.ones(len(X), 1).double()
    Z = torch.cat([one, standardise(X, *moments(X))], dim=1)
    scaled = steps_to(0.2, Z, y, 200)
    raw = steps_to(0.2, torch.cat([one, X], dim=1), y, 2000)
    assert scaled < 200
    assert raw > 10 * scaled


def test_rejects_a_column_without_spread():
    X = table()
    X[:, 1] = 0.1  # its mean is not exactly 0.1
    with pytest.raises(ValueError, match=r"^X has no spread in columns \[1\]: drop"):
        moments(X)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rejects_a_column_whose_spread_is_rounding(dtype):
    X = table().to(dtype)
    eps = torch.finfo(dtype).eps
    X[:, 1] = 0.125
    X[0, 1] += 4 * eps * 0.125
    with pytest.raises(ValueError, match=r"^X has no spread in columns \[1\]: drop"):
        moments(X)
    X[0, 1] += 2 * eps * 0.125
    assert moments(X)[1][1] > 0


def test_a_large_mean_costs_no_digits():
    column = torch.tensor([[0.0], [8.0], [16.0], [1000.0]])
    m, sigma = moments(column)
    far_m, far_sigma = moments(column + 2.0**24)
    assert far_m - 2.0**24 == m
    assert far_sigma == sigma


def test_rejects_a_sigma_too_small_to_divide_by():
    sigma = torch.tensor([1.0, 1e-300, 1.0], dtype=torch.float64)
    with pytest.raises(ValueError, match=r"^sigma has a number too small for X: drop"):
        standardise(1e20 * table(), torch.zeros(3).double(), sigma)


def test_rejects_an_empty_table():
    for shape in ((0, 3), (3, 0)):
        with pytest.raises(ValueError, match=r"^X is empty: give at least one"):
            moments(torch.zeros(shape))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_number_that_is_none(bad):
    X = table()
    X[2, 2] = bad
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        moments(X)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_rejects_squares_that_the_type_cannot_hold(size):
    X = table()
    X[:, 1] *= size
    with pytest.raises(ValueError, match=r"^X has squares beyond .* \[1\]: change the"):
        moments(X)


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_rejects_a_sigma_that_cannot_divide(bad):
    sigma = torch.tensor([1.0, bad, 1.0]).double()
    with pytest.raises(ValueError, match=r"^sigma has a zero or negative: drop that"):
        standardise(table(), sigma, sigma)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_rejects_numbers_to_scale_with_that_are_none(place, bad):
    values = [table(), *moments(table())]
    values[place] = values[place].clone()
    values[place][..., 1] = bad
    name = ("X", "m", "sigma")[place]
    with pytest.raises(ValueError, match=rf"^{name} has NaN or infinity: mend"):
        standardise(*values)
