"""CYK: the one tree of a phrase, and the many of one whose words do not tell."""

from itertools import product

import pytest
import torch

from ml2020.recursive import (
    GRAMMAR,
    UNMARKED,
    Grammar,
    count_trees,
    cyk,
    drawn_phrases,
    words_of,
)
from tests.refusals import refuses


def trees_of(words, grammar):
    """All trees of a sentence, by the table."""
    found = cyk(
        words, grammar, lambda X, word: [word], lambda rule, x, y: [*product(x, y)]
    )
    return found.get(grammar.start, [])


def by_splitting(words, grammar, kind):
    """All trees of a kind, by trying each cut again and again."""
    if len(words) == 1:
        return [words[0]] if kind in grammar.lexicon[words[0]] else []
    found = []
    for cut in range(1, len(words)):
        for (B, C), made in grammar.rules.items():
            if kind in made:
                found += [
                    (left, right)
                    for left in by_splitting(words[:cut], grammar, B)
                    for right in by_splitting(words[cut:], grammar, C)
                ]
    return found


def test_a_phrase_has_one_tree_the_one_it_was_drawn_with():
    roll = torch.Generator().manual_seed(0)
    for tree in drawn_phrases(40, range(5), generator=roll):
        assert trees_of(words_of(tree), GRAMMAR) == [tree]
        assert count_trees(words_of(tree), GRAMMAR) == 1


@pytest.mark.equation("eq-recursive-cyk")
@pytest.mark.parametrize(
    "text",
    [
        "good",
        "not good and bad",
        "not good and bad or very good",
        "good and bad or good and bad or good",
        "good good",
        "and good",
    ],
)
def test_it_finds_the_trees_that_trying_each_cut_finds(text):
    words = text.split()
    slow = by_splitting(words, UNMARKED, "phrase")
    assert sorted(map(str, trees_of(words, UNMARKED))) == sorted(map(str, slow))
    assert count_trees(words, UNMARKED) == len(slow)


def test_a_row_of_phrases_has_as_many_trees_as_catalan_says():
    for n, catalan in enumerate([1, 1, 2, 5, 14, 42, 132]):
        words = ["good", *["and", "good"] * n]
        assert count_trees(words, UNMARKED) == catalan


def test_a_word_may_be_of_several_kinds_and_two_kinds_may_make_several():
    rules = {("x", "y"): ("s", "t"), ("y", "x"): ("s",)}
    grammar = Grammar({"a": ("x", "y")}, rules, "s")
    counted = cyk(["a", "a"], grammar, lambda X, word: 1, lambda rule, x, y: x * y)
    assert counted == {"s": 2, "t": 1}


@pytest.mark.equation("eq-recursive-cyk")
def test_probabilities_of_rules_give_that_of_a_sentence_and_of_its_best_tree():
    q = {rule: 0.1 * k for k, rule in enumerate(made_by(UNMARKED), start=1)}
    words = "not good and bad or very good".split()

    def leaf(X, word):
        return 0.5 if X == "phrase" else 0.3

    def join(rule, y, z):
        return q[rule] * y * z

    def worth(kind, tree):
        """The ways in which a tree is of a kind, and what each is worth."""
        if isinstance(tree, str):
            return [leaf(kind, tree)] if kind in UNMARKED.lexicon[tree] else []
        return [
            join((kind, Y, Z), y, z)
            for (X, Y, Z) in q
            if kind == X
            for y, z in product(worth(Y, tree[0]), worth(Z, tree[1]))
        ]

    each = [p for tree in trees_of(words, UNMARKED) for p in worth("phrase", tree)]
    assert len(each) > 2
    inside = cyk(words, UNMARKED, leaf, join)["phrase"]
    assert inside == pytest.approx(sum(each))
    assert cyk(words, UNMARKED, leaf, join, max)["phrase"] == pytest.approx(max(each))


def made_by(grammar):
    """The rules (X, Y, Z)."""
    return [(X, *pair) for pair, kinds in grammar.rules.items() for X in kinds]


def test_rejects_what_the_grammar_does_not_know():
    for call in (count_trees, trees_of):
        refuses(
            lambda words, call=call: call(words, GRAMMAR),
            "^words has 'fine', not in the grammar: leave it out$",
            good=[["good"]],
            bad=[["fine"], ["not", "fine"]],
        )
        with pytest.raises(ValueError, match=r"^words is empty: "):
            call([], GRAMMAR)
