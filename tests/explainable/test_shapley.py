"""Shapley values are the mean over all orders, and fair in four ways."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.explainable import coalitions, order_shares, shapley
from tests.explainable.nets import dice
from tests.refusals import refuses, spoilt


def game(players, seed):
    """Worths of all coalitions, drawn."""
    return torch.randn(2**players, generator=dice(seed), dtype=torch.float64)


def by_orders(worth, players):
    """The mean of what each adds, over all orders: slow."""
    phi = [0.0] * players
    for order in itertools.permutations(range(players)):
        come = 0
        for i in order:
            phi[i] += (worth[come + 2**i] - worth[come]).item()
            come += 2**i
    return torch.tensor(phi, dtype=torch.float64) / math.factorial(players)


@pytest.mark.equation("eq-explainable-shapley")
@settings(max_examples=25)
@given(players=st.integers(1, 5), seed=st.integers(0, 1000))
def test_it_is_the_mean_over_all_orders(players, seed):
    worth = game(players, seed)
    found = shapley(worth, players)
    torch.testing.assert_close(found, by_orders(worth, players))
    torch.testing.assert_close(found.sum(), worth[-1] - worth[0])


def test_coalitions_are_counted_in_binary():
    who = coalitions(3)
    assert who.tolist() == [[bool(n >> i & 1) for i in range(3)] for n in range(8)]


def test_in_an_additive_game_each_gets_what_it_brings():
    a = torch.tensor([1.0, -2.0, 0.5, 0.0])
    found = shapley(3 + coalitions(4).float() @ a, 4)
    torch.testing.assert_close(found, a)


def test_witnesses_share():
    assert shapley(coalitions(2).any(dim=1).float(), 2).tolist() == [0.5, 0.5]


def test_several_games_at_once():
    worths = torch.stack([game(3, 0), game(3, 1)])
    found = shapley(worths, 3)
    for k in range(2):
        torch.testing.assert_close(found[k], by_orders(worths[k], 3))


def test_bad_games_are_refused():
    said = "^players is .*: give"
    call = lambda n: shapley(torch.zeros(2 ** max(n, 0)), n)  # noqa: E731
    refuses(call, said, good=[1, 10], bad=[0, -1, 11])
    refuses(coalitions, said, good=[1, 10], bad=[0, 11])
    v = game(2, 0)
    said = "^v has the shape .*: give it"
    refuses(lambda v: shapley(v, 2), said, good=[v], bad=[v[:3]])
    said = "^v has NaN or infinity: give numbers"
    refuses(lambda v: shapley(v, 2), said, good=[v], bad=spoilt(v, math.nan))
    said = "^sizes has others than 0 to 2: leave one out"
    ask = lambda size: order_shares(torch.tensor([0, size]), 3)  # noqa: E731
    refuses(ask, said, good=[0, 2], bad=[-1, 3])
