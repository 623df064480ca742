"""The angle between spaces is scipy's, and does not ask which vectors span them."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles

from ml2020.linear_methods import largest_angle
from tests.refusals import refuses, spoilt


def rows(seed, count=2, features=5):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(count, features, generator=dice, dtype=torch.float64)


@settings(max_examples=20)
@given(a=st.integers(0, 99), b=st.integers(100, 199))
def test_it_is_scipy_s(a, b):
    A, B = rows(a), rows(b)
    theirs = subspace_angles(A.T.numpy(), B.T.numpy()).max()
    assert largest_angle(A, B).item() == pytest.approx(theirs)


def test_other_vectors_of_the_same_space_are_at_no_angle():
    A = rows(0)
    assert largest_angle(A, rows(1, 2, 2) @ A) < 1e-14
    assert largest_angle(torch.eye(4)[:2], torch.eye(4)[2:]) == pytest.approx(
        math.pi / 2
    )


def test_rejects_rows_that_span_less():
    A = rows(0)
    for name, call in (("A", lambda R: largest_angle(R, A)),
                       ("B", lambda R: largest_angle(A, R))):  # fmt: skip
        twice = torch.stack([A[0], 2 * A[0]])
        refuses(call, f"^{name} has rows that depend", good=[A], bad=[twice])
        refuses(call, f"^{name} has NaN", good=[A], bad=spoilt(A, math.nan))


def test_a_right_angle_is_one_whatever_the_rounding():
    for seed in range(200):
        axes = torch.linalg.qr(rows(seed, 6, 6))[0]
        assert largest_angle(axes[:3], axes[3:]).item() == pytest.approx(math.pi / 2)
