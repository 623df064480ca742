"""Neighbours: the task, its ceiling, and who is told places."""

from itertools import permutations

import pytest
import torch

from ml2020.transformer import (
    asked,
    before,
    best_guess,
    circles,
    descended,
    drawn_reader,
    share_right,
)
from tests.refusals import refuses


def dice(k):
    return torch.Generator().manual_seed(k)


def test_before_each_place_stands_the_last_one_or_the_one_to_the_left():
    assert before(torch.tensor([[5, 6, 7]])).tolist() == [[7, 5, 6]]


def test_symbols_are_drawn_alike():
    X = circles(3000, 8, 10, generator=dice(0))
    assert X.shape == (3000, 8)
    shares = X.flatten().bincount() / X.numel()
    assert shares.tolist() == pytest.approx([0.1] * 10, abs=0.01)
    assert torch.equal(X, circles(3000, 8, 10, generator=dice(0)))


@pytest.mark.parametrize(
    "row", [[0, 1, 2, 3], [0, 0, 1, 2], [0, 0, 1, 1], [2, 2, 2, 2]]
)
def test_the_best_guess_is_the_best_over_all_orders(row):
    orders = [list(o) for o in permutations(row)]
    right = 0.0
    for x in set(row):  # whoever knows the symbols says one answer for each x
        met = [o[i - 1] for o in orders for i in range(4) if o[i] == x]
        right += max(met.count(y) for y in set(row))
    wanted = right / 4 / len(orders)
    assert best_guess(torch.tensor([row])) == pytest.approx(wanted)


def test_a_reader_is_asked_what_stands_before_and_learns_it_if_it_knows_places():
    shares = {}
    for kind in ("none", "table"):
        model = drawn_reader(0, 4, 8, 2, 1, kind)
        cost = asked(32, 4, 4, generator=dice(1))
        learned = descended(model, cost, lambda t: 0.02, 60)
        judged = circles(300, 4, 4, generator=dice(2))
        shares[kind] = share_right(learned, judged), best_guess(judged)
    assert shares["none"][0] < shares["none"][1] + 0.05
    assert shares["table"][0] > 0.9


def test_each_call_asks_about_new_circles():
    model, cost = drawn_reader(0, 4, 8, 2, 1), asked(2, 4, 4, generator=dice(3))
    assert cost(model) != cost(model)


def test_no_circle_is_refused():
    for k, name in enumerate(("n", "T", "symbols")):
        refuses(
            lambda x, k=k: circles(*[x if j == k else 2 for j in range(3)]),
            f"^{name} is 0: give 1 or more$",
            good=[1],
            bad=[0],
        )
    X = torch.ones(1, 2, dtype=torch.int64)
    refuses(
        best_guess,
        "^X (is empty: give at least one circle|has 1 place: give circles of 2)",
        good=[X],
        bad=[X[:0], X[:, :1]],
    )
