"""Rows become alike as fast as derived; edges are dropped in both directions."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import (
    adjacency,
    drop_edges,
    karate,
    propagation,
    undirected,
    unlike,
)
from ml2020.gnn.graph import Graph
from tests.gnn.small import close, drawn, numbers, paw
from tests.refusals import only_shares, refuses

seeds = st.integers(0, 99)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def limit(graph):
    """The direction that all columns take, and the matrix."""
    A = adjacency(graph, torch.float64)
    e = (A.sum(dim=1) + 1).sqrt()
    return e / e.norm(), propagation(A)


@pytest.mark.equation("eq-gnn-limit")
def test_after_many_rounds_every_column_is_along_the_roots_of_the_degrees():
    e, P = limit(karate().graph)
    close(P @ e, e)
    H = torch.linalg.matrix_power(P, 200) @ numbers(34, 3)
    for column in H.T:
        assert abs(column @ e).item() / column.norm().item() == pytest.approx(1)
    assert unlike(H, e).item() < 1e-6


@pytest.mark.equation("eq-gnn-decay")
@given(seeds)
def test_what_is_unlike_shrinks_by_the_second_eigenvalue_at_least(seed):
    e, P = limit(karate().graph)
    second = torch.linalg.eigvalsh(P).abs().sort().values[-2].item()
    H = numbers(34, 2, seed=seed)
    before = H - torch.outer(e, e @ H)
    for k in (1, 3, 10):
        after = torch.linalg.matrix_power(P, k) @ H
        off = after - torch.outer(e, e @ after)
        assert off.norm() <= second**k * before.norm() + 1e-12
    wave = torch.linalg.eigh(P).eigenvectors[:, -2]
    close((P @ wave).norm(), torch.tensor(second, dtype=torch.float64))


@given(seeds)
def test_unlike_is_the_length_of_what_is_left_over_the_length_of_all(seed):
    H, (e, _) = numbers(6, 2, seed=seed), limit(drawn(6, seed))
    total = left = 0.0
    for column in H.T.tolist():
        along = sum(c * d for c, d in zip(column, e.tolist(), strict=True))
        rest = [c - along * d for c, d in zip(column, e.tolist(), strict=True)]
        total += sum(c * c for c in column)
        left += sum(r * r for r in rest)
    assert unlike(H, e).item() == pytest.approx(math.sqrt(left / total))
    assert unlike(torch.outer(e, e), e).item() == pytest.approx(0, abs=1e-12)
    assert unlike(0 * H, e).item() == 0


def test_a_share_of_the_edges_is_gone_in_both_directions():
    club = karate().graph
    for share, left in ((0.0, 78), (0.5, 39), (0.25, 58), (0.999, 0)):
        found = drop_edges(club, share, generator=dice())
        assert found.edges.shape[1] == 2 * left
        A = adjacency(found)
        assert torch.equal(A, A.T)
        assert (A <= adjacency(club)).all()
    assert torch.equal(drop_edges(club, 0.0, generator=dice()).edges, club.edges)


def test_each_edge_is_dropped_as_often_as_the_others():
    total = sum(
        adjacency(drop_edges(paw(), 0.5, generator=dice(k))) for k in range(400)
    )
    shares = total[adjacency(paw()) > 0] / 400
    assert (shares - 0.5).abs().max() < 0.1


def test_the_same_seed_drops_the_same_and_the_graph_stays():
    club = karate().graph
    before = club.edges.clone()
    one, other = (drop_edges(club, 0.5, generator=dice(3)) for _ in range(2))
    assert torch.equal(one.edges, other.edges)
    assert torch.equal(club.edges, before)
    assert not torch.equal(one.edges, drop_edges(club, 0.5, generator=dice(4)).edges)


def test_self_loops_are_edges_like_others():
    looped = undirected(torch.tensor([[0, 1], [0, 0]]), 2)
    assert drop_edges(looped, 0.0).edges.shape[1] == 3


def test_rejects_shares_one_way_edges_and_what_is_no_direction():
    only_shares(lambda share: drop_edges(paw(), share, generator=dice()), "share")
    one_way = Graph(3, torch.tensor([[0, 1, 1], [1, 0, 2]]))
    said = "^graph has edges with one direction: build it by `undirected`$"
    refuses(lambda graph: drop_edges(graph, 0.5), said, good=[paw()], bad=[one_way])
    H, (e, _) = numbers(4, 2), limit(paw())
    refuses(
        lambda e: unlike(H, e),
        "^e has the length .*: divide it by that$",
        good=[e, -e],
        bad=[2 * e, 0.99 * e, 0 * e],
    )
    said = "^e is torch.float32, H is torch.float64: "
    refuses(lambda e: unlike(H, e), said, good=[e], bad=[e.float()])
    with pytest.raises(ValueError, match=r"^H is empty: give at least one row$"):
        unlike(H[:, :0], e)


@pytest.mark.equation("eq-gnn-appnp")
@pytest.mark.parametrize("alpha", [0.1, 0.5])
def test_with_the_input_again_no_wave_is_lost(alpha):
    e, P = limit(karate().graph)
    first = numbers(34, 2)
    H = first
    for _ in range(400):
        H = alpha * first + (1 - alpha) * P @ H
    mu, U = torch.linalg.eigh(P)
    kept = alpha / (1 - (1 - alpha) * mu)
    close(H, U @ (kept[:, None] * (U.T @ first)))
    close(e @ H, e @ first)
    assert kept.min() > 0
