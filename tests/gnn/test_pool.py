"""Pools are loops over groups, whatever the order; aggregate and readout are pools."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import (
    adjacency,
    neighbour_mean,
    neighbour_sum,
    pooled_max,
    pooled_mean,
    pooled_sum,
    union,
)
from ml2020.gnn.graph import Graph
from ml2020.gnn.pool import neighbour_max
from tests.gnn.small import close, drawn, neighbours, numbers, paw
from tests.refusals import refuses

POOLS = [pooled_sum, pooled_mean, pooled_max]
AGGREGATES = [neighbour_sum, neighbour_mean, neighbour_max]
seeds = st.integers(0, 99)


def looped(how, rows):
    if not len(rows):
        return torch.zeros(3, dtype=torch.float64)
    if how in (pooled_max, neighbour_max):
        return rows.max(dim=0).values
    total = rows.sum(dim=0)
    return total / len(rows) if how in (pooled_mean, neighbour_mean) else total


@pytest.mark.equation("eq-gnn-readout")
@pytest.mark.parametrize("pool", POOLS)
def test_a_readout_is_a_loop_over_the_nodes_of_each_graph(device, pool):
    _, of = union([paw(), drawn(3), drawn(1)])
    H = numbers(8, 3, device=device)
    found = pool(H, of.to(device), 4)  # the last graph has no node
    expected = [looped(pool, H[of.to(device) == k].cpu()) for k in range(4)]
    close(found.cpu(), torch.stack(expected))


@pytest.mark.equation("eq-gnn-aggregate")
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_an_aggregate_is_a_loop_over_the_neighbours(device, aggregate):
    graph = drawn(7, seed=2, share=0.3, device=device)
    H = numbers(7, 3, device=device)
    near = [H[neighbours(graph, v)].cpu() for v in range(7)]
    assert not all(len(rows) for rows in near)
    found = aggregate(H, graph).cpu()
    close(found, torch.stack([looped(aggregate, rows) for rows in near]))


@given(seeds)
def test_the_sum_of_neighbours_is_a_product_with_the_adjacency_matrix(seed):
    graph, H = drawn(6, seed), numbers(6, 3, seed=seed)
    A = adjacency(graph, torch.float64)
    close(neighbour_sum(H, graph), A @ H)
    close(neighbour_mean(H, graph), (A @ H) / A.sum(dim=1).clamp(min=1)[:, None])


@given(seeds, st.permutations(range(6)))
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_who_renumbers_the_nodes_renumbers_the_answer(aggregate, seed, order):
    graph, H = drawn(6, seed), numbers(6, 3, seed=seed)
    new = torch.tensor(order)  # node v becomes new[v]
    moved = torch.empty_like(H)
    moved[new] = H
    found = aggregate(moved, Graph(6, new[graph.edges]))
    close(found[new], aggregate(H, graph))


@pytest.mark.parametrize("pool", POOLS)
def test_gradients_pass_through_and_nothing_is_written_in_place(pool):
    rows, group = numbers(5, 2).requires_grad_(), torch.tensor([0, 2, 0, 2, 2])
    before = rows.detach().clone()
    assert torch.autograd.gradcheck(lambda r: pool(r, group, 4), rows)
    assert torch.equal(rows, before)


@pytest.mark.parametrize("pool", POOLS)
def test_negative_numbers_and_float32_stay_what_they_are(pool):
    rows = torch.tensor([[-3.0], [-1.0]])
    found = pool(rows, torch.tensor([1, 1]), 2)
    expected = {pooled_sum: -4.0, pooled_mean: -2.0, pooled_max: -1.0}[pool]
    assert found.tolist() == [[0], [expected]]
    assert found.dtype == torch.float32


def test_three_pairs_of_neighbourhoods_tell_the_pools_apart():
    """What the chapter draws: which pool sees the difference."""
    cases = [([2, 2], [2, 2, 2]), ([2, 1], [2, 1, 1]), ([2, 1], [2, 2, 1, 1])]
    table = []
    for left, right in cases:
        rows = torch.tensor(left + right, dtype=torch.float64)[:, None]
        group = torch.tensor([0] * len(left) + [1] * len(right))
        both = [pool(rows, group, 2)[:, 0].tolist() for pool in POOLS]
        table.append([a != b for a, b in both])
    assert table == [[True, False, False], [True, True, False], [True, False, False]]


@pytest.mark.parametrize("pool", POOLS)
def test_rejects_rows_without_a_group(pool):
    rows = numbers(3, 2)
    refuses(
        lambda group: pool(rows, torch.tensor(group), 2),
        r"^group is outside 0 to 1: count the groups from 0$",
        good=[[0, 1, 1]],
        bad=[[0, 1, 2], [-1, 0, 0], [2, 2, 2]],
    )
    refuses(
        lambda groups: pool(rows[:0], torch.zeros(0).long(), groups),
        "^groups is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_rejects_too_few_or_too_many_rows(aggregate):
    refuses(
        lambda rows: aggregate(numbers(rows, 2), paw()),
        r"^H has the shape \(\d, 2\): give it \(4, 2\)$",
        good=[4],
        bad=[3, 5],
    )
