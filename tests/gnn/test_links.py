"""Hidden edges are hidden, and strangers are strangers."""

import math

import pytest
import torch

from ml2020.gnn import Setting, hidden, karate, learn_links, undirected
from ml2020.gnn.links import LINEAR, _told, strangers
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


def test_a_stranger_is_found_where_there_is_but_one_pair():
    every = torch.combinations(torch.arange(60)).T
    graph = undirected(every[:, (every[0] != 7) | (every[1] != 31)], 60)
    found = strangers(graph, 50, generator=dice(3))
    assert set(map(tuple, found.T.tolist())) == {(7, 31), (31, 7)}


def test_strangers_are_drawn_evenly_and_loops_are_none():
    graph = undirected(torch.tensor([[0, 0, 2], [0, 1, 3]]), 5)
    found = strangers(graph, 8000, generator=dice(4))
    pairs, counts = found.unique(dim=1, return_counts=True)
    assert pairs.shape[1] == 20 - 4
    assert (pairs[0] != pairs[1]).all()
    assert (counts - 500).abs().max() < 100


@pytest.mark.parametrize("method", ["GCN", LINEAR])
def test_a_network_learns_links_and_touches_no_other_dice(method):
    club, setting = karate(), Setting(0.03, 30)
    data, before = hidden(club.graph, generator=dice(2)), torch.random.get_rng_state()
    X = torch.eye(34)
    one = learn_links(method, X, data, setting, 0)
    assert torch.equal(before, torch.random.get_rng_state())
    assert one == learn_links(method, X, data, setting, 0)
    assert one.validation > 0.6
    assert one.epoch in range(5, 31, 5)
    sparse = learn_links(method, X.to_sparse(), data, setting, 0)
    if method == LINEAR:  # no dropout
        assert sparse.validation == pytest.approx(one.validation, abs=1e-6)
    assert sparse.validation > 0.6


def test_a_rate_at_which_numbers_overflow_ends_early_and_is_worth_nothing():
    data = hidden(karate().graph, generator=dice(2))
    found = learn_links("GIN", torch.eye(34), data, Setting(1e30, 5), 0)
    assert found.validation <= 0.6


def test_rows_that_overflow_are_no_number():
    data = hidden(karate().graph, generator=dice(2))
    assert not any(math.isfinite(x) for x in _told(torch.full((34, 2), 1e30), data))
    high, low = _told(torch.rand(34, 4), data)
    assert 0 <= high <= 1
    assert 0 <= low <= 1


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
    said = "^graph has .* edges: give [0-9]+ or more, to hide some$"
    few = undirected(torch.tensor([[0, 1, 2, 3, 4], [1, 2, 3, 4, 5]]), 9)
    refuses(hidden, said, good=[drawn(20, 0)], bad=[few])
    data, X = hidden(drawn(20, 0), generator=dice()), torch.eye(20)

    def learn(lr=0.1, epochs=1):
        return learn_links("MLP", X, data, Setting(lr, epochs), 0)

    only_positive(lambda lr: learn(lr=lr), "lr")
    said = "^epochs is .*: give 1 or more$"
    refuses(lambda n: learn(epochs=n), said, good=[1], bad=[0])
