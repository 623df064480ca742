"""Colours are refined as told, and two regular graphs are never told apart."""

import networkx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import refined, told_apart, union
from ml2020.gnn.graph import Graph
from tests.gnn.small import drawn, paw, ring
from tests.refusals import refuses


@pytest.mark.equation("eq-gnn-wl")
def test_nodes_share_a_colour_if_and_only_if_they_and_their_neighbours_do():
    graph, colours = drawn(8, seed=2, share=0.3), [0, 1, 0, 1, 0, 0, 1, 0]
    found = refined(colours, graph)
    near = [
        sorted(colours[u] for u, w in graph.edges.T.tolist() if w == v)
        for v in range(8)
    ]
    for u in range(8):
        for v in range(8):
            same = colours[u] == colours[v] and near[u] == near[v]
            assert (found[u] == found[v]) == same


def test_the_paw_by_hand():
    first = refined([0] * 4, paw())
    assert first[0] == first[1]
    assert len(set(first)) == 3
    assert refined(first, paw()) == first


def test_the_hexagon_and_two_triangles_are_never_told_apart():
    triangles = union([ring(3), ring(3)])[0]
    assert told_apart(ring(6), triangles, 6) is None
    assert told_apart(ring(6), ring(5), 0) == 0
    path = Graph(6, ring(6).edges[:, (ring(6).edges.sum(dim=0) != 5)])
    assert told_apart(ring(6), path, 0) is None
    assert told_apart(ring(6), path, 1) == 1


def test_some_pairs_need_two_rounds():
    """Two trees with the same degrees: the branches stand nearer or farther apart."""
    ends = [[0, 1, 2, 3, 4, 2, 3], [1, 2, 3, 4, 5, 6, 7]]
    near = torch.tensor(ends)
    far = torch.tensor([[*ends[0][:5], 1, 4], ends[1]])
    one, other = (Graph(8, torch.cat([e, e.flip(0)], dim=1)) for e in (near, far))
    assert told_apart(one, other, 1) is None
    assert told_apart(one, other, 5) == 2


@given(st.integers(2, 7), st.integers(0, 99), st.permutations(range(7)))
def test_a_renumbered_graph_is_never_told_apart(nodes, seed, order):
    graph = drawn(nodes, seed)
    new = torch.tensor([p for p in order if p < nodes])
    assert told_apart(graph, Graph(nodes, new[graph.edges]), nodes) is None


@given(st.integers(0, 60))
def test_who_is_told_apart_has_another_hash_in_networkx_and_the_other_way(seed):
    graphs = [drawn(5, seed), drawn(5, seed + 1000)]
    hashes = []
    for graph in graphs:
        theirs = networkx.Graph()
        theirs.add_nodes_from(range(5), label=0)
        theirs.add_edges_from(graph.edges.T.tolist())
        said = networkx.weisfeiler_lehman_graph_hash(
            theirs, node_attr="label", iterations=5
        )
        hashes.append(said)
    assert (told_apart(*graphs, 5) is None) == (hashes[0] == hashes[1])


def test_rejects_missing_colours_and_negative_rounds():
    said = "^colours has [0-9]: give 4, one a node$"
    refuses(lambda count: refined([0] * count, paw()), said, good=[4], bad=[3, 5, 0])
    said = "^rounds is .*: give 0 or more$"
    refuses(lambda t: told_apart(paw(), paw(), t), said, good=[0], bad=[-1])
