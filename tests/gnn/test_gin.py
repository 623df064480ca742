"""GIN is its loop and the library's layer, and its module reads every layer."""

import pytest
import torch
from torch import nn

from ml2020.deep_learning import Layer
from ml2020.gnn import (
    GIN,
    adjacency,
    gin,
    neighbour_sum,
    pooled_sum,
    seeded,
    undirected,
    union,
)
from tests.gnn.library import pyg
from tests.gnn.small import close, drawn, neighbours, numbers, paw, ring
from tests.refusals import refuses


def mlp(device="cpu"):
    return [
        Layer(numbers(4, 2, seed=1, device=device), numbers(4, seed=2, device=device)),
        Layer(numbers(3, 4, seed=3, device=device), numbers(3, seed=4, device=device)),
    ]


@pytest.mark.equation("eq-gnn-gin")
def test_a_layer_is_a_loop_over_nodes_and_neighbours(device):
    graph = drawn(6, seed=4, share=0.3, device=device)
    H, layers = numbers(6, 2, device=device), mlp(device)
    found = gin(H, neighbour_sum(H, graph), 0.3, layers)
    (V, c), (W, b) = layers
    for v in range(6):
        z = 1.3 * H[v] + sum((H[u] for u in neighbours(graph, v)), 0 * H[v])
        hidden = (V @ z + c).clamp(min=0)
        close(found[v], (W @ hidden + b).clamp(min=0))


def test_as_a_matrix_it_is_the_same_and_so_says_the_library():
    graph, H, layers = drawn(6, seed=4, share=0.3), numbers(6, 2), mlp()
    eps = torch.tensor(0.25, dtype=torch.float64)
    found = gin(H, adjacency(graph, torch.float64) @ H, eps, layers)
    close(found, gin(H, neighbour_sum(H, graph), 0.25, layers))
    modules = [nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3), nn.ReLU()]
    network = nn.Sequential(*modules).double()
    theirs = pyg.GINConv(network, eps=0.25).double()  # 0.3 it keeps in float32
    for linear, (W, b) in zip(network[::2], layers, strict=True):  # it drew its own
        linear.weight.data, linear.bias.data = W, b
    close(theirs(H, graph.edges).detach(), found)


def test_gradients_reach_eps_and_all_layers():
    graph, H = paw(), numbers(4, 2)
    parts = [part for layer in mlp() for part in layer]
    parts += [torch.tensor(0.3, dtype=torch.float64)]
    parts = [part.requires_grad_() for part in parts]

    def layer(V, c, W, b, eps):
        return gin(H, neighbour_sum(H, graph), eps, [Layer(V, c), Layer(W, b)])

    assert torch.autograd.gradcheck(layer, parts)


def test_the_module_adds_up_what_is_read_from_every_layer():
    graph, of = union([paw(), ring(5)])
    X = numbers(9, 2)
    model = seeded(lambda: GIN(2, 4, 2, 3), 0).double()
    assert [eps.item() for eps in model.eps] == [0, 0]
    with torch.no_grad():
        for k, eps in enumerate(model.eps):
            eps.fill_(0.3 + k)
    found, H = model(X, graph, of, 2), X
    expected = model.read[0](pooled_sum(X, of, 2))
    for k in range(2):
        z = (1.3 + k) * H + neighbour_sum(H, graph)
        H = model.second[k](model.first[k](z).relu()).relu()
        expected = expected + model.read[k + 1](pooled_sum(H, of, 2))
    close(found, expected)
    assert found.shape == (2, 3)


def test_without_eps_two_linked_nodes_look_alike_and_with_it_they_do_not():
    pair, H = undirected(torch.tensor([[0], [1]]), 2), torch.eye(2)
    same = [Layer(torch.eye(2), torch.zeros(2))]
    near = neighbour_sum(H, pair)
    assert gin(H, near, 0.0, same).tolist() == [[1, 1], [1, 1]]
    assert gin(H, near, 1.0, same).tolist() == [[2, 1], [1, 2]]


def test_graphs_in_a_batch_do_not_meet():
    graph, of = union([paw(), ring(5)])
    X, model = numbers(9, 2), seeded(lambda: GIN(2, 4, 2), 0).double()
    both = model(X, graph, of, 2)
    alone = model(X[4:], ring(5), torch.zeros(5).long(), 1)
    close(both[1], alone[0])


def test_rejects_no_layer_and_counts_below_one():
    H = numbers(4, 2)
    with pytest.raises(ValueError, match=r"^mlp is empty: give at least one layer$"):
        gin(H, H, 0.0, [])
    for k, name in enumerate(("inputs", "width", "rounds", "outputs")):

        def call(count, k=k):
            counts = [1, 1, 1, 1]
            counts[k] = count
            return GIN(*counts)

        refuses(call, f"^{name} is .*: give 1 or more$", good=[1], bad=[0, -1])
