"""Vectors and matrices: loops, and phrases by hand that no sum of words can make."""

import pytest
import torch

from ml2020.recursive import Pair, mv_cell
from tests.recursive.cells import normal
from tests.refusals import refuses


@pytest.mark.equation("eq-recursive-mvrnn")
def test_each_part_s_matrix_meets_the_other_s_vector(device):
    d, n = 3, 2
    left, right = (
        Pair(normal(n, d, seed=k).to(device), normal(n, d, d, seed=k + 1).to(device))
        for k in (0, 2)
    )
    W, W_M = normal(d, 2 * d, seed=4).to(device), normal(d, 2 * d, seed=5).to(device)
    p = mv_cell(left, right, W, W_M).a
    for row in range(n):
        Ba = right.A[row] @ left.a[row]
        Ab = left.A[row] @ right.a[row]
        expected = torch.tanh(W[:, :d] @ Ba + W[:, d:] @ Ab)
        torch.testing.assert_close(p[row], expected)


@pytest.mark.equation("eq-recursive-matrix")
def test_a_phrase_s_matrix_mixes_the_rows_of_both(device):
    d, n = 3, 2
    left, right = (
        Pair(normal(n, d, seed=k).to(device), normal(n, d, d, seed=k + 1).to(device))
        for k in (0, 2)
    )
    W, W_M = normal(d, 2 * d, seed=4).to(device), normal(d, 2 * d, seed=5).to(device)
    P = mv_cell(left, right, W, W_M).A
    for row in range(n):
        for i in range(d):
            for k in range(d):
                total = sum(
                    W_M[i, j] * left.A[row, j, k] + W_M[i, d + j] * right.A[row, j, k]
                    for j in range(d)
                )
                torch.testing.assert_close(P[row, i, k], total)


def test_networks_side_by_side_are_each_their_own():
    left, right = (
        Pair(normal(2, 4, 3, seed=k), normal(2, 4, 3, 3, seed=k + 1)) for k in (0, 2)
    )
    W, W_M = normal(2, 3, 6, seed=4), normal(2, 3, 6, seed=5)
    both = mv_cell(left, right, W, W_M)
    for k in range(2):
        one = mv_cell(
            Pair(left.a[k], left.A[k]), Pair(right.a[k], right.A[k]), W[k], W_M[k]
        )
        torch.testing.assert_close(both.a[k], one.a)
        torch.testing.assert_close(both.A[k], one.A)


def test_not_very_good_by_hand_hangs_on_the_tree():
    one = torch.eye(2).double()
    v, nothing = torch.tensor([[3.0, -1.0]]).double(), torch.zeros(1, 2).double()
    words = {
        "good": Pair(v, one[None]),
        "not": Pair(nothing, -one[None]),
        "very": Pair(nothing, 2 * one[None]),
    }
    W, W_M = torch.cat([one, one], dim=1), torch.cat([one, one], dim=1) / 2

    def made(tree):
        if isinstance(tree, str):
            return words[tree]
        return mv_cell(made(tree[0]), made(tree[1]), W, W_M, bend=lambda x: x)

    for tree, factor in (
        (("not", "good"), -1),
        (("very", "good"), 2),
        (("not", ("very", "good")), -2),
        ((("not", "very"), "good"), 0.5),
    ):
        torch.testing.assert_close(made(tree).a, factor * v)


def test_rejects_what_does_not_fit():
    pair = Pair(normal(2, 3), normal(2, 3, 3))
    wide = Pair(normal(2, 3), normal(2, 4, 4))
    good = {"left": pair, "right": pair, "W": normal(3, 6), "W_M": normal(3, 6)}
    for said, changed in (
        (r"^b ", {"right": Pair(normal(2, 4), normal(2, 4, 4))}),
        (r"^W ", {"W": normal(3, 5)}),
        (r"^W_M ", {"W_M": normal(1, 6)}),
        (r"^left\.A ", {"left": wide}),
        (r"^right\.A ", {"right": wide}),
    ):
        refuses(lambda new: mv_cell(**(good | new)), said, good=[{}], bad=[changed])
