"""The spectral rounds call their layers with the sparse matrices of the views."""

import pytest
import torch

from ml2020.gnn import (
    adjacency,
    chebnet,
    gcn,
    normalised_laplacian,
    propagation,
    seeded,
    squeezed,
    views,
)
from ml2020.gnn.rounds_spectral import ChebRound, GCNRound
from tests.gnn.small import close, drawn, numbers


@pytest.mark.parametrize("kind", [ChebRound, GCNRound])
def test_a_round_is_its_layer_and_every_parameter_gets_a_slope(kind):
    graph = drawn(9, seed=4)
    seen, A = views(graph, generator=torch.Generator().manual_seed(1)), adjacency(graph)
    H, one = numbers(9, 6).float(), seeded(lambda: kind(6, 8, 6), 0)
    with torch.no_grad():
        for p in one.parameters():
            p.add_(0.1)
    if kind is GCNRound:
        expected = gcn(H, propagation(A), one.own.weight, one.own.bias)
    else:
        L = squeezed(normalised_laplacian(A), 2.0)
        expected = chebnet(H, L, one.W) + one.b
    found = one(H, H, seen)
    close(found, expected, atol=1e-5)
    assert found.shape == (9, one.width)
    close(one(H.to_sparse(), H, seen), expected, atol=1e-5)
    (found * numbers(9, 8, seed=2).float()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in one.parameters())


def test_chebnet_has_three_terms():
    assert ChebRound(6, 8, 6).W.shape == (3, 8, 6)
    assert not ChebRound(6, 8, 6).b.any()
