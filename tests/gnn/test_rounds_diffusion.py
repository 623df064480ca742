"""The rounds of DCNN and DGC call their layers on the rings of the views."""

import pytest

from ml2020.gnn import dcnn, dgc, ring_means
from ml2020.gnn.rounds_diffusion import DCNNRound, DGCRound
from tests.gnn.of_rounds import (
    is_its_layer,
    says_whether_it_ends_with_a_rectifier,
    takes_sparse_rows,
)

LAYERS = {DCNNRound: dcnn, DGCRound: dgc}


@pytest.mark.parametrize("kind", LAYERS)
def test_a_round_is_its_layer_and_every_parameter_gets_a_slope(kind):
    def expected(r, H, start, seen):
        return LAYERS[kind]([H, *ring_means(H, seen.around)], list(r.W))

    is_its_layer(kind, expected)


@pytest.mark.parametrize("kind", LAYERS)
def test_a_round_takes_sparse_rows_as_dense_ones(kind):
    takes_sparse_rows(kind)


@pytest.mark.parametrize("kind", LAYERS)
def test_it_says_that_it_ends_with_no_rectifier(kind):
    says_whether_it_ends_with_a_rectifier(kind)


def test_it_is_as_wide_as_whole_parts_allow():
    assert DCNNRound(6, 8, 6).width == 6
    assert DGCRound(6, 8, 6).width == 8
