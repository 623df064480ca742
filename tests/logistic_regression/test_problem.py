"""Columns are centred beside a bias, and what has no best theta is refused."""

import pytest
import torch

from ml2020.logistic_regression import newton
from ml2020.logistic_regression.problem import centred
from tests.refusals import refuses


def examples():
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(20, 3, generator=dice, dtype=torch.float64)
    X[:, 0] = 2  # the bias need not be 1
    return X, (torch.rand(20, generator=dice) < 0.5).double()


def test_columns_have_mean_0_beside_a_bias_and_the_matrix_leads_back():
    X, y_hat = examples()
    A, shift = centred(X, y_hat, torch.zeros(3).double())
    torch.testing.assert_close(A.mean(dim=0), torch.tensor([2.0, 0, 0]).double())
    torch.testing.assert_close(A, X @ shift)
    torch.testing.assert_close(A.std(dim=0), X.std(dim=0))


def test_without_a_free_constant_column_nothing_is_moved():
    X, y_hat = examples()
    penalties = torch.ones(3).double()
    for table, lam in ((X[:, 1:], penalties[1:] * 0), (X, penalties)):
        A, shift = centred(table, y_hat, lam)
        assert torch.equal(A, table)
        assert torch.equal(shift, torch.eye(len(lam)).double())


def test_a_column_of_zeros_with_a_penalty_is_taken_and_is_no_bias():
    X, y_hat = examples()
    X[:, 0] = 0
    A, _ = centred(X, y_hat, torch.tensor([1.0, 0, 0]).double())
    assert torch.equal(A, X)
    with pytest.raises(ValueError, match=r"^X has columns that depend"):
        centred(X, y_hat, torch.zeros(3).double())


def test_one_class_is_refused_as_such():
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^y_hat has one class only: add examples"):
        centred(X, torch.ones_like(y_hat), torch.zeros(3).double())
    with pytest.raises(ValueError, match=r"^y_hat is separated by a plane: give larg"):
        centred(X, (X[:, 1] > 0).double(), torch.zeros(3).double())


def test_a_single_example_is_refused_as_such():
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^X has columns that depend on each other"):
        centred(X[:1], y_hat[:1], torch.zeros(3).double())
    with pytest.raises(ValueError, match=r"^y_hat has one class only: add examples"):
        centred(torch.ones(1, 1), torch.ones(1), torch.zeros(1))


def test_refuses_numbers_whose_squares_overflow():
    X, y_hat = examples()
    X[3, 1] = 1e200
    with pytest.raises(ValueError, match=r"^X has numbers so large .*: rescale them$"):
        newton(X, y_hat)


def test_refuses_numbers_whose_squares_vanish():
    X, y_hat = examples()
    X[0, 1] = 0  # nothing vanishes here
    refuses(
        lambda unit: newton(X * torch.tensor([1, unit, 1], dtype=X.dtype), y_hat),
        r"^X has numbers so small that squares vanish: rescale them$",
        good=[1.0, 1e-150],
        bad=[1e-160, 1e-200],
    )


def test_refuses_a_feature_that_is_constant_but_for_rounding():
    X, y_hat = examples()
    X[:, 2] = 0.3
    X[::3, 2] = 0.1 + 0.2
    with pytest.raises(ValueError, match=r"^X has columns that depend"):
        newton(X, y_hat)
