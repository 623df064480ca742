"""Tables of parents: trees in any order of their nodes, and tables that are no tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml2020.recursive import drawn_phrase, nodes_of, tree_of_parents, words_of
from tests.recursive.cells import dice
from tests.refusals import refuses


def table_of(tree, order):
    """The words of a tree, and its table of parents with its pairs in some order."""
    words, pairs = words_of(tree), []
    parents = {}

    def walk(node):
        if isinstance(node, str):
            parents[len([k for k in parents if k >= 0])] = None
            return len([k for k in parents if k >= 0]) - 1
        parts = [walk(part) for part in node]
        pairs.append(parts)
        return -len(pairs)

    walk(tree)
    numbers = [len(words) + k for k in order(len(pairs))]
    table = [-1] * (len(words) + len(pairs))
    for pair, parts in zip(numbers, pairs, strict=True):
        for part in parts:
            table[part if part >= 0 else numbers[-part - 1]] = pair
    return words, table


@given(st.integers(0, 4), st.integers(0, 50), st.randoms(use_true_random=False))
def test_a_tree_comes_back_from_its_table_however_its_nodes_are_numbered(
    height, seed, roll
):
    tree = drawn_phrase(height, generator=dice(seed))
    words, table = table_of(tree, lambda n: roll.sample(range(n), n))
    assert len(table) == len(nodes_of(tree))
    assert tree_of_parents(words, table) == tree


def test_a_table_of_parents_is_a_tree_in_whatever_order_its_nodes_are():
    words = ["not", "very", "good"]
    tree = ("not", ("very", "good"))
    assert tree_of_parents(words, [4, 3, 3, 4, -1]) == tree
    assert tree_of_parents(words, [3, 4, 4, -1, 3]) == tree
    assert tree_of_parents(words, [3, 3, 4, 4, -1]) == (("not", "very"), "good")
    assert tree_of_parents(["good"], [-1]) == "good"


def test_rejects_a_second_root_a_cycle_and_other_tables_that_are_no_tree():
    words = ["not", "very", "good"]

    def call(parents):
        return tree_of_parents(words, parents)

    good = [[4, 3, 3, 4, -1]]
    refuses(
        call,
        "^parents has . roots: give -1 to one node$",
        good=good,
        bad=[[4, 3, 3, -1, -1], [4, 3, 3, 4, 3], []],
    )
    refuses(
        call,
        "^parents are not from 3 to .: words have no parts$",
        good=good,
        bad=[[4, 3, 3, 5, -1], [2, 3, 3, 4, -1], [-2, 3, 3, 4, -1], [-1, 1]],
    )
    refuses(
        call,
        "^parents gives node . . parts: give it two$",
        good=good,
        bad=[[3, 3, 3, -1], [3, 3, 4, -1, 3], [4, 4, 4, -1, 4]],
    )
    refuses(
        lambda parents: tree_of_parents(["a"] * (len(parents) // 2 + 1), parents),
        "^parents has a cycle: let each way up end at the root$",
        good=[[4, 3, 3, 4, -1]],
        bad=[[3, 4, 4, 3, -1], [4, 5, 6, 6, 5, 4, -1]],
    )


def test_rejects_a_sentence_without_words():
    with pytest.raises(ValueError, match=r"^words is empty: "):
        tree_of_parents([], [])
    with pytest.raises(ValueError, match=r"^words is empty: "):
        tree_of_parents([], [-1])
