"""Tables: an even one is two numbers, any other its floats, and both come back."""

import io

import pytest
import torch

from ml2020.compression import affine, k_means
from ml2020.compression.tables import (
    float_bytes,
    read_floats,
    read_table,
    table_bytes,
)
from tests.refusals import refuses


def weights(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    "table",
    [
        weights(5),
        torch.zeros(4),
        torch.zeros(1),
        torch.tensor([-0.5, 0.0, 0.5, 1.0]),
        torch.tensor([-1.0, -0.5, 0.0]),
        torch.tensor([0.0, 3.0]),
        torch.tensor([0.0, 1.0, 2.5]),
        affine(weights(99), 8).table,
    ],
)
def test_a_table_comes_back(table):
    file = io.BytesIO(table_bytes(table) + b"more")
    back = read_table(file)
    assert torch.equal(back, table)
    assert back.dtype == torch.float32
    assert file.read() == b"more"


def test_an_even_table_is_kept_as_two_numbers_and_no_other_is():
    assert len(table_bytes(affine(weights(99), 8).table)) == 9
    assert len(table_bytes(k_means(weights(99), 8).table)) == 3 + 32
    assert len(table_bytes(torch.zeros(4))) == 3 + 16
    assert len(table_bytes(torch.zeros(1))) == 3 + 4


def test_floats_come_back():
    w = weights(3)
    assert torch.equal(read_floats(io.BytesIO(float_bytes(w)), 3), w)


def test_a_file_that_ends_too_early_is_refused():
    data = table_bytes(weights(5))
    bad = [data[:-1], data[:2], b""]
    refuses(lambda d: read_table(io.BytesIO(d)), "^file ends", good=[data], bad=bad)
