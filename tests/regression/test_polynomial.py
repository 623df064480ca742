"""Powers make curves out of a linear model, and a richer set never fits worse."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.regression import least_squares, powers
from tests.refusals import refuses, spoilt


@pytest.mark.equation("eq-regression-polynomial")
@given(st.lists(st.floats(-2, 2), min_size=1, max_size=6), st.integers(0, 5))
def test_each_row_is_the_powers_of_one_number(device, values, degree):
    x = torch.tensor(values, dtype=torch.float64, device=device)
    weights = torch.arange(1.0, degree + 2, dtype=torch.float64, device=device)
    for answer, value in zip(powers(x, degree) @ weights, values, strict=True):
        horner = 0.0
        for weight in reversed(weights.tolist()):
            horner = horner * value + weight
        assert answer.item() == pytest.approx(horner, abs=1e-9)


@given(seed=st.integers(0, 2**31))
def test_the_training_loss_of_nested_models_never_rises(seed):
    dice = torch.Generator().manual_seed(seed)
    x, y_hat = torch.rand(2, 10, generator=dice, dtype=torch.float64)
    losses = []
    for degree in range(1, 6):
        X = powers(x, degree)
        losses.append(((X @ least_squares(X, y_hat) - y_hat) ** 2).sum().item())
    assert all(b <= a + 1e-12 for a, b in pairwise(losses))


def test_degree_nine_passes_through_ten_points():
    x = torch.linspace(0, 1, 10, dtype=torch.float64)
    y_hat = torch.sin(9 * x) + x.round()
    X = powers(x, 9)
    torch.testing.assert_close(X @ least_squares(X, y_hat), y_hat, rtol=0, atol=1e-6)


def test_rejects_a_negative_degree():
    refuses(
        lambda degree: powers(torch.ones(2), degree),
        r"^degree is -1: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )


def test_rejects_powers_that_overflow():
    most = torch.finfo(torch.float64).max ** 0.2
    refuses(
        lambda value: powers(torch.tensor([1.0, value], dtype=torch.float64), 5),
        r"^x\^5 has NaN or infinity: measure x in units that keep it near 1$",
        good=[0.999 * most, -0.999 * most],
        bad=[1.001 * most, -1.001 * most],
    )


def test_rejects_numbers_that_are_none():
    x = torch.tensor([1.0, 2.0])
    refuses(
        lambda x: powers(x, 0),
        "^x has NaN or infinity: drop or mend",
        good=[x],
        bad=spoilt(x, math.nan, math.inf),
    )


def test_no_number_has_no_powers():
    assert powers(torch.zeros(0), 2).shape == (0, 3)
