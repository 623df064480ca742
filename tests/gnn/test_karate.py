"""The club is Zachary's, and is drawn so that friends are near."""

import torch

from ml2020.gnn import karate, places, undirected
from tests.gnn.small import paw


def test_the_club_has_its_members_and_friendships():
    club = karate()
    assert club.graph.nodes == len(club.clubs) == 34
    assert club.graph.edges.shape == (2, 2 * 78)
    assert club.clubs.bincount().tolist() == [17, 17]
    assert club.clubs[[0, 33]].tolist() == [0, 1]


def test_friends_are_drawn_nearer_than_others_and_a_seed_draws_the_same():
    spots = places(karate().graph, 0)
    assert spots.shape == (34, 2)
    assert spots.dtype == torch.float32
    apart = torch.cdist(spots, spots)
    friends = apart[karate().graph.edges[0], karate().graph.edges[1]].mean()
    assert friends < 0.8 * apart[apart > 0].mean()
    assert torch.equal(spots, places(karate().graph, 0))
    assert places(paw(), 1).shape == (4, 2)


def test_places_are_single_precision_whatever_the_default():
    torch.set_default_dtype(torch.float64)
    try:
        assert places(paw(), 1).dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_node_without_neighbours_has_a_place_too():
    found = places(undirected(torch.tensor([[0], [2]]), 4), seed=0)
    assert found.shape == (4, 2)
    assert found.isfinite().all()
