"""The Laplacian sums up differences; its spectrum lies where it is said to lie."""

import math

import networkx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import adjacency, karate, laplacian, normalised_laplacian, smoothness
from ml2020.gnn.laplacian import balanced
from tests.gnn.small import close, drawn, numbers, paw
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 99)


def weighted(nodes, seed=0):
    """A graph whose edges have weights drawn by chance."""
    A = adjacency(drawn(nodes, seed), torch.float64)
    W = numbers(nodes, nodes, seed=seed).abs()
    return A * (W + W.T)


def matrix(graph):
    return adjacency(graph, torch.float64)


@pytest.mark.equation("eq-gnn-laplacian")
@given(st.integers(1, 7), seeds)
def test_it_is_networkxs(nodes, seed):
    A = weighted(nodes, seed)
    theirs = networkx.laplacian_matrix(networkx.from_numpy_array(A.numpy()))
    close(laplacian(A), torch.tensor(theirs.toarray()))


@pytest.mark.equation("eq-gnn-difference")
@given(seeds)
def test_applied_to_numbers_it_sums_up_how_they_differ_from_neighbours(seed):
    A, f = weighted(6, seed), numbers(6, seed=seed)
    for v in range(6):
        total = sum(A[v, u].item() * (f[v] - f[u]).item() for u in range(6))
        assert (laplacian(A) @ f)[v].item() == pytest.approx(total, abs=1e-12)


@pytest.mark.equation("eq-gnn-smoothness")
@given(seeds)
def test_smoothness_is_the_sum_of_squared_differences_over_edges(seed):
    A, f = weighted(6, seed), numbers(6, seed=seed)
    ordered = sum(
        A[v, u].item() * (f[v] - f[u]).item() ** 2 for v in range(6) for u in range(6)
    )
    once = sum(
        A[v, u].item() * (f[v] - f[u]).item() ** 2 for v in range(6) for u in range(v)
    )
    found = smoothness(A, f).item()
    assert found == pytest.approx(ordered / 2, abs=1e-12)
    assert found == pytest.approx(once, abs=1e-12)
    assert found >= 0


@pytest.mark.equation("eq-gnn-normalised")
@given(seeds)
def test_the_normalised_one_divides_by_the_roots_of_both_degrees(seed):
    A = weighted(6, seed)
    d = A.sum(dim=1)
    for v in range(6):
        for u in range(6):
            both = math.sqrt(d[v].item() * d[u].item())
            shared = A[v, u].item() / both if both else 0.0
            assert balanced(A)[v, u].item() == pytest.approx(shared, abs=1e-12)
            found = normalised_laplacian(A)[v, u].item()
            assert found == pytest.approx((u == v) - shared, abs=1e-12)


def test_the_paw_and_its_eigenvalues():
    L = laplacian(matrix(paw()))
    assert L.tolist() == [
        [2, -1, -1, 0],
        [-1, 2, -1, 0],
        [-1, -1, 3, -1],
        [0, 0, -1, 1],
    ]
    close(torch.linalg.eigvalsh(L), torch.tensor([0.0, 1, 3, 4]).double())


@given(st.integers(1, 8), seeds)
def test_eigenvalues_lie_between_zero_and_two(nodes, seed):
    lam = torch.linalg.eigvalsh(normalised_laplacian(weighted(nodes, seed)))
    assert lam.min() > -1e-12
    assert lam.max() < 2 + 1e-12


def test_the_largest_is_two_where_two_sides_have_no_edges_within():
    square = torch.tensor([[0, 1, 0, 1], [1, 0, 1, 0]] * 2, dtype=torch.float64)
    lam = torch.linalg.eigvalsh(normalised_laplacian(square))
    assert lam.max().item() == pytest.approx(2)
    lam = torch.linalg.eigvalsh(normalised_laplacian(matrix(karate().graph)))
    assert lam.max().item() == pytest.approx(1.7146, abs=1e-4)


def test_a_self_loop_cancels_out_and_a_lonely_node_has_a_one():
    A = matrix(paw())
    close(laplacian(A + torch.eye(4)), laplacian(A))
    alone = torch.zeros(2, 2)
    assert laplacian(alone).tolist() == [[0, 0], [0, 0]]
    assert normalised_laplacian(alone).tolist() == [[1, 0], [0, 1]]
    assert normalised_laplacian(alone).dtype == torch.float32


@pytest.mark.parametrize(
    "call", [laplacian, normalised_laplacian, balanced, lambda A: smoothness(A, A[0])]
)
def test_rejects_what_is_no_undirected_graph(call):
    A = weighted(5, 1)
    said = "^A is not symmetric: average it with its transpose$"
    bad = A.clone()
    bad[0, 1] += 1e-3
    refuses(call, said, good=[A], bad=[bad])
    said = "^A is negative: give weights of 0 or more$"
    refuses(call, said, good=[A], bad=spoilt(A, -1.0))
    said = "^A has NaN or infinity: give each edge a weight$"
    refuses(call, said, good=[A], bad=spoilt(A, math.nan, math.inf))
    said = "^A has numbers so large that sums overflow: "
    most = torch.finfo(A.dtype).max
    full = torch.ones(5, 5).to(A)
    refuses(call, said, good=[full * most / 6], bad=[full * most / 4])


@pytest.mark.parametrize("call", [laplacian, normalised_laplacian, balanced])
def test_rejects_a_graph_without_nodes(call):
    with pytest.raises(ValueError, match=r"^A is empty: give at least one node$"):
        call(torch.zeros(0, 0))
