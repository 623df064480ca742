"""Data are separated if a plane has no label on its wrong side, one on its right."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from ml2020.logistic_regression import is_separated
from ml2020.logistic_regression.separation import orthonormal, shorten
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 2**31)


def table(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def labels(*values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("scale", [1e-200, 1e-6, 1.0, 1e6, 1e200])
def test_separated_wholly_or_but_for_those_on_the_plane_or_not_at_all(device, scale):
    X = scale * table([1, -3], [1, -1], [1, 1], [1, 3]).to(device)
    for y_hat, expected in (
        ([0, 0, 1, 1], True),
        ([1, 1, 0, 0], True),
        ([0, 1, 0, 1], False),
        ([0, 0.3, 1, 1], True),
        ([0, 0.3, 0.3, 1], False),
        ([0, 1, 1, 0], False),
    ):
        assert is_separated(X, labels(*y_hat).to(device)) is expected


def test_examples_that_are_all_on_every_plane_are_not_separated():
    assert not is_separated(torch.zeros(2, 3).double(), labels(0, 1))
    assert not is_separated(table([1, 2], [1, 2]), labels(0, 1))
    assert not is_separated(table([1, 2], [1, 3]), labels(0.5, 0.5))


def test_one_class_is_separated():
    X = table([1, -3], [1, 2], [1, 5])
    assert is_separated(X, labels(1, 1, 1))
    assert is_separated(X, labels(0, 0, 0))
    assert not is_separated(X[:, 1:], labels(1, 1, 1))  # without a bias


def test_columns_that_depend_on_each_other_do_not_matter():
    X = table([1, 1, 2], [1, 2, 4], [1, 3, 6], [1, 4, 8])
    assert is_separated(X, labels(0, 0, 1, 1))
    assert not is_separated(X, labels(0, 1, 0, 1))


@pytest.mark.parametrize("gap", [1e-8, 1e-3, 1.0])
def test_a_narrow_overlap_is_one(gap):
    X = table([1, -1], [1, -gap], [1, gap], [1, 1])
    assert not is_separated(X, labels(0, 1, 0, 1))
    assert is_separated(X, labels(0, 0, 1, 1))


def test_an_overlap_of_rounding_is_none():
    X = table([1, -1], [1, -1e-14], [1, 1e-14], [1, 1])
    assert is_separated(X, labels(0, 1, 0, 1))


@given(seed=seeds)
def test_labels_that_a_plane_gave_are_separated(seed):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(30, 4, generator=dice, dtype=torch.float64)
    theta = torch.randn(4, generator=dice, dtype=torch.float64)
    z = X @ theta
    y_hat = (z > 0).double()
    assert is_separated(X, y_hat)
    # Mirrored examples with the same label: now no plane has both on one side.
    assert not is_separated(torch.cat([X, -X]), y_hat.repeat(2))


@given(seed=seeds)
def test_columns_become_orthonormal_and_keep_their_planes(seed):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(9, 3, generator=dice, dtype=torch.float64)
    X = torch.cat([X, X[:, :1] - X[:, 1:2], 0 * X[:, :1]], dim=1)
    Q = orthonormal(X * torch.tensor([1, 1e100, 1e-100, 1, 1], dtype=X.dtype))
    Q_3 = orthonormal(X[:, :3])
    assert Q_3.shape == (9, 3)
    torch.testing.assert_close(Q_3.T @ Q_3, torch.eye(3).double())
    torch.testing.assert_close(Q_3 @ (Q_3.T @ X), X)
    assert Q.shape == (9, 3)


def test_columns_that_differ_by_rounding_of_many_examples_are_one():
    dice = torch.Generator().manual_seed(4)
    x, apart = torch.randn(2, 1000, 1, generator=dice, dtype=torch.float64)
    for share, columns in ((2e-14, 1), (1e-11, 2)):  # of 1,000 roundings: 2e-13
        assert orthonormal(torch.cat([x, x + share * apart], dim=1)).shape[1] == columns


def test_one_more_weight_shortens_the_sum_as_far_as_it_can():
    A = table([2, 0], [-1, 1], [0, -1])
    more = shorten(A, torch.zeros(3).double(), torch.tensor(1))
    assert more.tolist() == pytest.approx([0, 0.5, 0])  # (1, 0) + 0.5 (-1, 1)
    more = shorten(A, more, torch.tensor(2))
    assert more.tolist() == pytest.approx([0, 1, 1])
    assert (A.sum(dim=0) + more @ A).abs().max() < 1e-12


def test_a_weight_that_would_become_negative_is_given_up():
    A = table([3, 4], [-1, -0.5], [-1, -1.5])  # the third does it better
    first = shorten(A, torch.zeros(3).double(), torch.tensor(1))
    assert first[1] > 0
    both = shorten(A, first, torch.tensor(2))
    assert both[1] == 0
    assert both[2] > 0
    sums = [(A.sum(dim=0) + more @ A).norm() for more in (0 * both, first, both)]
    assert sums[0] > sums[1] > sums[2]


def test_rejects_bad_examples():
    X, y_hat = table([1, -3], [1, 2], [1, 5]), labels(0, 1, 1)
    refuses(
        lambda X: is_separated(X, y_hat),
        r"^X has NaN or infinity: drop or mend those examples$",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )
    refuses(
        lambda y_hat: is_separated(X, y_hat),
        r"^y_hat is outside \[0, 1\]: label the classes 1 and 0$",
        good=[y_hat],
        bad=spoilt(y_hat, -0.1, 1.1, math.nan),
    )
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        is_separated(X[:0], y_hat[:0])
    for wrong in (y_hat[:1], y_hat[:, None]):
        with pytest.raises(TypeCheckError):
            is_separated(X, wrong)
