"""Waves are orthogonal, transforms undo each other, and a path has cosines."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gnn import (
    adjacency,
    filtered,
    laplacian,
    to_frequencies,
    to_nodes,
    undirected,
    waves,
)
from tests.gnn.small import close, drawn, numbers, paw
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 99)


def matrix(graph):
    return laplacian(adjacency(graph, torch.float64))


def path(nodes):
    ends = torch.arange(nodes)
    return undirected(torch.stack([ends[:-1], ends[1:]]), nodes)


@pytest.mark.equation("eq-gnn-eigen")
@given(st.integers(1, 8), seeds)
def test_the_laplacian_is_made_of_its_waves(nodes, seed):
    L = matrix(drawn(nodes, seed))
    lam, U = waves(L)
    total = sum(lam[k] * torch.outer(U[:, k], U[:, k]) for k in range(nodes))
    close(total, L)
    close(U.T @ U, torch.eye(nodes).double())
    assert (lam.diff() >= -1e-12).all()


@pytest.mark.equation("eq-gnn-frequency")
@given(seeds)
def test_the_frequency_of_a_wave_is_how_much_it_changes_along_edges(seed):
    graph = drawn(6, seed)
    lam, U = waves(matrix(graph))
    for k in range(6):
        pairs = [(u, v) for u, v in graph.edges.T.tolist() if u < v]
        change = sum((U[u, k] - U[v, k]).item() ** 2 for u, v in pairs)
        assert lam[k].item() == pytest.approx(change, abs=1e-12)


def test_the_waves_of_the_paw():
    lam, U = waves(matrix(paw()))
    close(lam, torch.tensor([0.0, 1, 3, 4]).double())
    r2, r6, r12 = math.sqrt(2), math.sqrt(6), math.sqrt(12)
    known = [
        [0.5] * 4,
        [-1 / r6, -1 / r6, 0, 2 / r6],
        [1 / r2, -1 / r2, 0, 0],
        [-1 / r12, -1 / r12, 3 / r12, -1 / r12],
    ]
    for k, column in enumerate(known):
        assert abs(U[:, k] @ torch.tensor(column).double()) == pytest.approx(1)


@pytest.mark.equation("eq-gnn-path")
@pytest.mark.parametrize("nodes", [2, 3, 20])
def test_the_waves_of_a_path_are_cosines(nodes):
    lam, U = waves(matrix(path(nodes)))
    for k in range(nodes):
        turn = math.pi * k / nodes
        cosine = torch.tensor([math.cos(turn * (v + 0.5)) for v in range(nodes)])
        cosine = cosine.double() / cosine.double().norm()
        assert abs(U[:, k] @ cosine).item() == pytest.approx(1, abs=1e-6)
        assert lam[k].item() == pytest.approx(2 - 2 * math.cos(turn), abs=1e-10)


@pytest.mark.equation("eq-gnn-analysis")
@given(seeds)
def test_a_coordinate_is_a_projection_and_no_length_is_lost(seed):
    _, U = waves(matrix(drawn(6, seed)))
    x = numbers(6, seed=seed)
    x_hat = to_frequencies(U, x)
    for k in range(6):
        product = sum(U[v, k].item() * x[v].item() for v in range(6))
        assert x_hat[k].item() == pytest.approx(product, abs=1e-12)
    assert x_hat.norm().item() == pytest.approx(x.norm().item())


@pytest.mark.equation("eq-gnn-synthesis")
@given(seeds)
def test_the_waves_add_up_to_what_was_taken_apart(seed):
    _, U = waves(matrix(drawn(6, seed)))
    x = numbers(6, 2, seed=seed)
    x_hat = to_frequencies(U, x)
    total = sum(torch.outer(U[:, k], x_hat[k]) for k in range(6))
    close(to_nodes(U, x_hat), total)
    close(total, x)


@pytest.mark.equation("eq-gnn-filter")
@given(seeds)
def test_a_polynomial_filter_is_the_polynomial_of_the_matrix(seed):
    L, x = matrix(drawn(6, seed)), numbers(6, 3, seed=seed)
    found = filtered(L, x, lambda lam: 1 - 0.5 * lam + 0.2 * lam**3)
    close(found, x - 0.5 * L @ x + 0.2 * L @ L @ L @ x, atol=1e-9)
    close(filtered(L, x[:, 0], torch.ones_like), x[:, 0])


def test_any_other_filter_is_its_power_series():
    L, x = matrix(paw()), numbers(4)
    close(filtered(L, x, torch.exp), torch.matrix_exp(L) @ x, atol=1e-9)


@pytest.mark.equation("eq-gnn-local")
def test_powers_reach_as_many_edges_and_a_cosine_reaches_all():
    L = matrix(paw())
    assert L[0, 3] == 0
    assert (L @ L)[0, 3] == 1
    eye = torch.eye(4).double()
    cosine = filtered(L, eye, torch.cos)
    assert cosine[0, 3].item() == pytest.approx(0.0154, abs=5e-5)
    long = matrix(path(9))
    for degree in range(5):
        power = torch.linalg.matrix_power(long, degree)
        for v in range(9):
            for u in range(9):
                assert (power[v, u] == 0).item() == (abs(u - v) > degree)


def test_rounding_where_two_nodes_are_not_linked_is_no_asymmetry():
    L = torch.tensor([[1.0, -1.0, 1e-16], [-1.0, 2.0, -1.0], [0.0, -1.0, 1.0]])
    lam, _ = waves(L.double())
    close(lam, torch.tensor([0.0, 1.0, 3.0]).double())


def test_rejects_a_matrix_without_orthogonal_waves():
    L = matrix(drawn(5, 1))
    bad = L.clone()
    bad[0, 1] += 1
    for call in (waves, lambda L: filtered(L, numbers(5), torch.cos)):
        said = "^L is not symmetric: average it with its transpose$"
        refuses(call, said, good=[L], bad=[bad])
        said = "^L has NaN or infinity: give each edge a weight$"
        refuses(call, said, good=[L], bad=spoilt(L, math.nan, math.inf))
    with pytest.raises(ValueError, match=r"^L is empty: give at least one node$"):
        waves(torch.zeros(0, 0))
    said = r"^L is torch.float16: give L.float\(\)$"
    refuses(waves, said, good=[L.float()], bad=[L.half()])


def test_a_filter_rejects_another_type_and_what_is_no_response():
    L, x = matrix(drawn(5, 1)), numbers(5)
    said = "^x is torch.float32, L is torch.float64: "
    refuses(lambda x: filtered(L, x, torch.cos), said, good=[x], bad=[x.float()])
    said = "^g gives no tensor: let it compute with what it gets$"
    refuses(lambda g: filtered(L, x, g), said, good=[torch.cos], bad=[lambda v: 1.0])
    said = "^g at 0 has NaN or infinity: constant numbers have this frequency$"
    refuses(
        lambda g: filtered(L, x, g),
        said,
        good=[lambda v: 1 / (1 + v)],
        bad=[lambda v: 1 / v, lambda v: v / v],
    )
