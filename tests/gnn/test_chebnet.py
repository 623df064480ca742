"""Chebyshev's recursion is the cosine of a multiple angle, and the library's layer."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import (
    adjacency,
    chebnet,
    filtered,
    normalised_laplacian,
    squeezed,
)
from tests.gnn.library import pyg
from tests.gnn.small import close, drawn, numbers, paw
from tests.refusals import refuses

seeds = st.integers(0, 99)


def matrix(graph):
    return normalised_laplacian(adjacency(graph, torch.float64))


@pytest.mark.equation("eq-gnn-squeeze")
@given(seeds)
def test_squeezed_eigenvalues_lie_between_minus_one_and_one(seed):
    L = matrix(drawn(6, seed))
    before = torch.linalg.eigvalsh(L)
    after = torch.linalg.eigvalsh(squeezed(L, 1.9))
    close(after, 2 * before / 1.9 - 1)
    assert torch.linalg.eigvalsh(squeezed(L, 2.0)).abs().max() < 1 + 1e-12


@pytest.mark.equation("eq-gnn-recursion")
@pytest.mark.parametrize("k", range(7))
def test_a_term_is_the_cosine_of_k_times_the_angle(k):
    L = squeezed(matrix(drawn(6, 3)), 2.0)
    x, only = numbers(6, 1), torch.zeros(k + 1, 1, 1, dtype=torch.float64)
    only[k] = 1

    def multiple(lam):
        return torch.cos(k * torch.acos(lam.clamp(-1, 1)))

    close(chebnet(x, L, only), filtered(L, x, multiple), atol=1e-7)


@pytest.mark.equation("eq-gnn-chebnet")
@given(seeds)
def test_a_layer_is_the_sum_of_its_terms_written_out(seed):
    L, X, W = squeezed(matrix(drawn(6, seed)), 2.0), numbers(6, 2), numbers(4, 3, 2)
    eye = torch.eye(6).double()
    T = [eye, L, 2 * L @ L - eye, 4 * L @ L @ L - 3 * L]
    expected = sum(t @ X @ w.T for t, w in zip(T, W, strict=True))
    close(chebnet(X, L, W), expected)


@pytest.mark.parametrize("terms", [1, 2, 3, 5])
def test_the_library_says_the_same(terms):
    graph, X, W = drawn(7, seed=4), numbers(7, 2), numbers(terms, 3, 2)
    theirs = pyg.ChebConv(2, 3, K=terms, bias=False).double()
    with torch.no_grad():
        for linear, w in zip(theirs.lins, W, strict=True):
            linear.weight.copy_(w)
        expected = theirs(X, graph.edges, lambda_max=2.0)
    close(chebnet(X, squeezed(matrix(graph), 2.0), W), expected)


def test_a_sparse_matrix_does_as_well():
    L = squeezed(matrix(drawn(6, 3)), 2.0)
    X, W = numbers(6, 2), numbers(4, 3, 2)
    close(chebnet(X, L.to_sparse(), W), chebnet(X, L, W))


def test_who_is_farther_than_the_degree_is_not_heard():
    ends = torch.arange(8)
    A = torch.zeros(9, 9, dtype=torch.float64)
    A[ends, ends + 1] = A[ends + 1, ends] = 1
    L, W = squeezed(normalised_laplacian(A), 2.0), numbers(4, 1, 1)
    heard = chebnet(torch.eye(9).double()[:, :1], L, W)[:, 0] != 0
    assert heard.tolist() == [True] * 4 + [False] * 5


def test_gradients_pass_through():
    L = squeezed(matrix(paw()), 2.0)
    parts = [numbers(4, 2).requires_grad_(), numbers(3, 3, 2).requires_grad_()]
    assert torch.autograd.gradcheck(lambda X, W: chebnet(X, L, W), parts)


def test_rejects_no_term_another_matrix_and_a_largest_that_is_none():
    L, X = matrix(paw()), numbers(4, 2)
    with pytest.raises(ValueError, match=r"^W is empty: give at least one term$"):
        chebnet(X, L, numbers(0, 3, 2))
    refuses(
        lambda n: chebnet(X, torch.zeros(*n, dtype=torch.float64), numbers(2, 3, 2)),
        r"^L has the shape .*: give it \(4, 4\)$",
        good=[(4, 4)],
        bad=[(3, 4), (4, 3), (5, 5)],
    )
    refuses(
        lambda largest: squeezed(L, largest),
        "^largest is .*: give a positive number$",
        good=[2.0],
        bad=[0.0, -1.0, math.nan, math.inf],
    )


def test_rejects_a_largest_that_a_column_shows_to_be_too_small():
    L = matrix(paw())
    least = L.norm(dim=0).max().item()
    refuses(
        lambda largest: squeezed(L, largest),
        "^largest is .*: give .* or more$",
        good=[least, 2.0],
        bad=[0.99 * least],
    )
    with pytest.raises(ValueError, match=r"^L has NaN or infinity: give each edge"):
        squeezed(L * float("nan"), 2.0)


def test_rejects_numbers_of_two_types():
    L, X, W = matrix(paw()), numbers(4, 2), numbers(2, 3, 2)
    said = "^X is torch.float32, L is torch.float64: "
    refuses(lambda X: chebnet(X, L, W), said, good=[X], bad=[X.float()])
    said = "^W is torch.float32, L is torch.float64: "
    refuses(lambda W: chebnet(X, L, W), said, good=[W], bad=[W.float()])
