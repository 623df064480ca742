"""The rounds of GraphSAGE call their layer with three ways to pool."""

import pytest
import torch

from ml2020.gnn import largest_bent, last_of_lstm, neighbour_mean, sage
from ml2020.gnn.rounds_sage import SageLSTMRound, SageMaxRound, SageRound
from tests.gnn.of_rounds import (
    is_its_layer,
    says_whether_it_ends_with_a_rectifier,
    takes_sparse_rows,
)

NEAR = {
    SageRound: lambda r, H, seen: neighbour_mean(H, seen.graph),
    SageMaxRound: lambda r, H, seen: largest_bent(
        H, seen.graph, r.first.weight, r.first.bias
    ),
    SageLSTMRound: lambda r, H, seen: last_of_lstm(
        r.first(H), seen.graph, r.lstm, seen.order
    ),
}


@pytest.mark.parametrize("kind", NEAR)
def test_a_round_is_its_layer_and_every_parameter_gets_a_slope(kind):
    def expected(r, H, start, seen):
        both = torch.cat([r.own.weight, r.other.weight], dim=1)
        return sage(H, NEAR[kind](r, H, seen), both, r.own.bias)

    is_its_layer(kind, expected)


@pytest.mark.parametrize("kind", NEAR)
def test_a_round_takes_sparse_rows_as_dense_ones(kind):
    takes_sparse_rows(kind)


@pytest.mark.parametrize("kind", NEAR)
def test_it_says_that_it_ends_with_a_rectifier(kind):
    says_whether_it_ends_with_a_rectifier(kind)


def test_its_sides_are_single_precision_whatever_the_default():
    torch.set_default_dtype(torch.float64)
    try:
        assert SageRound(3, 4, 3).sides.dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)
