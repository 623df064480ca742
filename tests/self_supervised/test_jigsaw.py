"""Orders lie far apart, and pieces come where the order says."""

from itertools import permutations

import pytest
import torch

from ml2020.self_supervised import cut, joined, permutation_set, shuffled
from tests.refusals import refuses


def pictures(n=3, side=6):
    return torch.rand(n, 1, side, side, generator=torch.Generator().manual_seed(0))


@pytest.mark.equation("eq-self_supervised-orders")
@pytest.mark.parametrize(("pieces", "count"), [(3, 6), (4, 8), (5, 12)])
def test_each_order_is_the_farthest_from_all_before_it(pieces, count):
    chosen = [tuple(order) for order in permutation_set(pieces, count).tolist()]
    everything = list(permutations(range(pieces)))

    def total(order, before):
        return sum(
            a != b for other in before for a, b in zip(order, other, strict=True)
        )

    assert chosen[0] == tuple(range(pieces))
    for k in range(1, count):
        left = [order for order in everything if order not in chosen[:k]]
        assert chosen[k] == max(left, key=lambda order: total(order, chosen[:k]))


def test_the_first_four_orders_of_four_pieces_agree_nowhere():
    orders = permutation_set(4, 4)
    apart = (orders[:, None] != orders).sum(dim=2)
    assert apart.tolist() == (4 * (1 - torch.eye(4, dtype=torch.int64))).tolist()


def test_all_orders_are_all_orders():
    found = {tuple(order) for order in permutation_set(3, 6).tolist()}
    assert found == set(permutations(range(3)))


def test_pieces_are_cut_row_by_row_and_joined_again():
    x = torch.arange(16.0).view(1, 1, 4, 4)
    assert cut(x, 2)[0].tolist() == [
        [[0, 1], [4, 5]],
        [[2, 3], [6, 7]],
        [[8, 9], [12, 13]],
        [[10, 11], [14, 15]],
    ]
    x = pictures()
    for grid in (1, 2, 3, 6):
        assert torch.equal(joined(cut(x, grid), grid), x)


@pytest.mark.equation("eq-self_supervised-jigsaw")
def test_a_place_gets_the_piece_that_the_order_names():
    x, orders = pictures(), permutation_set(9, 3)
    which = torch.tensor([2, 0, 1])
    seen = shuffled(x, orders, which)
    for n in range(3):
        for place in range(9):
            piece = int(orders[which[n], place])
            i, j = divmod(place, 3)
            a, b = divmod(piece, 3)
            window = seen[n, 0, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
            assert torch.equal(window, x[n, 0, 2 * a : 2 * a + 2, 2 * b : 2 * b + 2])
    assert torch.equal(seen[1], x[1])


def test_rejects_more_orders_than_there_are_and_puzzles_that_are_too_large():
    said = "^count is 25: 4 pieces have 24 orders$"
    refuses(lambda n: permutation_set(4, n), said, good=[24], bad=[25])
    said = "^pieces is 10: give 9 at most$"
    refuses(lambda n: permutation_set(n, 2), said, good=[2], bad=[10])
    said = "^pieces is 1: give 2 or more$"
    refuses(lambda n: permutation_set(n, 2), said, good=[2], bad=[1])
    said = "^count is 1: give 2 or more$"
    refuses(lambda n: permutation_set(3, n), said, good=[2], bad=[1])


def test_rejects_pictures_that_cannot_be_cut_so_and_unknown_orders():
    x = pictures()
    refuses(lambda g: cut(x, g), "^grid is 4: give a divisor of 6", good=[3], bad=[4])
    refuses(lambda g: cut(x, g), "^grid is 0: give 1", good=[1], bad=[0])
    refuses(lambda x: cut(x, 2), "^x is empty", good=[x], bad=[x[:0]])
    pieces = cut(x, 2)
    said = "^pieces are 4 a picture: give 9$"
    refuses(lambda g: joined(pieces, g), said, good=[2], bad=[3])
    refuses(lambda p: joined(p, 2), "^pieces is empty", good=[pieces], bad=[pieces[:0]])
    orders = permutation_set(4, 3)
    which = torch.tensor([0, 2, 1])
    said = "^which has unknown symbols: give 0 to 2$"
    bad = [which + 1, which - 1]
    refuses(lambda w: shuffled(x, orders, w), said, good=[which], bad=bad)
