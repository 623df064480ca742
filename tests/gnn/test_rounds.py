"""Each round calls its layer with its own parameters, and all of them get a slope."""

import pytest
import torch

from ml2020.deep_learning import Layer
from ml2020.gnn import (
    dcnn,
    dgc,
    edge_places,
    gat,
    gaussian_weights,
    gin,
    largest_bent,
    last_of_lstm,
    monet,
    neighbour_mean,
    neighbour_sum,
    ring_means,
    sage,
    seeded,
    views,
)
from ml2020.gnn.rounds import (
    DCNNRound,
    DGCRound,
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
    weighed,
)
from tests.gnn.small import close, numbers
from tests.gnn.small import drawn as drawn_graph

KINDS = [
    DCNNRound,
    DGCRound,
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
    if kind in (DCNNRound, DGCRound):
        layer = dcnn if kind is DCNNRound else dgc
        return layer([H, *ring_means(H, seen.around)], list(r.W))
    near = {
        SageRound: lambda: neighbour_mean(H, graph),
        SageMaxRound: lambda: largest_bent(H, graph, r.first.weight, r.first.bias),
        SageLSTMRound: lambda: last_of_lstm(r.first(H), graph, r.lstm, seen.order),
    }[kind]()
    both = torch.cat([r.own.weight, r.other.weight], dim=1)
    return sage(H, near, both, r.own.bias)


def louder(one):
    """No zero hides anything, and eps is not nothing."""
    with torch.no_grad():
        for p in one.parameters():
            p.add_(0.1)
    return one


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_is_its_layer_and_every_parameter_gets_a_slope(kind):
    seen = views(drawn_graph(9, seed=4), generator=torch.Generator().manual_seed(1))
    H, start = numbers(9, 6).float(), numbers(9, 5, seed=1).float()
    one = louder(seeded(lambda: kind(6, 12, 5), 0))
    found = one(H, start, seen)
    close(found, expected(kind, one, H, start, seen), atol=1e-5)
    (found * numbers(*found.shape, seed=2).float()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in one.parameters())
    assert found.shape == (9, one.width) == (9, 12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_takes_sparse_rows_as_dense_ones(kind):
    seen = views(drawn_graph(9, seed=4), generator=torch.Generator().manual_seed(1))
    X = numbers(9, 6).float().clamp(min=0)
    one = louder(seeded(lambda: kind(6, 12, 6), 0))
    S = X.to_sparse()
    close(one(S, S, seen), one(X, X, seen), atol=1e-5)


def test_those_that_end_with_a_rectifier_say_so():
    seen = views(drawn_graph(9, seed=4), generator=torch.Generator().manual_seed(1))
    H = numbers(9, 6).float()
    for kind in KINDS:
        found = seeded(lambda kind=kind: kind(6, 12, 6), 0)(H, H, seen)
        assert bool((found >= 0).all()) == kind.bent


def test_diffusion_is_as_wide_as_whole_parts_allow():
    assert DCNNRound(6, 8, 6).width == 6
    assert DGCRound(6, 8, 6).width == 8


def test_weighed_is_a_layer_of_torch_with_and_without_bias():
    H = numbers(5, 4).float()
    for bias in (True, False):
        layer = torch.nn.Linear(4, 3, bias=bias)
        close(weighed(H, layer), layer(H), atol=1e-6)


def test_weights_are_drawn_within_their_bound_and_start_where_they_should():
    found = seeded(lambda: torch.nn.ParameterList([drawn(40, 5, 16)]), 0)[0]
    assert found.abs().max() <= 1 / 4
    assert found.min() < -0.24
    assert found.max() > 0.24
    assert found.dtype == torch.float32
    assert GINRound(8, 8, 8).eps.item() == 0
    assert torch.equal(MoNetRound(8, 8, 8).sigma, torch.ones(3, 2))
    assert GATRound(6, 8, 6).W.shape == (4, 2, 6)


def test_a_bare_round_says_that_it_is_none():
    H = numbers(4, 8).float()
    with pytest.raises(NotImplementedError):
        Round(8, 8, 8)(H, H, views(drawn_graph(4, seed=4)))
