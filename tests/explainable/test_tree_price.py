"""The guesser learns lengths that it met; the network is a network."""

import math

import torch

from ml2020.explainable import parabola, scores
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


def test_a_network_that_says_one_thing_is_imitated_without_a_question():
    theta = torch.zeros(4 * HIDDEN + 1)
    theta[-1] = 1.0
    assert imitated(theta, parabola(50, generator=dice(0)).X) == 0
