"""Flipping makes the objective less, and ends; the best of all labellings is known."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.classification import with_ones
from ml2020.semi_supervised import (
    fit_svm,
    flipped,
    labellings,
    svm_objective,
    transductive_svm,
)
from tests.refusals import refuses, spoilt


def points(seed=0, u=6):
    dice = torch.Generator().manual_seed(seed)
    y = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)
    X = torch.randn(4 + u, 2, generator=dice, dtype=torch.float64)
    X[:4, 0] += y
    X = with_ones(X)
    return X[:4], y, X[4:]


def test_all_labellings_are_tried_once():
    X, y, U = points(u=3)
    found = list(labellings(X, y, U, 1.0))
    assert len({tuple(guess.tolist()) for guess, _ in found}) == 8
    for guess, objective in found:
        assert isinstance(objective, float)
        sides, cost = torch.cat([y, guess]), torch.ones(7).double()
        w = fit_svm(torch.cat([X, U]), sides, cost)
        slow = svm_objective(w, torch.cat([X, U]), sides, cost)
        assert objective == pytest.approx(slow.item())


@pytest.mark.equation("eq-semi_supervised-flip")
@given(seed=st.integers(0, 200), pairs=st.integers(1, 4))
def test_a_flip_lowers_the_objective_and_keeps_the_count(seed, pairs):
    dice = torch.Generator().manual_seed(seed)
    scores = torch.randn(8, generator=dice, dtype=torch.float64)
    guess = torch.ones(8, dtype=torch.float64)
    guess[torch.randperm(8, generator=dice)[:4]] = -1
    new = flipped(scores, guess, pairs)
    assert new.sum() == guess.sum()
    changed = int((new != guess).sum())
    assert changed <= 2 * pairs
    w, ones = torch.ones(1).double(), torch.ones(8).double()
    old, now = (svm_objective(w, scores[:, None], s, ones) for s in (guess, new))
    inside = any(
        s < 1 and t > -1 and t > s
        for s in scores[guess > 0].tolist()
        for t in scores[guess < 0].tolist()
    )
    assert now <= old
    if inside and pairs == 4:
        assert now < old
    right = scores[guess > 0].min() >= scores[guess < 0].max()
    assert (changed == 0) == bool(right)


@pytest.mark.parametrize("pairs", [1, 100])
@settings(max_examples=6)
@given(seed=st.integers(0, 60))
def test_it_ends_where_no_pair_stands_the_wrong_way_round(pairs, seed):
    X, y, U = points(seed)
    w, guess = transductive_svm(X, y, U, (1.0, 0.5), 3, pairs)
    assert (guess == 1).sum() == 3
    assert torch.equal(flipped(U @ w, guess, 1), guess)
    cost = torch.cat([torch.ones(4), torch.full((6,), 0.5)]).double()
    everything, sides = torch.cat([X, U]), torch.cat([y, guess])
    torch.testing.assert_close(w, fit_svm(everything, sides, cost))


def test_it_never_beats_the_best_of_all():
    X, y, U = points()
    best = min(
        value for guess, value in labellings(X, y, U, 1.0) if (guess == 1).sum() == 3
    )
    w, guess = transductive_svm(X, y, U, (1.0, 1.0), 3)
    sides = torch.cat([y, guess])
    found = svm_objective(w, torch.cat([X, U]), sides, torch.ones(10).double())
    assert found.item() >= best - 1e-9


def test_rejects_bad_arguments():
    X, y, U = points(u=11)
    with pytest.raises(
        ValueError, match=r"^unlabelled has 11 examples: give at most 10"
    ):
        next(labellings(X, y, U, 1.0))
    next(labellings(X, y, U[:10], 1.0))
    with pytest.raises(ValueError, match=r"^cost is 0"):
        next(labellings(X, y, U[:2], 0))
    refuses(
        lambda positives: transductive_svm(X, y, U, (1.0, 1.0), positives),
        "^positives is .*: give 0 to 11$",
        good=[0, 11],
        bad=[-1, 12],
    )
    for costs in ((0.0, 1.0), (1.0, 0.0), (1.0, math.nan)):
        with pytest.raises(ValueError, match=r"^costs is .*: give a positive number"):
            transductive_svm(X, y, U, costs, 3)
    with pytest.raises(ValueError, match=r"^pairs is 0"):
        transductive_svm(X, y, U, (1.0, 1.0), 3, 0)
    with pytest.raises(ValueError, match=r"^cost is too large"):
        transductive_svm(X, y, U, (1e308, 1.0), 3)


def test_rejects_to_flip_what_cannot_be():
    scores = torch.tensor([1.0, -1.0, 0.5])
    guess = torch.tensor([1.0, -1.0, -1.0])
    refuses(
        lambda pairs: flipped(scores, guess, pairs),
        "^pairs is .*: give 0 or more$",
        good=[0, 5],
        bad=[-1],
    )
    refuses(
        lambda scores: flipped(scores, guess, 1),
        "^scores has NaN or infinity: fit the machine anew$",
        good=[scores],
        bad=spoilt(scores, math.nan),
    )
    refuses(
        lambda guess: flipped(scores, guess, 1),
        "^guess has numbers other than 1 and -1",
        good=[guess],
        bad=spoilt(guess, 0.0, math.nan),
    )
