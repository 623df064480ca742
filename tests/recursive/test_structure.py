"""Backpropagation through structure against autograd, with losses at several nodes."""

import pytest
import torch

from ml2020.recursive import (
    WORDS,
    drawn_phrases,
    forest_of,
    grown,
    recnn_cell,
    through_structure,
)
from tests.recursive.cells import dice, normal
from tests.refusals import refuses


def setting():
    forest = forest_of(drawn_phrases(6, range(1, 5), generator=dice(3)), WORDS)
    leaves = normal(8, 3)[forest.words]
    return forest, leaves, normal(3, 6, seed=1) / 2, normal(1, 3, seed=2)


@pytest.mark.equation("eq-recursive-delta")
def test_slopes_of_weights_and_words_are_those_of_autograd():
    forest, leaves, W, c = setting()
    watched = [part.clone().requires_grad_() for part in (leaves, W, c)]
    states = grown(
        watched[0], forest.levels, lambda a, b: recnn_cell(a, b, watched[1], watched[2])
    )
    pull = normal(*states.shape, seed=4)  # a loss at each node
    by_leaves, by_W, by_c = torch.autograd.grad((states * pull).sum(), watched)
    met = through_structure(states.detach(), forest.levels, pull, W)
    torch.testing.assert_close(met.states[: len(leaves)], by_leaves)
    torch.testing.assert_close(met.W, by_W)
    torch.testing.assert_close(met.e, by_c[0])


@pytest.mark.equation("eq-recursive-split")
def test_what_comes_to_a_node_is_its_own_slope_and_what_its_parent_sends_down():
    forest, leaves, W, c = setting()
    states = grown(leaves, forest.levels, lambda a, b: recnn_cell(a, b, W, c))
    pull = normal(*states.shape, seed=4)
    met = through_structure(states, forest.levels, pull, W).states
    sent = torch.zeros_like(pull)
    start = len(leaves)
    for left, right in forest.levels:
        for k, sides in enumerate(zip(left, right, strict=True)):
            delta = met[start + k] * (1 - states[start + k] ** 2)
            for side, weights in zip(sides, (W[:, :3], W[:, 3:]), strict=True):
                sent[side] += weights.T @ delta
        start += len(left)
    torch.testing.assert_close(met, pull + sent)


def test_nothing_that_comes_in_is_changed():
    forest, leaves, W, c = setting()
    states = grown(leaves, forest.levels, lambda a, b: recnn_cell(a, b, W, c))
    pull = normal(*states.shape, seed=4)
    before = [part.clone() for part in (states, pull, W)]
    through_structure(states, forest.levels, pull, W)
    for part, old in zip((states, pull, W), before, strict=True):
        assert torch.equal(part, old)


def test_a_word_alone_keeps_its_slope_and_the_weights_have_none():
    states, pull = normal(1, 3), normal(1, 3, seed=1)
    met = through_structure(states, (), pull, normal(3, 6))
    assert torch.equal(met.states, pull)
    assert not met.W.any()
    assert not met.e.any()


def test_rejects_numbers_of_two_types():
    forest, leaves, W, c = setting()
    states = grown(leaves, forest.levels, lambda a, b: recnn_cell(a, b, W, c))

    def call(pull, weights):
        return through_structure(states, forest.levels, pull, weights)

    said = " is torch.float32, states is torch.float64: "
    refuses(lambda g: call(g, W), "^slopes" + said, good=[states], bad=[states.float()])
    refuses(lambda w: call(states, w), "^W" + said, good=[W], bad=[W.float()])


def test_rejects_levels_of_another_forest():
    forest, leaves, W, c = setting()
    states = grown(leaves, forest.levels, lambda a, b: recnn_cell(a, b, W, c))
    (left, right), *others = forest.levels
    refuses(
        lambda levels: through_structure(states, levels, states, W),
        r"^levels\[0\] joins nodes outside of the ",
        good=[forest.levels],
        bad=[((left + len(states), right), *others)],
    )
    refuses(
        lambda weights: through_structure(states, forest.levels, states, weights),
        "^W has the shape ",
        good=[W],
        bad=[W[:, 1:]],
    )
