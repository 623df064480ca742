"""Parity by two layers of gates and by a chain: the same answers, other counts."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.why_deep import and_or, bit_rows, odd_terms, parity, xor_chain
from ml2020.why_deep.circuits import check_terms
from tests.refusals import refuses

few = st.integers(1, 6)


@given(bits=few)
def test_the_rows_are_all_rows_in_the_order_of_their_numbers(bits):
    expected = list(itertools.product([False, True], repeat=bits))
    assert [tuple(row) for row in bit_rows(bits).tolist()] == expected


@given(bits=few)
def test_parity_is_the_remainder_of_the_count(bits):
    rows = bit_rows(bits)
    assert parity(rows).tolist() == [bool(sum(r) % 2) for r in rows.tolist()]


@pytest.mark.equation("eq-why_deep-terms")
@pytest.mark.parametrize("bits", range(1, 11))
def test_half_of_all_rows_are_odd_and_need_a_gate_each(bits):
    terms = odd_terms(bits)
    assert len(terms) == 2 ** (bits - 1) == len(set(map(tuple, terms.tolist())))
    rows = bit_rows(bits)
    said, gates = and_or(rows, terms)
    assert torch.equal(said, parity(rows))
    assert gates == len(terms) + 1
    without, fewer = and_or(rows, terms[1:]) if bits > 1 else (~said, gates - 1)
    assert not torch.equal(without, said)
    assert fewer == gates - 1


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_a_gate_that_leaves_out_a_bit_says_yes_to_an_even_row(bits):
    rows = bit_rows(bits)
    for term in odd_terms(bits):
        for left_out in range(bits):
            asked = [bit for bit in range(bits) if bit != left_out]
            met = (rows[:, asked] == term[asked]).all(dim=1)
            assert (~parity(rows[met])).any()


@pytest.mark.equation("eq-why_deep-chain")
@pytest.mark.parametrize("bits", range(1, 11))
def test_a_chain_says_the_same_with_three_gates_a_link(bits):
    rows = bit_rows(bits)
    said, gates = xor_chain(rows)
    assert torch.equal(said, parity(rows))
    assert gates == 3 * (bits - 1)


def test_by_hand_for_three_bits():
    assert odd_terms(3).int().tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]]


def test_rejects_tables_that_are_empty_or_too_large():
    for call in (bit_rows, odd_terms):
        said = "^bits is .*: give (1 or more|20)$"
        refuses(call, said, good=[1, 2], bad=[0, -1, 21, 2000])
    assert len(bit_rows(20)) == 2**20
    none = torch.ones(0, 3, dtype=torch.bool)
    one = torch.ones(1, 3, dtype=torch.bool)
    for call in (parity, xor_chain, lambda rows: and_or(rows, one)):
        with pytest.raises(ValueError, match=r"^rows is empty: give at least one row$"):
            call(none)
    with pytest.raises(ValueError, match=r"^terms is empty: give at least one term$"):
        and_or(one, none)
    refuses(
        lambda terms: check_terms(one, terms),  # and_or refuses it by its annotations
        r"^terms has the shape .*: give it \(\d, 3\)$",
        good=[one, bit_rows(3)],
        bad=[one[:, :2], bit_rows(4)[:2], one[0]],
    )
