"""Discounting: a table by hand, a probability, and what is refused."""

import pytest
import torch
from jaxtyping import TypeCheckError

from ml2020.conditional_generation.discounting import discounted, pair_counts
from tests.refusals import refuses

# pairs: begin-0 twice, begin-1 once, 0-1 twice, 1-1 once
THREE = torch.tensor([[0, 1], [0, 1], [1, 1]])


def test_pairs_by_hand():
    assert pair_counts(THREE, 2).tolist() == [[0, 2], [0, 1], [2, 1]]
    assert pair_counts(THREE, 3)[3].tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("kinds", "alone"),
    [
        (False, [3 / 8, 5 / 8]),  # 0 comes twice, 1 four times, and once more each
        (True, [2 / 6, 4 / 6]),  # 0 was seen after one other, 1 after three
    ],
)
@pytest.mark.equation("eq-conditional_generation-discounted")
def test_a_table_by_hand(kinds, alone):
    P = discounted(THREE, 2, 0.5, kinds)
    assert P[2].tolist() == pytest.approx(
        [1.5 / 3 + alone[0] / 3, 0.5 / 3 + alone[1] / 3]
    )
    assert P[0].tolist() == pytest.approx([0.25 * alone[0], 0.75 + 0.25 * alone[1]])
    assert P[1].tolist() == pytest.approx([0.5 * alone[0], 0.5 + 0.5 * alone[1]])


def test_it_shares_by_how_often_unless_asked_for_kinds():
    assert torch.equal(discounted(THREE, 2, 0.5), discounted(THREE, 2, 0.5, False))


@pytest.mark.parametrize(
    ("kinds", "alone"),
    [(False, [3 / 8, 1 / 8, 3 / 8, 1 / 8]), (True, [2 / 6, 1 / 6, 2 / 6, 1 / 6])],
)
def test_after_what_nothing_was_seen_all_comes_from_the_single_ones(kinds, alone):
    P = discounted(torch.tensor([[0, 2], [0, 2]]), 4, 0.9, kinds)
    assert P[1].tolist() == pytest.approx(alone)


def test_it_is_a_probability_also_where_little_is_counted():
    W = torch.randint(30, (40, 5), generator=torch.Generator().manual_seed(0))
    for discount in (0.01, 0.5, 0.99):
        for kinds in (False, True):
            P = discounted(W, 30, discount, kinds)
            assert P.dtype == torch.float64
            assert P.shape == (31, 30)
            assert (P > 0).all()
            assert torch.allclose(P.sum(dim=1), torch.ones(31, dtype=torch.float64))


def test_with_a_discount_near_zero_it_counts():
    W = torch.tensor([[0, 1], [0, 0], [0, 1]])
    assert discounted(W, 2, 1e-9)[0].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_the_poems_stay_as_they_are():
    W = torch.tensor([[0, 1], [1, 0]])
    discounted(W, 2, 0.5)
    assert W.tolist() == [[0, 1], [1, 0]]


def test_rejects_what_cannot_be_counted():
    W = torch.tensor([[0, 1]])
    refuses(
        lambda discount: discounted(W, 2, discount),
        "^discount is",
        good=[0.01, 0.99],
        bad=[0.0, 1.0, -0.1, float("nan")],
    )
    refuses(
        lambda symbols: pair_counts(W, symbols),
        "^W has symbols outside 0 to",
        good=[2, 3],
        bad=[1],
    )
    refuses(lambda V: pair_counts(V, 2), "^W ", good=[W], bad=[W[:0], W - 1])


@pytest.mark.parametrize("W", [torch.zeros(2, 3), torch.zeros(3).long()[None, None]])
def test_rejects_what_are_no_rows_of_symbols(W):
    with pytest.raises(TypeCheckError):
        pair_counts(W, 2)
