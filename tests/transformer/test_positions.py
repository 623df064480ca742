"""Positions: the formula, the turns, and what a product of two of them knows."""

import math

import pytest
import torch

from ml2020.transformer import Table, shift, sinusoids, speeds, turned
from tests.refusals import refuses


@pytest.mark.equation("eq-transformer-sinusoids")
def test_each_number_is_a_sine_or_a_cosine():
    e = sinusoids(40, 8)
    for pos in (0, 1, 7, 39):
        for i in range(4):
            angle = pos / 10_000 ** (2 * i / 8)
            assert float(e[pos, 2 * i]) == pytest.approx(math.sin(angle), abs=1e-12)
            assert float(e[pos, 2 * i + 1]) == pytest.approx(math.cos(angle), abs=1e-12)


@pytest.mark.equation("eq-transformer-shift")
def test_a_matrix_takes_every_place_equally_far():
    e = sinusoids(50, 12)
    for k in (1, 5, -3):
        moved = e @ shift(k, 12).mT
        inside = slice(3, 44)
        torch.testing.assert_close(moved[inside], e[3 + k : 44 + k], atol=1e-12, rtol=0)
    turn = shift(4, 12)
    torch.testing.assert_close(turn @ turn.mT, torch.eye(12).double())
    torch.testing.assert_close(shift(1, 12) @ shift(3, 12), turn)


def test_the_product_of_two_places_knows_only_how_far_apart_they_are():
    products = (e := sinusoids(30, 16)) @ e.mT
    for k in range(1, 5):
        diagonal = products.diagonal(k)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal))
        assert float(diagonal[0]) == pytest.approx(float((k * speeds(16)).cos().sum()))


@pytest.mark.equation("eq-transformer-onehot")
def test_a_one_hot_place_beside_the_input_is_a_vector_added():
    dice = torch.Generator().manual_seed(0)
    W = torch.randn(4, 3 + 6, generator=dice).double()
    x = torch.randn(3, generator=dice).double()
    for i in range(6):
        p = torch.eye(6).double()[i]
        both = W @ torch.cat([x, p])
        torch.testing.assert_close(both, W[:, :3] @ x + W[:, 3 + i])


@pytest.mark.equation("eq-transformer-rotary")
def test_turned_queries_and_keys_meet_by_their_distance():
    dice = torch.Generator().manual_seed(1)
    q, k = (torch.randn(8, generator=dice).double() for _ in range(2))
    Q, K = (turned(part.expand(20, 8)) for part in (q, k))
    products = Q @ K.mT
    for i, j in ((0, 0), (3, 5), (19, 2)):
        wanted = q @ shift(i - j, 8) @ k
        torch.testing.assert_close(products[i, j], wanted)
    torch.testing.assert_close(Q[7], shift(7, 8).mT @ q)
    torch.testing.assert_close(Q.norm(dim=1), q.norm().expand(20))


def test_places_keep_the_type_of_the_rows():
    for dtype in (torch.float32, torch.float64):
        assert turned(torch.ones(3, 4, dtype=dtype)).dtype == dtype
    assert sinusoids(2, 2).dtype == torch.float64


def test_a_table_gives_its_first_places_and_no_more():
    torch.manual_seed(2)
    table = Table(5, 400)
    assert torch.equal(table(3), table.e[:3])
    assert float(table.e.detach().std()) == pytest.approx(0.02, rel=0.1)
    refuses(
        table,
        "^T is .*: the table has 1 to 5; cut, or learn more$",
        good=[1, 5],
        bad=[0, -1, 6],
    )
    refuses(lambda n: Table(n, 2), "^longest is 0: give 1 or more", good=[1], bad=[0])


def test_odd_numbers_and_no_place_are_refused():
    said = "^d is -?[0-9]+: choose an even number, 2 or more$"
    for call in (speeds, lambda d: sinusoids(3, d), lambda d: shift(1, d)):
        refuses(call, said, good=[2, 4], bad=[3, 1, 0, -2])
    refuses(lambda d: turned(torch.ones(2, d)), said, good=[2], bad=[1, 3])
    refuses(lambda T: sinusoids(T, 2), "^T is .*: give 1 or more$", good=[1], bad=[0])
