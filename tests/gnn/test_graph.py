"""Edges are kept once, in both directions, and end at nodes that are there."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import adjacency, degrees, undirected, union, with_loops
from ml2020.gnn.graph import Graph
from tests.gnn.small import drawn, paw
from tests.refusals import refuses


def pairs(*both):
    return torch.tensor(both, dtype=torch.long).view(-1, 2).T


def test_the_paw_as_a_matrix():
    A = adjacency(paw())
    assert A.tolist() == [[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]]
    assert A.dtype == torch.float32
    assert adjacency(paw(), torch.float64).dtype == torch.float64
    assert degrees(paw()).tolist() == [2, 2, 3, 1]


def test_a_row_of_the_matrix_is_the_receiver():
    graph = Graph(3, pairs((0, 1)))
    assert adjacency(graph)[1, 0] == 1
    assert adjacency(graph).sum() == 1
    assert degrees(graph).tolist() == [0, 1, 0]
    assert graph.senders.tolist() == [0]
    assert graph.receivers.tolist() == [1]


def test_a_pair_given_twice_or_both_ways_counts_once_and_so_does_a_self_loop():
    graph = undirected(pairs((0, 1), (1, 0), (0, 1), (2, 2), (2, 2)), 4)
    assert graph.edges.T.tolist() == [[1, 0], [0, 1], [2, 2]]
    assert degrees(graph).tolist() == [1, 1, 1, 0]


def test_edges_are_sorted_by_receiver_and_then_by_sender():
    edges = drawn(9, seed=3).edges.T.tolist()
    assert edges == sorted(edges, key=lambda pair: pair[::-1])


@given(st.integers(1, 8), st.integers(0, 99))
def test_the_matrix_is_symmetric_and_its_rows_add_up_to_the_degrees(nodes, seed):
    graph = drawn(nodes, seed)
    A = adjacency(graph)
    assert torch.equal(A, A.T)
    assert torch.equal(A.sum(dim=1).long(), degrees(graph))
    assert torch.equal(adjacency(with_loops(graph)), A + torch.eye(nodes))


def test_loops_are_added_once():
    once = with_loops(paw())
    assert torch.equal(with_loops(once).edges, once.edges)
    own = with_loops(Graph(2, pairs((1, 1), (0, 1))))
    assert own.edges.T.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert with_loops(undirected(pairs(), 3)).edges.tolist() == [[0, 1, 2]] * 2


def test_graphs_beside_each_other_are_blocks_and_know_whose_each_node_is():
    both, of = union([paw(), drawn(3, seed=1, share=1), drawn(2, share=0)])
    blocks = [adjacency(g) for g in (paw(), drawn(3, seed=1, share=1))]
    assert torch.equal(adjacency(both), torch.block_diag(*blocks, torch.zeros(2, 2)))
    assert of.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2]


def test_a_graph_without_edges_is_one_and_one_without_nodes_is_none():
    empty = undirected(pairs(), 3)
    assert degrees(empty).tolist() == [0, 0, 0]
    for make in (undirected, lambda p, n: Graph(n, p)):
        refuses(
            lambda nodes, make=make: make(pairs(), nodes),
            "^nodes is .*: give 1 or more$",
            good=[1],
            bad=[0, -1],
        )
    with pytest.raises(ValueError, match=r"^graphs is empty: give at least one$"):
        union([])


@pytest.mark.parametrize("name", ["pairs", "edges"])
def test_an_edge_to_a_node_that_is_not_there_is_refused(name):
    make = undirected if name == "pairs" else lambda p, n: Graph(n, p)
    refuses(
        lambda ends: make(ends, 3),
        rf"^{name} has -?\d to \d: count the nodes from 0 to 2$",
        good=[pairs((0, 2)), pairs()],
        bad=[pairs((0, 3)), pairs((-1, 0)), pairs((0, 1), (3, 1)), pairs((0, -1))],
    )


def test_what_comes_in_stays_as_it_is(device):
    given = pairs((1, 0), (1, 2)).to(device)
    before = given.clone()
    graph = undirected(given, 3)
    with_loops(graph)
    union([graph, graph])
    assert torch.equal(given, before)
    assert graph.edges.device.type == device.type
    assert adjacency(graph).device.type == device.type


def test_an_edge_that_stands_twice_is_refused():
    refuses(
        lambda edges: Graph(3, pairs(*edges)),
        "^edges has one twice: build the graph by `undirected`$",
        good=[[(0, 1), (1, 0), (1, 1), (2, 2)]],
        bad=[[(0, 1), (2, 1), (0, 1)], [(1, 1), (1, 1)]],
    )
