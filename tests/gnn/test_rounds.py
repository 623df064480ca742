"""Each round calls its layer with its own parameters, and all of them get a slope."""

import pytest
import torch

from ml2020.deep_learning import Layer
from ml2020.gnn import (
    edge_places,
    gat,
    gaussian_weights,
    gin,
    largest_bent,
    last_of_lstm,
    monet,
    neighbour_mean,
    neighbour_sum,
    sage,
    seeded,
    views,
)
from ml2020.gnn.rounds import (
    GATRound,
    GINRound,
    MoNetRound,
    NN4GRound,
    OwnRound,
    Round,
    SageLSTMRound,
    SageMaxRound,
    SageRound,
    drawn,
)
from tests.gnn.small import close, numbers
from tests.gnn.small import drawn as drawn_graph

KINDS = [
    OwnRound,
    NN4GRound,
    MoNetRound,
    SageRound,
    SageMaxRound,
    SageLSTMRound,
    GATRound,
    GINRound,
]


def expected(kind, r, H, start, seen):
    """What the layer says, with the parameters of the round."""
    graph = seen.graph
    if kind is OwnRound:
        return H @ r.own.weight.T + r.own.bias
    if kind is NN4GRound:
        return neighbour_sum(H, graph) @ r.across.weight.T + r.own(start)
    if kind is MoNetRound:
        places = edge_places(graph, r.Q, r.q)
        weights = gaussian_weights(places, r.mu, r.sigma)
        return monet(H, graph, weights, r.W) + r.own(H)
    if kind is GATRound:
        return gat(H, seen.looped, r.W, r.a)
    if kind is GINRound:
        mlp = [Layer(p.weight, p.bias) for p in (r.own, r.second)]
        return gin(H, neighbour_sum(H, graph), r.eps, mlp)
    near = {
        SageRound: lambda: neighbour_mean(H, graph),
        SageMaxRound: lambda: largest_bent(H, graph, r.bent.weight, r.bent.bias),
        SageLSTMRound: lambda: last_of_lstm(H, graph, r.lstm, seen.order),
    }[kind]()
    return sage(H, near, r.both.weight, r.both.bias)


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_is_its_layer_and_every_parameter_gets_a_slope(kind):
    seen = views(drawn_graph(9, seed=4), generator=torch.Generator().manual_seed(1))
    H, start = numbers(9, 8).float(), numbers(9, 8, seed=1).float()
    one = seeded(lambda: kind(8), 0)
    with torch.no_grad():
        for p in one.parameters():
            p.add_(0.1)  # so that no zero hides anything
    found = one(H, start, seen)
    close(found, expected(kind, one, H, start, seen), atol=1e-6)
    (found * numbers(*found.shape, seed=2).float()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in one.parameters())
    assert found.shape == (9, 8)


def test_weights_are_drawn_within_their_bound_and_start_where_they_should():
    found = seeded(lambda: torch.nn.ParameterList([drawn(40, 5, 16)]), 0)[0]
    assert found.abs().max() <= 1 / 4
    assert found.min() < -0.24
    assert found.max() > 0.24
    assert found.dtype == torch.float32
    assert GINRound(8).eps.item() == 0
    assert torch.equal(MoNetRound(8).sigma, torch.ones(3, 2))
    assert GATRound(8).W.shape == (4, 2, 8)


def test_a_bare_round_says_that_it_is_none():
    H = numbers(4, 8).float()
    with pytest.raises(NotImplementedError):
        Round()(H, H, views(drawn_graph(4, seed=4)))
