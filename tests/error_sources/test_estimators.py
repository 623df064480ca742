"""Estimators are right in the mean over every sample that a small die can give."""

import math
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import (
    sample_mean,
    sample_variance,
    variance_of_variance,
)
from tests.refusals import below, refuses, spoilt

FACES = [0.0, 1.0, 5.0]  # a die with three faces, not symmetric
MU = sum(FACES) / 3
SIGMA2 = sum((face - MU) ** 2 for face in FACES) / 3
MU4 = sum((face - MU) ** 4 for face in FACES) / 3


def every_sample(n, device="cpu"):
    """All 3^n samples, each as probable as the others: means over them are exact."""
    return torch.tensor(list(product(FACES, repeat=n)), dtype=torch.float64).to(device)


def spread(values):
    return ((values - values.mean()) ** 2).mean().item()


@pytest.mark.equation("eq-error_sources-mean")
@given(x=st.lists(st.floats(-99, 99), min_size=1, max_size=6))
def test_the_mean_is_the_sum_divided_by_how_many(device, x):
    m = sample_mean(torch.tensor(x, dtype=torch.float64, device=device))
    assert m.item() == pytest.approx(sum(x) / len(x), abs=1e-12)


@pytest.mark.equation("eq-error_sources-mean-moments")
@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_mean_aims_at_mu_and_scatters_with_sigma2_over_n(device, n):
    m = sample_mean(every_sample(n, device))
    assert m.mean().item() == pytest.approx(MU)
    assert spread(m) == pytest.approx(SIGMA2 / n)


@given(x=st.lists(st.floats(-99, 99), min_size=2, max_size=6))
def test_the_variance_is_the_mean_squared_distance_from_the_mean(device, x):
    m = sum(x) / len(x)
    total = sum((number - m) ** 2 for number in x)
    values = torch.tensor(x, dtype=torch.float64, device=device)
    assert sample_variance(values).item() == pytest.approx(total / len(x), abs=1e-9)
    corrected = sample_variance(values, correction=1).item()
    assert corrected == pytest.approx(total / (len(x) - 1), abs=1e-9)


@pytest.mark.equation("eq-error_sources-variance-biased")
@pytest.mark.parametrize("n", [2, 3, 6])
def test_the_variance_aims_too_low_by_one_part_in_n(device, n):
    s2 = sample_variance(every_sample(n, device))
    assert s2.mean().item() == pytest.approx((n - 1) / n * SIGMA2)


@pytest.mark.parametrize("n", [2, 3, 6])
def test_the_corrected_variance_aims_right(n):
    s2 = sample_variance(every_sample(n), correction=1)
    assert s2.mean().item() == pytest.approx(SIGMA2)


@pytest.mark.equation("eq-error_sources-variance-spread")
@pytest.mark.parametrize("n", [2, 3, 6])
def test_its_own_variance_needs_the_fourth_moment(n):
    s2 = sample_variance(every_sample(n), correction=1)
    assert spread(s2) == pytest.approx(variance_of_variance(SIGMA2, MU4, n))


@pytest.mark.equation("eq-error_sources-variance-gauss")
@pytest.mark.parametrize("n", [2, 10])
def test_for_gaussian_numbers_it_is_that_of_a_quadratic_form(n):
    Q = (torch.eye(n) - torch.ones(n, n) / n).double() / (n - 1)  # s^2 = x^T Q x
    expected = 2 * 1.7**2 * (Q @ Q).trace().item()
    assert variance_of_variance(1.7, 3 * 1.7**2, n) == pytest.approx(expected)
    assert expected == pytest.approx(2 * 1.7**2 / (n - 1))


def test_rows_are_samples_of_their_own_and_stay_as_they_are():
    x = torch.tensor([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]])
    before = x.clone()
    assert sample_mean(x).tolist() == [2, 5]
    assert sample_variance(x, correction=1).tolist() == [1, 0]
    assert torch.equal(x, before)


