"""GCN is the library's layer, its loop, and what the derivation makes of ChebNet."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import (
    GCN,
    adjacency,
    chebnet,
    gcn,
    karate,
    mean_propagation,
    normalised_laplacian,
    propagation,
    seeded,
    sparse_propagation,
    squeezed,
    undirected,
)
from ml2020.gnn.laplacian import balanced
from tests.gnn.library import pyg
from tests.gnn.small import close, drawn, neighbours, numbers, paw
from tests.refusals import refuses

seeds = st.integers(0, 99)


def matrix(graph):
    return adjacency(graph, torch.float64)


@pytest.mark.equation("eq-gnn-one-theta")
@given(seeds)
def test_two_terms_with_opposite_weights_are_identity_plus_balanced(seed):
    A, X, w = matrix(drawn(6, seed, share=0.8)), numbers(6, 2), numbers(1, 3, 2)
    if not A.sum(dim=1).all():
        return
    L = squeezed(normalised_laplacian(A), 2.0)
    found = chebnet(X, L, torch.cat([w, -w]))
    close(found, (torch.eye(6).double() + balanced(A)) @ X @ w[0].T)


@pytest.mark.equation("eq-gnn-two-terms")
@given(seeds)
def test_two_terms_are_the_own_row_and_the_balanced_neighbours(seed):
    A, x = matrix(drawn(6, seed)), numbers(6, 1, seed=seed)
    L = squeezed(normalised_laplacian(A), 2.0)
    W = numbers(2, 1, 1, seed=seed)
    found = chebnet(x, L, W)
    d = A.sum(dim=1)
    for v in range(6):
        near = sum(
            x[u, 0] / math.sqrt(d[u].item() * d[v].item()) for u in range(6) if A[v, u]
        )
        expected = W[0, 0, 0] * x[v, 0] - W[1, 0, 0] * near
        assert found[v, 0].item() == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.equation("eq-gnn-renormalised")
@given(st.integers(1, 7), seeds)
def test_the_renormalised_matrix_is_a_loop_over_edges_and_self(nodes, seed):
    graph = drawn(nodes, seed)
    found = propagation(matrix(graph))
    size = [len(neighbours(graph, v)) + 1 for v in range(nodes)]
    for v in range(nodes):
        for u in range(nodes):
            linked = u == v or u in neighbours(graph, v)
            expected = linked / math.sqrt(size[v] * size[u])
            assert found[v, u].item() == pytest.approx(expected, abs=1e-12)


@pytest.mark.equation("eq-gnn-gcn")
@pytest.mark.parametrize("seed", range(3))
def test_the_library_says_the_same(seed):
    graph = drawn(7, seed, share=0.3)
    H, W, b = numbers(7, 2), numbers(3, 2, seed=1), numbers(3, seed=2)
    theirs = pyg.GCNConv(2, 3).double()
    with torch.no_grad():
        theirs.lin.weight.copy_(W)
        theirs.bias.copy_(b)
        expected = theirs(H, graph.edges)
    close(gcn(H, propagation(matrix(graph)), W, b), expected)


@pytest.mark.equation("eq-gnn-sgc")
def test_straight_layers_without_biases_are_one_regression_on_mixed_rows():
    P = propagation(matrix(drawn(6, 4, share=0.3)))
    X, W, V = numbers(6, 2), numbers(3, 2, seed=1), numbers(2, 3, seed=2)
    none = torch.zeros(3).double()
    stacked = gcn(gcn(X, P, W, none), P, V, none[:2])
    mixed = torch.linalg.matrix_power(P, 2) @ X
    close(stacked.softmax(dim=1), (mixed @ (V @ W).T).softmax(dim=1))


@pytest.mark.equation("eq-gnn-mean-form")
def test_with_the_mean_a_layer_is_a_loop_over_neighbours_and_self():
    graph = drawn(6, 4, share=0.3)
    H, W, b = numbers(6, 2), numbers(3, 2, seed=1), numbers(3, seed=2)
    found = gcn(H, mean_propagation(matrix(graph)), W, b)
    for v in range(6):
        near = [*neighbours(graph, v), v]
        mean = sum(W @ H[u] for u in near) / len(near)
        close(found[v], mean + b)


@pytest.mark.equation("eq-gnn-spectrum")
@given(st.integers(2, 8), seeds)
def test_renormalised_eigenvalues_are_one_at_most_and_above_minus_one(nodes, seed):
    A = matrix(drawn(nodes, seed))
    lam = torch.linalg.eigvalsh(propagation(A))
    assert lam.max().item() == pytest.approx(1)
    assert lam.min() > -1 + 1e-9
    before = torch.linalg.eigvalsh(torch.eye(nodes).double() + balanced(A))
    assert before.min() > -1e-12
    assert before.max() < 2 + 1e-12
    if A.any():
        assert before.max().item() == pytest.approx(2)


def test_the_karate_clubs_numbers():
    A = matrix(karate().graph)
    before = torch.linalg.eigvalsh(normalised_laplacian(A)).max().item()
    after = 1 - torch.linalg.eigvalsh(propagation(A)).min().item()
    assert before == pytest.approx(1.7146, abs=1e-4)
    assert after == pytest.approx(1.4201, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_sparse_matrix_is_the_dense_one(device, seed):
    graph = drawn(7, seed, share=0.3, device=device)
    found = sparse_propagation(graph, torch.float64)
    assert found.is_sparse
    close(found.to_dense(), propagation(matrix(graph)))
    assert sparse_propagation(graph).dtype == torch.float32
    H, W = numbers(7, 2, device=device), numbers(3, 2, seed=1, device=device)
    b = numbers(3, seed=2, device=device)
    close(gcn(H, found, W, b), gcn(H, propagation(matrix(graph)), W, b))


def test_loops_that_are_there_already_count_once_in_the_sparse_matrix():
    looped = undirected(torch.tensor([[0, 0], [1, 0]]), 2)
    assert sparse_propagation(looped).to_dense().tolist() == [
        pytest.approx([0.5, 0.5]),
        pytest.approx([0.5, 0.5]),
    ]


def test_the_module_bends_between_its_layers_and_not_at_the_end():
    model = seeded(lambda: GCN([2, 4, 3]), 0).double()
    P, X = propagation(matrix(paw())), numbers(4, 2)
    first, last = model.layers
    hidden = (P @ (X @ first.weight.T) + first.bias).clamp(min=0)
    close(model(X, P), P @ (hidden @ last.weight.T) + last.bias)
    assert model(X, P).min() < 0
    model(X, P).sum().backward()
    assert all(p.grad.any() for p in model.parameters())


def test_rejects_self_loops_another_matrix_and_sizes_of_no_network():
    A = matrix(paw())
    for call in (propagation, mean_propagation):
        said = "^A has self-loops: leave them out, they are added here$"
        one = torch.diag(torch.tensor([0.0, 0, 0, 1])).double()
        refuses(call, said, good=[A], bad=[A + torch.eye(4), A + one])
        refuses(
            call,
            "^A (is negative|is not symmetric|has NaN or infinity|is empty)",
            good=[A, 2 * A],
            bad=[-A, A.triu(), A * math.nan, A[:0, :0]],
        )
    refuses(
        lambda rows: gcn(numbers(rows, 2), propagation(A), numbers(3, 2), numbers(3)),
        "^P has the shape .*: give it ",
        good=[4],
        bad=[3, 5],
    )
    said = "^sizes has [01]: give 2 or more, input and output$"
    refuses(GCN, said, good=[[1, 1]], bad=[[], [3]])
    said = "^sizes is .*: give 1 or more$"
    refuses(GCN, said, good=[[1, 1]], bad=[[0, 1], [1, 0], [1, -1]])
