"""Trees: their nodes, three trees of any words, and tables that are no tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml2020.recursive import (
    balanced,
    left_branching,
    nodes_of,
    right_branching,
    tree_of_parents,
    words_of,
)
from tests.refusals import refuses

SENTENCES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=9)


@given(SENTENCES)
def test_each_way_to_branch_keeps_the_words_in_their_order(words):
    for branch in (left_branching, right_branching, balanced):
        tree = branch(words)
        assert words_of(tree) == words
        assert len(nodes_of(tree)) == 2 * len(words) - 1


def test_the_three_ways_to_branch():
    words = ["a", "b", "c", "d", "e"]
    assert left_branching(words) == (((("a", "b"), "c"), "d"), "e")
    assert right_branching(words) == ("a", ("b", ("c", ("d", "e"))))
    assert balanced(words) == ((("a", "b"), "c"), ("d", "e"))
    assert left_branching(["a"]) == right_branching(["a"]) == balanced(["a"]) == "a"


def test_a_pair_stands_behind_both_of_its_parts():
    tree = (("a", "b"), ("c", "d"))
    assert nodes_of(tree) == ["a", "b", ("a", "b"), "c", "d", ("c", "d"), tree]


def test_a_sentence_of_ten_thousand_words_is_read():
    words = ["a"] * 10_000
    assert len(words_of(left_branching(words))) == 10_000
    assert len(words_of(right_branching(words))) == 10_000


def test_a_table_of_parents_is_a_tree_in_whatever_order_its_nodes_are():
    words = ["not", "very", "good"]
    tree = ("not", ("very", "good"))
    assert tree_of_parents(words, [4, 3, 3, 4, -1]) == tree
    assert tree_of_parents(words, [3, 4, 4, -1, 3]) == tree
    assert tree_of_parents(words, [3, 3, 4, 4, -1]) == (("not", "very"), "good")
    assert tree_of_parents(["good"], [-1]) == "good"


def test_rejects_what_is_no_tree():
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
    for branch in (left_branching, right_branching, balanced):
        refuses(branch, "^words is empty: ", good=[["a"]], bad=[[]])
    with pytest.raises(ValueError, match=r"^words is empty: "):
        tree_of_parents([], [])


def test_rejects_a_node_that_is_neither_a_word_nor_a_pair():
    refuses(
        words_of,
        "^tree has the node .*: give words, and pairs of trees$",
        good=["a", ("a", "b")],
        bad=[("a",), ("a", "b", "c"), ("a", ("b", "c", "d")), ("a", ("b", ()))],
    )
