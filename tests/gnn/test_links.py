"""Hidden edges are hidden, and strangers are strangers."""

import torch

from ml2020.gnn import hidden, karate, learn_links, undirected
from ml2020.gnn.links import strangers
from tests.gnn.small import drawn, paw
from tests.refusals import only_positive, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_hidden_edges_are_edges_and_not_in_what_is_left():
    club = karate().graph
    found = hidden(club, generator=dice())
    assert found.validation.shape[1] == round(0.05 * 78)
    assert found.test.shape[1] == round(0.1 * 78)
    whole = set(map(tuple, club.edges.T.tolist()))
    left = set(map(tuple, found.graph.edges.T.tolist()))
    hid = torch.cat([found.validation, found.test], dim=1)
    gone = set(map(tuple, torch.cat([hid, hid.flip(0)], dim=1).T.tolist()))
    assert left | gone == whole
    assert not left & gone
    none = torch.cat([found.not_validation, found.not_test], dim=1)
    assert none.shape == hid.shape
    assert not set(map(tuple, none.T.tolist())) & whole
    assert (none[0] != none[1]).all()


def test_strangers_are_drawn_anew_and_from_all_pairs_without_an_edge():
    found = strangers(paw(), 400, generator=dice(1))
    assert found.shape == (2, 400)
    assert set(map(tuple, found.T.tolist())) == {(0, 3), (3, 0), (1, 3), (3, 1)}
    again = strangers(paw(), 400, generator=dice(1))
    assert torch.equal(found, again)


def test_a_network_learns_links_and_touches_no_other_dice():
    club = karate()
    data, before = hidden(club.graph, generator=dice(2)), torch.random.get_rng_state()
    one = learn_links("GCN", torch.eye(34), data, 0.03, 0, 30)
    assert torch.equal(before, torch.random.get_rng_state())
    assert one == learn_links("GCN", torch.eye(34), data, 0.03, 0, 30)
    assert one.validation > 0.6
    assert 1 <= one.epoch <= 30


def test_a_rate_at_which_numbers_overflow_ends_early_and_is_worth_nothing():
    club = karate()
    data = hidden(club.graph, generator=dice(2))
    found = learn_links("GIN", torch.eye(34), data, 1e30, 0, 5)
    assert found.validation <= 0.6


def test_rejects_no_stranger_and_settings_that_are_none():
    said = "^count is .*: give 1 or more$"
    refuses(lambda n: strangers(paw(), n), said, good=[1], bad=[0, -1])
    complete = undirected(torch.tensor([[0, 0, 1], [1, 2, 2]]), 3)
    refuses(
        lambda graph: strangers(graph, 1),
        "^graph links all nodes: give one with pairs without an edge$",
        good=[paw()],
        bad=[complete, undirected(torch.zeros(2, 0).long(), 1)],
    )
    data, X = hidden(drawn(20, 0), generator=dice()), torch.eye(20)
    only_positive(lambda lr: learn_links("MLP", X, data, lr, 0, 1), "lr")
    said = "^epochs is .*: give 1 or more$"
    refuses(lambda n: learn_links("MLP", X, data, 0.1, 0, n), said, good=[1], bad=[0])
