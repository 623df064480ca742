"""Probabilities of all graphs add up to one, and what grows is what was learned."""

import itertools
import math

import pytest
import torch

from ml2020.gnn import degrees, grow, learned_shares, log_probability, undirected
from tests.gnn.small import paw, ring
from tests.refusals import refuses

SHARES = torch.tensor([0.9, 0.2, 0.5], dtype=torch.float64)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def every_graph(nodes):
    pairs = list(itertools.combinations(range(nodes), 2))
    for mask in itertools.product([False, True], repeat=len(pairs)):
        ends = [pair for pair, there in zip(pairs, mask, strict=True) if there]
        yield undirected(torch.tensor(ends, dtype=torch.long).view(-1, 2).T, nodes)


@pytest.mark.equation("eq-gnn-autoregressive")
def test_the_probabilities_of_all_graphs_add_up_to_one():
    for shares in (SHARES, SHARES[:1]):
        total = sum(math.exp(log_probability(g, shares)) for g in every_graph(4))
        assert total == pytest.approx(1)
    sizes = {2: 0.25, 3: 0.5, 4: 0.25}  # the decision how many nodes there are
    total = sum(
        p_n * math.exp(log_probability(graph, SHARES))
        for n, p_n in sizes.items()
        for graph in every_graph(n)
    )
    assert total == pytest.approx(1)
    by_hand = 0.9 * 0.9 * 0.9 * 0.2 * (1 - 0.2) * (1 - 0.5)
    found = math.exp(log_probability(paw(), SHARES))
    assert found == pytest.approx(by_hand)


def test_shares_are_counts_over_all_pairs_so_far_apart():
    found = learned_shares([ring(4), ring(6), paw()], 3)
    assert found.dtype == torch.float64
    assert found.tolist() == pytest.approx([11 / 11, 1 / 8, 1 / 5])


def test_what_grows_often_is_probable():
    grown = [grow(SHARES, 3, generator=dice(k)) for k in range(800)]
    for graph in every_graph(3):
        same = [torch.equal(g.edges, graph.edges) for g in grown]
        assert sum(same) / 800 == pytest.approx(
            math.exp(log_probability(graph, SHARES)), abs=0.06
        )


def test_shares_of_zero_and_one_grow_a_path():
    path = grow(torch.tensor([1.0, 0.0]), 6, generator=dice())
    assert degrees(path).tolist() == [1, 2, 2, 2, 2, 1]
    assert grow(torch.tensor([1.0]), 1).edges.shape == (2, 0)
    assert log_probability(ring(6), torch.tensor([1.0, 0.0])) == -math.inf


def test_rejects_shares_that_are_none_and_graphs_that_are_too_short():
    said = "^shares are negative or NaN: give probabilities$"
    bad = [torch.tensor([0.5, x]) for x in (-0.1, 1.1, math.nan)]
    good = [torch.tensor([0.0, 1.0])]
    refuses(lambda s: grow(s, 3), said, good=good, bad=bad)
    refuses(lambda s: log_probability(paw(), s), said, good=good, bad=bad)
    said = "^nodes is .*: give 1 or more$"
    refuses(lambda n: grow(SHARES, n), said, good=[1], bad=[0])
    said = "^reach is .*: give 1 or more$"
    refuses(lambda r: learned_shares([paw()], r), said, good=[1], bad=[0])
    said = "^reach is [0-9], and graphs have at most [0-9] nodes: lower it, or add one$"
    refuses(lambda r: learned_shares([paw()], r), said, good=[3], bad=[4])
    refuses(lambda gs: learned_shares(gs, 1), said, good=[[paw()]], bad=[[]])
