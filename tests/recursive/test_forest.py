"""Forests: every tree composed alone gives what all together give."""

import pytest
import torch

from ml2020.recursive import (
    WORDS,
    drawn_phrases,
    forest_of,
    grown,
    left_branching,
    nodes_of,
    recnn_cell,
    words_of,
)
from tests.recursive.cells import dice, normal
from tests.refusals import refuses


def composed(tree, table, compose):
    """The vector of a tree, by recursion."""
    if isinstance(tree, str):
        return table[WORDS.index(tree)]
    return compose(*(composed(part, table, compose) for part in tree))


@pytest.mark.equation("eq-recursive-tree")
def test_all_trees_at_once_give_what_each_gives_alone(device):
    trees = [*drawn_phrases(20, range(5), generator=dice(1)), "good", ("not", "bad")]
    table, W, c = (
        part.to(device) for part in (normal(8, 3), normal(3, 6, seed=1), normal(1, 3))
    )

    def compose(a, b):
        return recnn_cell(a, b, W, c)

    forest = forest_of(trees, WORDS)
    states = grown(table[forest.words], forest.levels, compose)
    assert len(states) == sum(len(nodes_of(tree)) for tree in trees)
    for root, tree in zip(forest.roots.tolist(), trees, strict=True):
        alone = composed(tree, table, lambda a, b: compose(a[None], b[None])[0])
        torch.testing.assert_close(states[root], alone)


def test_there_are_as_many_steps_as_the_highest_tree_has_levels():
    trees = [left_branching(["good"] * n) for n in (1, 4, 3)]
    forest = forest_of(trees, WORDS)
    assert [len(left) for left, _ in forest.levels] == [2, 2, 1]
    assert forest.roots.tolist() == [0, 12, 11]
    assert len(forest.words) == 8
    assert all(len(left) == len(right) for left, right in forest.levels)


def test_a_left_and_a_right_part_are_told_apart():
    forest = forest_of([("not", "good")], WORDS)
    ((left, right),) = forest.levels
    leaves = [WORDS[k] for k in forest.words.tolist()]
    assert (leaves[left.item()], leaves[right.item()]) == ("not", "good")


def test_a_tree_of_a_thousand_levels_is_no_trouble():
    words = words_of(left_branching(["bad"] * 1000))
    assert len(forest_of([left_branching(words)], WORDS).levels) == 999


def test_rejects_what_is_no_forest():
    def call(trees):
        return forest_of(trees, WORDS)

    refuses(call, "^trees is empty: give at least one$", good=[["good"]], bad=[[]])
    refuses(
        call,
        "^trees has 'fine', not in vocabulary: add it or drop it$",
        good=[["good"]],
        bad=[["fine"], ["good", ("not", "fine")]],
    )


def test_rejects_levels_of_another_forest():
    levels = forest_of([("not", ("very", "good"))], WORDS).levels
    refuses(
        lambda leaves: grown(leaves, levels, lambda a, b: a + b),
        r"^levels\[\d\] joins nodes outside of the ",
        good=[normal(3, 2)],
        bad=[normal(1, 2), normal(2, 2)],
    )
