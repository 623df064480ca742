"""Each layer reads the input at its own distance; the papers' walks are powers of P."""

import pytest
import torch

from ml2020.gnn import adjacency, dcnn, dgc, ring_means, rings, walk_means
from tests.gnn.small import close, drawn, numbers, paw, ring
from tests.refusals import refuses


def distance(graph, v, u):
    for k, one in enumerate(rings(graph, graph.nodes), start=1):
        if adjacency(one)[v, u]:
            return k
    return None


def weights(count, seed=1):
    return [numbers(3, 2, seed=seed + k) for k in range(count)]


def looped(graph, X, Ws):
    """Row by row: the mean input at distance k + 1, times the weights of layer k."""
    table = torch.zeros(len(Ws), graph.nodes, 3, dtype=torch.float64)
    for k, W in enumerate(Ws):
        for v in range(graph.nodes):
            there = [u for u in range(graph.nodes) if distance(graph, v, u) == k + 1]
            if there:
                table[k, v] = W @ (sum(X[u] for u in there) / len(there))
    return table


@pytest.mark.equation("eq-gnn-dcnn")
def test_dcnn_is_its_loop_side_by_side():
    graph, X, Ws = drawn(6, seed=1, share=0.3), numbers(6, 2), weights(3)
    found = dcnn(ring_means(X, rings(graph, 3)), Ws)
    close(found, torch.cat(list(looped(graph, X, Ws)), dim=1))


@pytest.mark.equation("eq-gnn-dgc")
def test_dgc_is_its_loop_added_up():
    graph, X, Ws = drawn(6, seed=1, share=0.3), numbers(6, 2), weights(3)
    found = dgc(ring_means(X, rings(graph, 3)), Ws)
    close(found, looped(graph, X, Ws).sum(dim=0))


@pytest.mark.equation("eq-gnn-walk")
@pytest.mark.parametrize("seed", range(3))
def test_walks_are_powers_of_the_transition_matrix(device, seed):
    graph = drawn(6, seed, share=0.3, device=device)
    X, A = numbers(6, 2, device=device), adjacency(graph, torch.float64)
    P = A / A.sum(dim=1).clamp(min=1)[:, None]
    for k, found in enumerate(walk_means(X, graph, 3), start=1):
        close(found, torch.linalg.matrix_power(P, k) @ X)


def test_on_the_paw_by_hand():
    X = torch.tensor([[1.0], [0.0], [0.0], [2.0]])
    first, second = ring_means(X, rings(paw(), 2))
    assert first[:, 0].tolist() == pytest.approx([0, 0.5, 1, 0])
    assert second[:, 0].tolist() == pytest.approx([2, 2, 0, 0.5])
    walked = walk_means(X, paw(), 2)[1][:, 0].tolist()
    assert walked == pytest.approx([0.75, 0.5, 0.5 / 3, 1])


def test_rings_tell_the_hexagon_from_two_triangles_and_walks_do_not():
    six = ring(6)
    two = torch.cat([ring(3).edges, ring(3).edges + 3], dim=1)
    triangles = type(six)(6, two)
    X, one = torch.ones(6, 1), [torch.ones(1, 1)] * 2
    for layer in (dcnn, dgc):
        by_rings = [layer(ring_means(X, rings(g, 2)), one) for g in (six, triangles)]
        by_walks = [layer(walk_means(X, g, 2), one) for g in (six, triangles)]
        assert not torch.equal(*by_rings)
        assert torch.equal(*by_walks)


def test_rejects_no_hop_and_other_counts_of_weights():
    X = numbers(4, 2)
    said = "^hops is .*: give 1 or more$"
    refuses(lambda hops: walk_means(X, paw(), hops), said, good=[1], bad=[0, -1])
    met = walk_means(X, paw(), 2)
    for layer in (dcnn, dgc):
        refuses(
            lambda Ws, layer=layer: layer(met, Ws),
            "^weights has [0-9], met 2: give a matrix a distance$",
            good=[weights(2)],
            bad=[weights(1), weights(3), []],
        )
        with pytest.raises(ValueError, match=r"^weights has 0, met 0: give a matrix"):
            layer([], [])
