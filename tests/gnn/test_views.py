"""The views are those of the layers: loops, rings, both sparse matrices, an order."""

import torch

from ml2020.gnn import (
    adjacency,
    normalised_laplacian,
    propagation,
    rings,
    squeezed,
    views,
    with_loops,
)
from ml2020.gnn.views import sparse_squeezed
from tests.gnn.small import close, drawn, paw


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_each_view_is_that_of_its_layer():
    graph = drawn(7, seed=4, share=0.4)
    found, A = views(graph, generator=dice()), adjacency(graph)
    assert found.graph is graph
    assert torch.equal(found.looped.edges, with_loops(graph).edges)
    for mine, other in zip(found.around, rings(graph, 2), strict=True):
        assert torch.equal(mine.edges, other.edges)
    close(found.P.to_dense(), propagation(A), atol=1e-6)
    close(found.L.to_dense(), squeezed(normalised_laplacian(A), 2.0), atol=1e-6)


def test_the_sparse_laplacian_is_the_dense_one_and_lonely_nodes_are_zero():
    graph = drawn(7, seed=4, share=0.1)
    A = adjacency(graph, torch.float64)
    assert (A.sum(dim=1) == 0).any()
    found = sparse_squeezed(graph, torch.float64)
    close(found.to_dense(), squeezed(normalised_laplacian(A), 2.0))
    assert found.is_sparse
    assert sparse_squeezed(graph).dtype == torch.float32


def test_the_sparse_views_are_coalesced_once_for_all():
    seen = views(paw())
    assert seen.P.is_coalesced()
    assert seen.L.is_coalesced()


def test_an_order_is_a_permutation_and_drawn_from_the_generator(device):
    one, other = (views(paw(device), generator=dice(3)).order for _ in range(2))
    assert torch.equal(one, other)
    assert one.device.type == device.type
    assert sorted(one.tolist()) == [0, 1, 2, 3]
    assert {tuple(views(paw(), generator=dice(k)).order.tolist()) for k in range(9)} > {
        tuple(one.tolist())
    }
