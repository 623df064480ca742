"""All functions of a few bits: each is there once, and the losses are shares."""

import math
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from ml2020.introduction import all_functions, all_inputs, line_tables, losses
from tests.refusals import refuses, spoilt

BOOLEANS = st.lists(st.booleans(), min_size=4, max_size=4)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_inputs_count_upwards(k):
    assert all_inputs(k).int().tolist() == [
        list(row) for row in product([0, 1], repeat=k)
    ]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_every_function_is_there_once(k):
    tables = all_functions(k)
    assert tables.shape == (2 ** (2**k), 2**k)
    assert len(tables.unique(dim=0)) == len(tables)


@given(truth=BOOLEANS, seen=BOOLEANS.filter(any))
def test_the_loss_is_the_share_of_seen_rows_that_are_wrong(truth, seen):
    result = losses(all_functions(2), torch.tensor(seen), torch.tensor(truth))
    for loss, table in zip(result, all_functions(2).tolist(), strict=True):
        rows = [r for r in range(4) if seen[r]]
        expected = sum(table[r] != truth[r] for r in rows) / len(rows)
        assert loss.item() == pytest.approx(expected)


@pytest.mark.equation("eq-introduction-best")
@given(truth=BOOLEANS)
def test_with_all_rows_seen_the_best_function_is_the_truth(truth):
    found = losses(all_functions(2), torch.ones(4).bool(), torch.tensor(truth))
    assert all_functions(2)[found.argmin()].tolist() == truth
    assert (found == 0).sum() == 1


@pytest.mark.equation("eq-introduction-undecided")
@given(truth=BOOLEANS, seen=BOOLEANS.filter(any))
def test_every_unseen_row_doubles_what_is_left(truth, seen):
    found = losses(all_functions(2), torch.tensor(seen), torch.tensor(truth))
    assert (found == 0).sum() == 2 ** seen.count(False)


@pytest.mark.equation("eq-introduction-xor")
def test_no_line_of_a_fine_grid_is_xor_or_its_opposite():
    tables = line_tables(torch.linspace(-3, 3, 25), torch.linspace(-3, 3, 25))
    reached = {tuple(table) for table in tables.int().tolist()}
    missing = {tuple(t) for t in all_functions(2).int().tolist()} - reached
    assert missing == {(0, 1, 1, 0), (1, 0, 0, 1)}


@pytest.mark.equation("eq-introduction-two-lines")
def test_two_lines_in_a_row_are_xor():
    one = torch.tensor([1.0])
    (h1,), (h2,) = (line_tables(one, torch.tensor([-b])) for b in (1 / 2, 3 / 2))
    third = line_tables(torch.tensor([1.0, -1.0]), torch.tensor([-1 / 2]))[1]
    assert torch.equal(third[2 * h1.long() + h2], all_inputs(2).sum(dim=1) == 1)


def test_a_line_says_one_where_its_sum_is_positive():
    tables = line_tables(torch.tensor([1.0, -1.0]), torch.tensor([0.5]))
    expected = [
        [w1 * x1 + w2 * x2 + 0.5 > 0 for x1, x2 in product([0, 1], repeat=2)]
        for w1, w2 in product([1, -1], repeat=2)
    ]
    assert tables.tolist() == expected


def test_a_point_on_the_line_is_not_above_it():
    (table,) = line_tables(torch.tensor([1.0]), torch.tensor([-1.0])).tolist()
    assert table == [False, False, False, True]


def test_rounding_may_put_a_point_of_the_line_above_it():
    weights = torch.tensor([0.1, 0.2], dtype=torch.float64)
    tables = line_tables(weights, torch.tensor([-0.3], dtype=torch.float64))
    assert tables[:, 3].tolist() == [False, True, True, True]


def test_without_weights_all_answers_are_the_same():
    tables = line_tables(torch.tensor([0.0]), torch.tensor([-1.0, 1.0]))
    assert tables.tolist() == [[False] * 4, [True] * 4]


@pytest.mark.parametrize("hidden", range(4))
def test_lines_decide_an_unseen_input_for_two_of_eight_labellings(hidden):
    grid = torch.linspace(-3, 3, 25)
    tables = line_tables(grid, grid).unique(dim=0)
    seen = torch.arange(4) != hidden
    left = []
    for labels in product([False, True], repeat=3):
        y_hat = torch.zeros(4, dtype=torch.bool)
        y_hat[seen] = torch.tensor(labels)
        left.append(int((losses(tables, seen, y_hat) == 0).sum()))
    assert sorted(left) == [1, 1, 2, 2, 2, 2, 2, 2]


def test_the_best_lines_get_three_of_four_right_for_xor():
    tables = line_tables(torch.linspace(-3, 3, 25), torch.linspace(-3, 3, 25))
    xor = torch.tensor([False, True, True, False])
    assert losses(tables, torch.ones(4).bool(), xor).min() == 1 / 4


@pytest.mark.parametrize("count", [all_inputs, all_functions])
def test_rejects_a_number_of_inputs_that_is_no_list(count):
    said = r"^k is -?\d: choose 1 to 4 inputs$"
    refuses(count, said, good=[1, 4], bad=[0, 5, -1])


def test_rejects_data_without_an_example():
    def call(count):
        return losses(all_functions(2), torch.arange(4) < count, torch.zeros(4).bool())

    said = r"^seen is all False: show at least one example$"
    refuses(call, said, good=[1, 4], bad=[0])


@pytest.mark.parametrize("bad", ["seen", "y_hat"])
def test_rejects_another_number_of_inputs_than_the_functions_have(bad):
    given = {"seen": torch.ones(4).bool(), "y_hat": torch.zeros(4).bool()}
    with pytest.raises(TypeCheckError, match=bad):
        losses(all_functions(2), **{**given, bad: torch.ones(3).bool()})


def test_rejects_lines_without_numbers():
    some = torch.tensor([-1.0, 0.0, 1.0])
    for name, call in (
        ("weights", lambda w: line_tables(w, some)),
        ("biases", lambda b: line_tables(some, b)),
    ):
        said = rf"^{name} has NaN or infinity: give numbers$"
        refuses(call, said, good=[some], bad=spoilt(some, math.nan, math.inf))
        said = rf"^{name} is empty: give at least one number$"
        refuses(call, said, good=[some[:1]], bad=[some[:0]])
