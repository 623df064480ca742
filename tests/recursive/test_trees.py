"""Trees: their nodes, three trees of any words, and what is no tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from ml2020.recursive import (
    balanced,
    left_branching,
    nodes_of,
    right_branching,
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


def test_rejects_a_sentence_without_words():
    for branch in (left_branching, right_branching, balanced):
        refuses(branch, "^words is empty: ", good=[["a"]], bad=[[]])


def test_rejects_a_node_that_is_neither_a_word_nor_a_pair():
    for call in (words_of, nodes_of):
        refuses(
            call,
            "^tree has the node .*: give words, and pairs of trees$",
            good=["a", ("a", "b")],
            bad=[
                ("a", ("b",)),
                ("a", ("b", "c", "d")),
                ("a", ("b", ())),
                ("a", 1),
                (["a", "b"], "c"),
            ],
        )


def test_a_whole_that_is_no_tree_is_refused_by_its_type():
    for bad in ((), ("a",), ("a", "b", "c"), ["a", "b"], None):
        with pytest.raises(TypeCheckError, match="tree"):
            words_of(bad)
