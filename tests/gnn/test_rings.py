"""The rings are those of shortest ways, found here with powers of a matrix."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import adjacency, rings
from ml2020.gnn.graph import Graph
from tests.gnn.small import drawn, paw, ring
from tests.refusals import refuses


def by_powers(graph, farthest):
    A = adjacency(graph) > 0
    seen = torch.eye(graph.nodes) > 0
    reached, found = seen, []
    for _ in range(farthest):
        reached = (A.float() @ reached.float()) > 0
        found.append((reached & ~seen).float())
        seen = seen | reached
    return found


@given(st.integers(1, 8), st.integers(0, 99))
def test_rings_are_those_of_powers_of_the_matrix(nodes, seed):
    graph = drawn(nodes, seed, share=0.3)
    found = [adjacency(one) for one in rings(graph, 4)]
    for one, other in zip(found, by_powers(graph, 4), strict=True):
        assert torch.equal(one, other)


def test_directions_and_loops_count():
    one_way = Graph(3, torch.tensor([[0, 1, 1], [1, 2, 1]]))
    first, second, third = rings(one_way, 3)
    assert first.edges.T.tolist() == [[0, 1], [1, 2]]
    assert second.edges.T.tolist() == [[0, 2]]
    assert third.edges.shape == (2, 0)


def test_the_paw_and_the_hexagon():
    assert [one.edges.shape[1] for one in rings(paw(), 3)] == [8, 4, 0]
    assert [one.edges.shape[1] for one in rings(ring(6), 3)] == [12, 12, 6]
    assert [one.edges.shape[1] for one in rings(ring(3), 2)] == [6, 0]


def test_rejects_a_distance_below_one():
    said = "^farthest is .*: give 1 or more$"
    refuses(lambda far: rings(paw(), far), said, good=[1], bad=[0, -1])


def test_rings_stay_on_their_device(device):
    assert rings(paw(device), 2)[1].edges.device.type == device.type


def test_no_node_is_in_two_rings():
    found = torch.stack([adjacency(one) for one in rings(drawn(8, seed=5), 7)])
    assert found.sum(dim=0).max() <= 1
    assert found.sum(dim=0).diagonal().max() == 0
