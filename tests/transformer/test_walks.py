"""Walks: they go to neighbours, cost a coin, and a peeking reader is found out."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.transformer import (
    LEAST,
    descended,
    drawn_reader,
    foreseen,
    loss_by_place,
    share_of_steps,
    walked,
    walks,
)
from tests.refusals import refuses


def dice(k):
    return torch.Generator().manual_seed(k)


def test_each_step_goes_on_by_one_place_or_two():
    X = walks(2000, 6, generator=dice(0))
    assert X.shape == (2000, 6)
    assert X.min() == 0
    assert X.max() == 9
    assert share_of_steps(X) == 1
    right = (X.diff(dim=1) % 10 == 1).double().mean()
    assert float(right) == pytest.approx(0.5, abs=0.02)
    assert (X[:, 0].bincount() / 2000).tolist() == pytest.approx([0.1] * 10, abs=0.03)


@pytest.mark.parametrize(
    ("x", "y", "may"),
    [
        (0, 1, 1),
        (0, 2, 1),
        (9, 0, 1),
        (9, 1, 1),
        (8, 0, 1),
        (0, 0, 0),
        (0, 3, 0),
        (1, 0, 0),
        (0, 9, 0),
        (0, 8, 0),
    ],
)
def test_a_step_is_allowed_if_it_goes_on_by_one_or_two(x, y, may):
    assert share_of_steps(torch.tensor([[x, y]])) == may


def test_who_knows_the_rule_loses_a_coin_a_step():
    X = walks(3, 8, generator=dice(1))
    shares = torch.full((10, 10), 1e-12)
    for x in range(10):
        shares[x, [(x + 1) % 10, (x + 2) % 10]] = 0.5
    loss = F.nll_loss(shares[X[:, :-1]].log().flatten(0, 1), X[:, 1:].flatten())
    assert loss.item() == pytest.approx(LEAST)
    assert pytest.approx(math.log(2)) == LEAST


def test_the_loss_is_that_of_the_next_place():
    model, cost = drawn_reader(0, 10, 8, 2, 1), foreseen(3, 5, generator=dice(2))
    X = walks(3, 5, generator=dice(2))
    scores = model(X[:, :4]).log_softmax(dim=-1)
    wanted = -sum(scores[n, t, X[n, t + 1]] for n in range(3) for t in range(4)) / 12
    torch.testing.assert_close(cost(model), wanted)


def test_places_that_are_spared_do_not_count():
    model = drawn_reader(0, 10, 8, 2, 1)
    X = walks(3, 5, generator=dice(2))
    scores = model(X[:, :4]).log_softmax(dim=-1)
    for spared in (1, 3):
        cost = foreseen(3, 5, spared, generator=dice(2))
        some = [(n, t) for n in range(3) for t in range(4 - spared)]
        wanted = -sum(scores[n, t, X[n, t + 1]] for n, t in some) / len(some)
        torch.testing.assert_close(cost(model), wanted)


def test_the_loss_by_place_is_the_loss_in_the_mean_and_has_its_place():
    model = drawn_reader(0, 10, 8, 2, 1, masked=True)
    by_place = loss_by_place(model, 50, 5, generator=dice(2))
    assert by_place.shape == (4,)
    assert not by_place.requires_grad
    torch.testing.assert_close(
        by_place.mean(), foreseen(50, 5, generator=dice(2))(model).detach()
    )
    X = walks(50, 5, generator=dice(2))
    for t in range(4):
        wanted = F.cross_entropy(model(X[:, : t + 1])[:, t], X[:, t + 1])
        torch.testing.assert_close(by_place[t], wanted.detach())


def test_only_who_peeks_loses_less_than_a_coin():
    last = {}
    for masked in (False, True):
        losses = []
        model = drawn_reader(1, 10, 16, 2, 1, "table", masked=masked)
        cost = foreseen(32, 6, generator=dice(3))
        descended(model, cost, lambda t: 0.02, 90, losses)
        last[masked] = sum(losses[-10:]) / 10
    assert last[False] < 0.6 * LEAST < 0.95 * LEAST < last[True]


def test_walks_alone_begin_anywhere_and_repeat_with_the_same_dice():
    model = drawn_reader(2, 10, 8, 2, 1, masked=True)
    X = walked(model, 500, 4, generator=dice(4))
    assert X.shape == (500, 4)
    assert torch.equal(X[:, :1], walks(500, 1, generator=dice(4)))
    assert torch.equal(X, walked(model, 500, 4, generator=dice(4)))


def test_no_walk_is_refused():
    refuses(lambda n: walks(n, 2), "^n is 0: give 1 or more$", good=[1], bad=[0])
    refuses(lambda T: walks(2, T), "^T is 0: give 1 or more$", good=[1], bad=[0])
    model = drawn_reader(2, 10, 8, 2, 1)
    for call in (foreseen, lambda n, T: loss_by_place(model, n, T)):
        refuses(lambda n, f=call: f(n, 3), "^n is 0: give 1", good=[1], bad=[0])
        refuses(lambda T, f=call: f(3, T), "^T is .: give 2", good=[2], bad=[1, 0])
    refuses(
        lambda spared: foreseen(3, 5, spared),
        "^spared is -?.: choose it from 0 to 3$",
        good=[0, 3],
        bad=[4, -1],
    )
    X = torch.ones(1, 2, dtype=torch.int64)
    refuses(
        share_of_steps,
        "^X (is empty: give at least one walk|has 1 place: give walks of 2 or more)",
        good=[X],
        bad=[X[:0], X[:, :1]],
    )
