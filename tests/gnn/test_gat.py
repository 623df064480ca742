"""Attention is its double loop, dense or by edges, and the library's layer."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import adjacency, attention, gat, with_loops
from ml2020.gnn.gat import edge_attention
from tests.gnn.library import pyg
from tests.gnn.small import close, drawn, neighbours, numbers, paw
from tests.refusals import refuses


def by_edges(Z, graph, a):
    """The attention of a single head."""
    return edge_attention(Z[:, None], graph, a[None])[:, 0]


def looped(Z, graph, a):
    """The weights of each listener, as a dictionary of edges."""
    found, width = {}, Z.shape[1]
    for v in range(graph.nodes):
        scores = {}
        for u in neighbours(graph, v):
            z = (a[:width] @ Z[v] + a[width:] @ Z[u]).item()
            scores[u, v] = math.exp(z if z > 0 else 0.2 * z)
        total = sum(scores.values())
        found |= {edge: score / total for edge, score in scores.items()}
    return found


@pytest.mark.equation("eq-gnn-gat-weight")
@given(st.integers(0, 99))
def test_the_weights_are_a_loop_over_listeners_and_neighbours(seed):
    graph, Z, a = drawn(6, seed, share=0.3), numbers(6, 3, seed=seed), numbers(6)
    found, expected = by_edges(Z, graph, a), looped(Z, graph, a)
    for k, edge in enumerate(map(tuple, graph.edges.T.tolist())):
        assert found[k].item() == pytest.approx(expected[edge], abs=1e-12)


@pytest.mark.parametrize("loops", [False, True])
def test_by_edges_and_as_a_matrix_it_is_the_same(device, loops):
    graph = drawn(6, seed=4, share=0.3, device=device)
    graph = with_loops(graph) if loops else graph
    Z, a = numbers(6, 3, device=device), numbers(6, seed=1, device=device)
    dense = attention(Z, adjacency(graph, torch.float64), a)
    close(dense[graph.receivers, graph.senders], by_edges(Z, graph, a))
    hears = (adjacency(graph) > 0).any(dim=1).double()
    close(dense.sum(dim=1), hears)
    assert hears.all() == loops


def test_a_number_that_is_none_is_not_hidden():
    Z, A = numbers(4, 1), adjacency(paw(), torch.float64)
    Z[1] = math.nan
    found = attention(Z, A, numbers(2, seed=1))
    assert found[0].isnan().any()
    assert found[3].isfinite().all()  # it does not hear node 1


@pytest.mark.equation("eq-gnn-gat")
def test_what_is_heard_is_a_weighted_sum_head_by_head():
    graph, H = with_loops(drawn(6, seed=4, share=0.3)), numbers(6, 2)
    W, a = numbers(2, 3, 2, seed=1), numbers(2, 6, seed=2)
    found = gat(H, graph, W, a)
    for head in range(2):
        Z = H @ W[head].T
        share = looped(Z, graph, a[head])
        for v in range(6):
            heard = sum(share[u, v] * Z[u] for u in neighbours(graph, v))
            close(found[v, 3 * head : 3 * head + 3], heard)


@pytest.mark.parametrize("heads", [1, 3])
def test_the_library_says_the_same(heads):
    graph, H = drawn(7, seed=4), numbers(7, 2)
    W, a = numbers(heads, 4, 2, seed=1), numbers(heads, 8, seed=2)
    theirs = pyg.GATConv(2, 4, heads=heads, bias=False).double()
    with torch.no_grad():
        theirs.lin.weight.copy_(W.flatten(0, 1))
        theirs.att_dst.copy_(a[None, :, :4])
        theirs.att_src.copy_(a[None, :, 4:])
        expected = theirs(H, graph.edges)  # it adds self-loops
    close(gat(H, with_loops(graph), W, a), expected)


def test_scores_so_large_that_their_exponentials_overflow_do_no_harm():
    Z, a = torch.tensor([[1e4], [0.0], [-1e4], [2e4]]), torch.ones(2)
    found = by_edges(Z, paw(), a)
    assert found.isfinite().all()
    dense = attention(Z, adjacency(paw()), a)
    close(dense[paw().receivers, paw().senders], found, atol=1e-6)


def test_equal_nodes_are_heard_alike():
    Z = torch.ones(4, 2, dtype=torch.float64)
    dense = attention(Z, adjacency(paw(), torch.float64), numbers(4))
    A = adjacency(paw(), torch.float64)
    close(dense, A / A.sum(dim=1)[:, None])


def test_gradients_pass_through():
    graph = with_loops(paw())
    parts = [numbers(4, 2), numbers(2, 3, 2, seed=1), numbers(2, 6, seed=2)]
    parts = [part.requires_grad_() for part in parts]
    assert torch.autograd.gradcheck(lambda H, W, a: gat(H, graph, W, a), parts)


def test_a_listener_without_neighbours_passes_no_nan_back():
    graph = drawn(6, seed=4, share=0.1)
    A = adjacency(graph, torch.float64)
    assert (A.sum(dim=1) == 0).any()
    Z = numbers(6, 3).requires_grad_()
    (attention(Z, A, numbers(6)) @ Z).sum().backward()
    assert Z.grad.isfinite().all()


def test_rejects_no_head_and_missing_rows():
    with pytest.raises(ValueError, match=r"^W is empty: give at least one head$"):
        gat(numbers(4, 2), paw(), numbers(0, 3, 2), numbers(0, 6))
    refuses(
        lambda rows: edge_attention(numbers(rows, 2, 3), paw(), numbers(2, 6)),
        r"^Z has the shape .*: give it \(4, 2, 3\)$",
        good=[4],
        bad=[3, 5],
    )
