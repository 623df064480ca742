"""GraphSAGE is its loop and the library's layer; the LSTM reads in the stated order."""

import math

import pytest
import torch
from torch import nn

from ml2020.gnn import (
    degrees,
    largest_bent,
    last_of_lstm,
    neighbour_mean,
    sage,
    seeded,
    undirected,
)
from tests.gnn.library import pyg
from tests.gnn.small import close, drawn, neighbours, numbers, paw, ring
from tests.refusals import refuses


def lstm(inputs=2, width=3):
    return seeded(lambda: nn.LSTM(inputs, width, batch_first=True), 0).double()


def order(nodes):
    return torch.arange(nodes)


@pytest.mark.equation("eq-gnn-sage")
def test_a_layer_is_a_loop_and_every_row_has_length_one(device):
    graph = drawn(6, seed=4, share=0.3, device=device)
    H, W = numbers(6, 2, device=device), numbers(3, 4, seed=1, device=device)
    b = numbers(3, seed=2, device=device)
    found = sage(H, neighbour_mean(H, graph), W, b).cpu()
    rows, W, b = H.cpu(), W.cpu(), b.cpu()
    for v in range(6):
        near = neighbours(graph, v)
        mean = sum(rows[u] for u in near) / len(near) if near else 0 * rows[v]
        new = [
            max(0.0, (W[i, :2] @ rows[v] + W[i, 2:] @ mean + b[i]).item())
            for i in range(3)
        ]
        length = math.sqrt(sum(n * n for n in new)) or 1.0
        assert found[v].tolist() == pytest.approx([n / length for n in new])


def test_a_node_where_all_is_off_is_zero_and_no_number_is_lost():
    H = torch.ones(1, 1)
    found = sage(H, H, -torch.ones(2, 2), torch.zeros(2))
    assert found.tolist() == [[0, 0]]
    assert sage(H, H, torch.ones(2, 2), torch.zeros(2)).norm() == pytest.approx(1)


@pytest.mark.parametrize("graph", [paw(), drawn(6, seed=4, share=0.3), ring(5)])
def test_the_library_says_the_same_before_the_bend(graph):
    H, W, b = numbers(graph.nodes, 2), numbers(3, 4, seed=1), numbers(3, seed=2)
    theirs = pyg.SAGEConv(2, 3, aggr="mean").double()
    with torch.no_grad():
        theirs.lin_l.weight.copy_(W[:, 2:])  # the neighbours
        theirs.lin_l.bias.copy_(b)
        theirs.lin_r.weight.copy_(W[:, :2])
        bent = theirs(H, graph.edges).relu()
    close(sage(H, neighbour_mean(H, graph), W, b), nn.functional.normalize(bent))


@pytest.mark.equation("eq-gnn-sage-max")
def test_the_largest_is_taken_after_the_bend_number_by_number():
    graph, H = drawn(6, seed=4, share=0.3), numbers(6, 2)
    W, b = numbers(3, 2, seed=1), numbers(3, seed=2)
    found = largest_bent(H, graph, W, b)
    for v in range(6):
        near = neighbours(graph, v)
        for i in range(3):
            said = [max(0.0, (W[i] @ H[u] + b[i]).item()) for u in near]
            assert found[v, i].item() == pytest.approx(max(said, default=0.0))


@pytest.mark.equation("eq-gnn-sage-lstm")
def test_the_lstm_reads_the_neighbours_one_by_one_in_the_stated_order(device):
    graph, H = drawn(6, seed=4, share=0.3, device=device), numbers(6, 2, device=device)
    cell, rank = lstm().to(device), torch.tensor([3, 0, 5, 1, 4, 2], device=device)
    found = last_of_lstm(H, graph, cell, rank)
    for v in range(6):
        near = sorted(neighbours(graph, v), key=lambda u: rank[u].item())
        expected = torch.zeros(3, dtype=torch.float64, device=device)
        if near:
            expected = cell(H[near][None])[0][0, -1]
        close(found[v], expected)
    assert (degrees(graph) == 0).any()


def test_another_order_gives_another_answer_but_not_with_one_neighbour():
    H, cell = numbers(4, 2), lstm()
    one, other = (last_of_lstm(H, paw(), cell, r) for r in (order(4), order(4).flip(0)))
    assert not torch.allclose(one[:3], other[:3])
    close(one[3], other[3])


def test_the_library_agrees_only_where_all_have_as_many_neighbours():
    """It reads padding to the longest, and says what it says after that."""
    for graph, same in ((ring(6), True), (paw(), False)):
        H, theirs = numbers(graph.nodes, 2), pyg.aggr.LSTMAggregation(2, 3).double()
        expected = theirs(H[graph.senders], graph.receivers, dim_size=graph.nodes)
        theirs.lstm.batch_first = True
        found = last_of_lstm(H, graph, theirs.lstm, order(graph.nodes))
        assert torch.allclose(found, expected, rtol=0, atol=1e-12) == same


def test_without_any_edge_nobody_has_heard_anything():
    alone = undirected(torch.zeros(2, 0, dtype=torch.long), 3)
    found = last_of_lstm(numbers(3, 2), alone, lstm(), order(3))
    assert found.shape == (3, 3)
    assert not found.any()


def test_rejects_another_lstm_and_ranks_that_are_none():
    H = numbers(4, 2)
    refuses(
        lambda rank: last_of_lstm(H, paw(), lstm(), torch.tensor(rank)),
        "^order is no permutation: give each rank once, from 0$",
        good=[[3, 1, 0, 2]],
        bad=[[0, 1, 2, 2], [1, 2, 3, 4], [-1, 0, 1, 2]],
    )
    with pytest.raises(ValueError, match=r"^H has the shape \(3, 2\): give it"):
        last_of_lstm(H[:3], paw(), lstm(), order(3))
    refuses(
        lambda more: last_of_lstm(H, paw(), nn.LSTM(2, 3, **more).double(), order(4)),
        "^lstm is of another kind: give batch_first, one layer, one direction$",
        good=[{"batch_first": True}],
        bad=[
            {"batch_first": False},
            {"batch_first": True, "num_layers": 2},
            {"batch_first": True, "bidirectional": True},
        ],
    )
    with pytest.raises(ValueError, match=r"^H is torch.float64, lstm is torch.float32"):
        last_of_lstm(H, paw(), lstm().float(), order(4))
