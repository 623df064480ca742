"""MoNet is its double loop, and the library's layer of Gaussian mixtures."""

import math

import pytest
import torch

from ml2020.gnn import edge_places, gaussian_weights, monet
from ml2020.gnn.graph import Graph
from tests.gnn.library import pyg
from tests.gnn.small import close, drawn, neighbours, numbers, paw
from tests.refusals import refuses, spoilt


def settings(kernels=2, device="cpu"):
    Q, q = numbers(2, 2, seed=1, device=device), numbers(2, seed=2, device=device)
    mu = numbers(kernels, 2, seed=3, device=device)
    sigma = numbers(kernels, 2, seed=4, device=device).abs() + 0.5
    return Q, q, mu, sigma, numbers(kernels, 3, 2, seed=5, device=device)


@pytest.mark.equation("eq-gnn-monet-place")
def test_a_place_is_made_of_both_degrees_the_receiver_first():
    Q, q, *_ = settings()
    found = edge_places(paw(), Q, q)
    degree = [2, 2, 3, 1]
    for k, (u, v) in enumerate(paw().edges.T.tolist()):
        at = [1 / math.sqrt(degree[v]), 1 / math.sqrt(degree[u])]
        for i in range(2):
            z = sum(Q[i, j].item() * at[j] for j in range(2)) + q[i].item()
            assert found[k, i].item() == pytest.approx(math.tanh(z), abs=1e-12)


@pytest.mark.equation("eq-gnn-monet-weight")
def test_a_weight_is_the_gaussian_with_its_whole_matrix():
    Q, q, mu, sigma, _ = settings()
    places = edge_places(paw(), Q, q)
    found = gaussian_weights(places, mu, sigma)
    for k, place in enumerate(places):
        for j in range(2):
            precision = torch.diag(sigma[j] ** 2).inverse()
            off = place - mu[j]
            expected = math.exp(-0.5 * (off @ precision @ off).item())
            assert found[k, j].item() == pytest.approx(expected, abs=1e-12)
    assert gaussian_weights(mu[:1], mu, sigma)[0, 0] == 1


@pytest.mark.equation("eq-gnn-monet")
def test_a_layer_is_a_loop_over_nodes_neighbours_and_kernels(device):
    graph = drawn(6, seed=4, share=0.3, device=device)
    Q, q, mu, sigma, W = settings(device=device)
    H = numbers(6, 2, device=device)
    weights = gaussian_weights(edge_places(graph, Q, q), mu, sigma)
    found = monet(H, graph, weights, W).cpu()
    number = {pair: k for k, pair in enumerate(map(tuple, graph.edges.T.tolist()))}
    expected = torch.zeros(6, 3, dtype=torch.float64)
    for v in range(6):
        for u in neighbours(graph, v):
            for j in range(2):
                share = weights[number[u, v], j].item()
                expected[v] += share * (W[j].cpu() @ H[u].cpu())
    close(found, expected)


def test_the_library_says_the_same():
    graph, H = drawn(6, seed=4), numbers(6, 2)
    Q, q, mu, sigma, W = settings(kernels=3)
    theirs = pyg.GMMConv(2, 3, 2, 3, aggr="add", bias=False).double()
    places = edge_places(graph, Q, q)
    with torch.no_grad():
        theirs.root.weight.zero_()  # it adds the own row; told not to, it breaks
        theirs.g.copy_(W.permute(2, 0, 1).reshape(2, 9))
        theirs.mu.copy_(mu)
        theirs.sigma.copy_(sigma)
        expected = theirs(H, graph.edges, places)
    close(monet(H, graph, gaussian_weights(places, mu, sigma), W), expected)


def test_a_sender_whom_nobody_reaches_counts_as_degree_one():
    one_way = Graph(2, torch.tensor([[0], [1]]))
    found = edge_places(one_way, torch.eye(2), torch.zeros(2))
    assert found.tolist() == [pytest.approx([math.tanh(1)] * 2)]


def test_gradients_reach_all_settings():
    graph, H = paw(), numbers(4, 2)
    parts = [part.requires_grad_() for part in settings()]

    def layer(Q, q, mu, sigma, W):
        weights = gaussian_weights(edge_places(graph, Q, q), mu, sigma)
        return monet(H, graph, weights, W)

    assert torch.autograd.gradcheck(layer, parts)


def test_rejects_a_gaussian_without_width_and_what_does_not_fit():
    Q, q, mu, sigma, W = settings()
    places = edge_places(paw(), Q, q)
    said = "^sigma has a 0: give each kernel a width$"
    bad = spoilt(sigma, 0.0)
    refuses(lambda s: gaussian_weights(places, mu, s), said, good=[-sigma], bad=bad)
    said = "^sigma has NaN or infinity: draw it anew$"
    bad = spoilt(sigma, math.nan, math.inf)
    refuses(lambda s: gaussian_weights(places, mu, s), said, good=[sigma], bad=bad)
    weights = gaussian_weights(places, mu, sigma)
    refuses(
        lambda rows: monet(numbers(rows, 2), paw(), weights, W),
        "^H has the shape .*: give it ",
        good=[4],
        bad=[3, 5],
    )
    refuses(
        lambda w: monet(numbers(4, 2), paw(), w, W),
        "^weights has the shape .*: give it ",
        good=[weights],
        bad=[weights[:-1], torch.cat([weights, weights])],
    )