def test_the_four_samples_of_two_coins():
    coin = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert sample_mean(coin).tolist() == [0, 0.5, 0.5, 1]
    assert sample_variance(coin).tolist() == [0, 0.25, 0.25, 0]


def test_rejects_an_empty_sample():
    for estimate in (sample_mean, sample_variance):
        refuses(
            lambda size, estimate=estimate: estimate(torch.zeros(3, size)),
            r"^x has 0 numbers a sample: give 1 or more$",
            good=[1],
            bad=[0],
        )


def test_rejects_one_number_where_a_difference_is_needed():
    refuses(
        lambda size: sample_variance(torch.ones(size), correction=1),
        r"^x has [01] numbers a sample: give 2 or more$",
        good=[2],
        bad=[0, 1],
    )


@pytest.mark.parametrize("estimate", [sample_mean, sample_variance])
def test_rejects_a_number_that_is_none(estimate):
    x = torch.ones(2, 3)
    said = "^x has NaN or infinity: drop or mend those numbers$"
    refuses(estimate, said, good=[x], bad=spoilt(x, math.nan, math.inf))


def test_a_larger_divisor_is_a_negative_correction():
    x = torch.tensor([1.0, 2.0, 6.0])
    assert sample_variance(x, correction=-1).item() == pytest.approx(14 / 4)


def test_rejects_a_sample_without_a_number_more_than_the_correction():
    refuses(
        lambda correction: sample_variance(torch.ones(5), correction=correction),
        r"^x has 5 numbers a sample: give [67] or more$",
        good=[-1, 0, 1, 4],
        bad=[5, 6],
    )
    refuses(
        lambda size: sample_variance(torch.ones(size), correction=-1),
        r"^x has 0 numbers a sample: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_rejects_what_is_no_variance():
    refuses(
        lambda sigma2: variance_of_variance(sigma2, 9.0, 3),
        r"^sigma2 is .*: give 0 or more$",
        good=[0.0, 1.0],
        bad=[below(0.0), math.nan, math.inf],
    )


def test_rejects_a_sample_that_has_no_variance():
    refuses(
        lambda n: variance_of_variance(1.0, 3.0, n),
        r"^n is [01]: give 2 or more$",
        good=[2],
        bad=[0, 1],
    )


def test_rejects_a_fourth_moment_that_no_numbers_have():
    coin = 4 * (1 - 5e-10)  # up to rounding
    refuses(
        lambda mu4: variance_of_variance(2.0, mu4, 5),
        r"^mu4 is .*: give .* or more$",
        good=[4.0, coin],
        bad=[4 * (1 - 2e-9), 3.0, math.nan, math.inf],
    )


def test_rejects_a_variance_whose_square_overflows():
    refuses(
        lambda sigma2: variance_of_variance(sigma2, 1.5e308, 3),
        r"^sigma2 is .*, its square overflows: change the units$",
        good=[1e154],
        bad=[1.4e154, 1e200],
    )


def test_each_sample_has_its_own_sum():
    x = torch.full((2, 1), 1e308, dtype=torch.float64)  # together they overflow
    assert sample_mean(x).tolist() == [1e308, 1e308]


def test_rejects_sums_that_overflow():
    refuses(
        lambda size: sample_mean(torch.tensor([[1.0, 1.0], [size, size]])),
        "^sum of x has NaN or infinity: change the units$",
        good=[1.7e38],
        bad=[1.8e38, 3e38],
    )
    refuses(
        lambda size: sample_variance(torch.tensor([[1.0, 1.0], [size, size]])),
        "^sum of x has NaN or infinity: change the units$",
        good=[1.7e38],
        bad=[1.8e38, 3e38],
    )
    refuses(
        lambda size: sample_variance(torch.tensor([[1.0, 1.0], [0.0, size]])),
        "^sum of squares has NaN or infinity: change the units$",
        good=[1.8e19],
        bad=[1.9e19, 1e38],
    )
