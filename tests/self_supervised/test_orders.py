"""A sentence said in any order is a distribution; the identity is the usual one."""

import math
from itertools import permutations, product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.self_supervised import (
    drawn_tables,
    log_conditionals,
    log_likelihood,
    mean_likelihood,
    seen_by_order,
)
from ml2020.self_supervised.orders import Tables
from ml2020.transformer import causal
from tests.refusals import refuses

ORDERS = list(permutations(range(3)))


def model(seed=0, places=3, tokens=4):
    return drawn_tables(places, tokens, generator=torch.Generator().manual_seed(seed))


def sentences(places=3, tokens=4):
    return [torch.tensor(words) for words in product(range(tokens), repeat=places)]


def slowly(tables, words, order):
    """Return the probability by the chain rule, token by token."""
    total, said = 1.0, []
    for place in order:
        scores = tables.own[place].clone()
        for other in said:
            scores = scores + tables.by[place, other, words[other]]
        total *= scores.softmax(dim=0)[words[place]].item()
        said.append(place)
    return total


@pytest.mark.equation("eq-self_supervised-permutation")
@given(seed=st.integers(0, 20))
def test_an_order_is_the_chain_rule_along_it(seed):
    tables = model(seed)
    for order in ORDERS:
        for words in sentences()[:: 1 + seed]:
            found = log_likelihood(tables, words, order).exp().item()
            assert found == pytest.approx(slowly(tables, words, order))


@pytest.mark.equation("eq-self_supervised-ar")
def test_the_identity_is_the_language_model_from_left_to_right():
    tables = model()
    for words in sentences():
        told = 1.0
        for t in range(3):
            scores = tables.own[t] + sum(tables.by[t, s, words[s]] for s in range(t))
            told *= scores.softmax(dim=0)[words[t]].item()
        found = log_likelihood(tables, words, [0, 1, 2]).exp().item()
        assert found == pytest.approx(told, rel=1e-12)


@pytest.mark.equation("eq-self_supervised-seen")
@pytest.mark.parametrize("order", ORDERS)
def test_each_place_sees_those_that_come_before_it(order):
    seen = seen_by_order(order)
    for t in range(3):
        before = set(order[: order.index(t)])
        assert {s for s in range(3) if seen[t, s]} == before


def test_the_identity_s_mask_is_causal_without_the_place_itself():
    for T in (1, 2, 7):
        eye = torch.eye(T, dtype=torch.bool)
        assert torch.equal(seen_by_order(range(T)) | eye, causal(T))


def test_every_order_sums_to_1_and_so_does_their_mean():
    tables = model(3)
    for order in ORDERS:
        total = sum(log_likelihood(tables, w, order).exp() for w in sentences())
        assert total.item() == pytest.approx(1, abs=1e-12)
    total = sum(mean_likelihood(tables, words) for words in sentences())
    assert total.item() == pytest.approx(1, abs=1e-12)


def test_the_mean_is_that_of_all_orders():
    tables, words = model(), torch.tensor([1, 3, 0])
    found = sum(slowly(tables, words, order) for order in ORDERS) / 6
    assert mean_likelihood(tables, words).item() == pytest.approx(found)


def test_orders_differ_for_a_model_that_knows_nothing():
    tables, words = model(), torch.tensor([1, 3, 0])
    found = {round(slowly(tables, words, order), 10) for order in ORDERS}
    assert len(found) == 6


def test_a_place_does_not_hear_its_own_token_nor_what_comes_later():
    tables, seen = model(), seen_by_order([2, 0, 1])
    words = torch.tensor([1, 2, 3])
    says = log_conditionals(tables, words, seen)
    assert says.exp().sum(dim=1).tolist() == pytest.approx([1, 1, 1])
    for place, deaf in ((0, (0, 1)), (1, (1,)), (2, (0, 1, 2))):
        for other in range(3):
            changed = words.clone()
            changed[other] = 0
            same = torch.equal(
                log_conditionals(tables, changed, seen)[place], says[place]
            )
            assert same == (other in deaf)


def test_without_what_is_heard_places_are_independent():
    own = model().own
    tables = Tables(own, torch.zeros(3, 3, 4, 4, dtype=torch.float64))
    words = torch.tensor([0, 1, 2])
    alone = math.prod(own.softmax(dim=1)[t, t].item() for t in range(3))
    assert mean_likelihood(tables, words).item() == pytest.approx(alone)


def test_tables_are_standard_normal_and_of_their_seed():
    tables = drawn_tables(5, 20, generator=torch.Generator().manual_seed(1))
    assert tables.own.shape == (5, 20)
    assert tables.by.shape == (5, 5, 20, 20)
    assert tables.by.std().item() == pytest.approx(1, abs=0.03)
    assert torch.equal(model(2).by, model(2).by)
    assert tables.own.dtype == tables.by.dtype == torch.float64


def test_rejects_what_is_no_order():
    said = r"^order is \[.*\]: give each place from 0 on once$"
    good = [[0], [1, 0], (2, 0, 1)]
    refuses(seen_by_order, said, good=good, bad=[[], [1], [0, 0], [0, 2], [1, 2]])


def test_rejects_unknown_tokens_and_other_lengths():
    tables, words = model(), torch.tensor([1, 2, 3])
    call = lambda w: log_likelihood(tables, w, range(len(w)))  # noqa: E731
    refuses(
        call, "^tokens has unknown symbols", good=[words], bad=[words + 1, words - 2]
    )
    refuses(call, "^tokens has the shape", good=[words], bad=[words[:2]])
    said = "^order has 2 places: give 3$"
    refuses(
        lambda order: log_likelihood(tables, words, order),
        said,
        good=[[2, 1, 0]],
        bad=[[1, 0]],
    )
    refuses(lambda n: drawn_tables(n, 2), "^places is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: drawn_tables(2, n), "^tokens is 0: give 1", good=[1], bad=[0])
