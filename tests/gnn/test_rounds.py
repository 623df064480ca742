"""Each round calls its layer with its own parameters, and all of them get a slope."""

import pytest
import torch

from ml2020.deep_learning import Layer
from ml2020.gnn import (
    edge_places,
    gat,
    gaussian_weights,
    gin,
    monet,
    neighbour_sum,
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
    drawn,
    weighed,
)
from tests.gnn.of_rounds import (
    is_its_layer,
    says_whether_it_ends_with_a_rectifier,
    takes_sparse_rows,
)
from tests.gnn.small import close, numbers
from tests.gnn.small import drawn as drawn_graph


def own(r, H, start, seen):
    return H @ r.own.weight.T + r.own.bias


def nn4g(r, H, start, seen):
    return neighbour_sum(H, seen.graph) @ r.across.weight.T + r.own(start)


def placed(r, H, start, seen):
    places = edge_places(seen.graph, r.Q, r.q)
    weights = gaussian_weights(places, r.mu, r.sigma)
    return monet(H, seen.graph, weights, r.W) + r.own(H)


def attended(r, H, start, seen):
    return gat(H, seen.looped, r.W, r.a)


def counted(r, H, start, seen):
    mlp = [Layer(p.weight, p.bias) for p in (r.own, r.second)]
    return gin(H, neighbour_sum(H, seen.graph), r.eps, mlp)


EXPECTED = {
    OwnRound: own,
    NN4GRound: nn4g,
    MoNetRound: placed,
    GATRound: attended,
    GINRound: counted,
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_round_is_its_layer_and_every_parameter_gets_a_slope(kind):
    is_its_layer(kind, EXPECTED[kind])


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_round_takes_sparse_rows_as_dense_ones(kind):
    takes_sparse_rows(kind)


@pytest.mark.parametrize("kind", EXPECTED)
def test_one_that_ends_with_a_rectifier_says_so(kind):
    says_whether_it_ends_with_a_rectifier(kind)


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
