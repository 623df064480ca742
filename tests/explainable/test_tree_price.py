"""The guesser learns lengths that it met; the network is a network."""

import math

import numpy as np
import pytest
import torch

from ml2020.explainable import followed, parabola, scores, tree_price
from ml2020.explainable.tree_learning import start
from ml2020.explainable.tree_price import COPIES, HIDDEN, MEMORY, Guesser, imitated
from tests.explainable.nets import dice
from tests.refusals import refuses


def test_points_lie_above_the_parabola_and_a_tenth_of_the_labels_is_wrong():
    data = parabola(4000, generator=dice(0))
    above = data.X[:, 1] > 5 * (data.X[:, 0] - 0.5) ** 2 + 0.4
    assert torch.equal(data.truth, above.long())
    assert 0.08 < (data.y != data.truth).double().mean() < 0.12
    clean = parabola(50, 0.0, generator=dice(0))
    assert torch.equal(clean.y, clean.truth)
    refuses(parabola, "^n is .*: give 1 or more", good=[1], bad=[0])
    said = "^wrong is .*: give a share, 0 to 1"
    refuses(lambda w: parabola(5, w), said, good=[0.0, 1.0], bad=[-0.1, 2.0, math.nan])


def test_the_network_has_one_hidden_layer():
    theta, X = start(dice(0)), torch.rand(5, 2, generator=dice(1))
    W, b = theta[: 2 * HIDDEN].view(2, HIDDEN), theta[2 * HIDDEN : 3 * HIDDEN]
    v, c = theta[3 * HIDDEN : 4 * HIDDEN], theta[-1]
    for x, found in zip(X, scores(theta, X), strict=True):
        hidden = torch.tanh(4 * (x - 0.5) @ W + b)
        torch.testing.assert_close(found, hidden @ v + c)


def test_the_guesser_comes_near_what_it_met_and_shuffled_it_does_not():
    X = parabola(80, generator=dice(0)).X
    off = {}
    for shuffled in (False, True):
        guesser = Guesser(shuffled, dice(1))
        for k in range(12):
            guesser.meet(3 * start(dice(k)), X)
        assert len(guesser.lengths) == 12 * (COPIES + 1) <= MEMORY
        for _ in range(4):
            guesser.learn()
        known, goal = torch.stack(guesser.thetas), torch.tensor(guesser.lengths)
        off[shuffled] = (guesser.guess(known) - goal).square().mean() / goal.var()
    assert off[False] < 0.3 < off[True]


def test_guesses_are_made_before_the_lengths_and_forgotten_with_them(monkeypatch):
    monkeypatch.setattr(tree_price, "MEMORY", 12)
    X, guesser = parabola(30, generator=dice(0)).X, Guesser(False, dice(1))
    for k in range(12 // (COPIES + 1) + 2):
        theta = start(dice(k))
        expected = guesser.guess(theta).item()
        guesser.meet(theta, X)
        assert guesser.guesses[-1 - COPIES] == expected
    assert len(guesser.guesses) == len(guesser.lengths) == len(guesser.thetas) == 12
    assert torch.equal(guesser.thetas[-1 - COPIES], theta)


def test_notes_are_kept_of_near_parameters_and_are_not_moved_with_them():
    X, guesser = parabola(30, generator=dice(0)).X, Guesser(False, dice(1))
    theta = start(dice(2))
    before = theta.clone()
    guesser.meet(theta, X)
    theta += 1
    assert torch.equal(guesser.thetas[0], before)
    near = torch.stack(guesser.thetas[1:]) - before
    assert near.std().item() == pytest.approx(0.1, rel=0.2)


def test_who_follows_is_told_from_who_knows_the_mean_alone():
    group = 1 + COPIES
    guesser = Guesser(False, dice(0))
    guesser.lengths = torch.rand(5 * group, generator=dice(1)).tolist()
    level = torch.tensor([9.0, 1, 2, 3, 4]).repeat_interleave(group)
    lengths = torch.tensor(guesser.lengths)
    noise = torch.randn(5 * group, generator=dice(2))
    for guesses, expected in ((2 * lengths, 1), (-lengths, -1), (0 * lengths, 0)):
        guesser.guesses = (level + guesses).tolist()
        assert followed(guesser) == pytest.approx(expected, abs=1e-5)
    guesser.guesses = noise.tolist()
    a, b = (v.view(5, group)[1:].numpy() for v in (noise, lengths))
    a, b = ((v - v.mean(axis=1, keepdims=True)).ravel() for v in (a, b))
    assert followed(guesser) == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-6)


def test_after_the_memory_is_full_the_oldest_group_that_is_left_does_not_count(
    monkeypatch,
):
    group = 1 + COPIES
    monkeypatch.setattr(tree_price, "MEMORY", 3 * group)
    X, guesser = parabola(30, generator=dice(0)).X, Guesser(False, dice(1))
    for k in range(5):
        guesser.meet(3 * start(dice(k)), X)
    found = followed(guesser)
    guesser.guesses[:group] = [9.0, 1.0, 5.0, 2.0]
    assert followed(guesser) == found
    guesser.guesses[group] += 5
    assert followed(guesser) != found


def test_a_network_that_says_one_thing_is_imitated_without_a_question():
    theta = torch.zeros(4 * HIDDEN + 1)
    theta[-1] = 1.0
    assert imitated(theta, parabola(50, generator=dice(0)).X) == 0
