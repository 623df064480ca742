"""The language: what phrases mean, how they are drawn, what is none."""

import pytest
import torch

from ml2020.recursive import (
    DEGREES,
    WORDS,
    drawn_phrase,
    drawn_phrases,
    meaning,
    words_of,
)
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def height_of(tree):
    match tree:
        case str():
            return 0
        case ((_, first), (_, second)):
            return 1 + max(height_of(first), height_of(second))
        case (_, phrase):
            return 1 + height_of(phrase)


@pytest.mark.parametrize(
    ("tree", "degree"),
    [
        ("good", 1),
        ("bad", -1),
        (("not", "good"), -1),
        (("not", "bad"), 1),
        (("very", "good"), 2),
        (("very", "bad"), -2),
        (("not", ("very", "good")), -1),
        (("not", ("very", "bad")), 1),
        (("very", ("not", "good")), -2),
        (("very", ("very", "good")), 2),
        ((("both", "good"), ("and", ("very", "bad"))), -2),
        ((("both", ("very", "good")), ("and", "good")), 1),
        ((("either", ("very", "good")), ("or", "good")), 2),
        ((("either", "bad"), ("or", ("very", "bad"))), -1),
    ],
)
def test_what_a_phrase_means(tree, degree):
    assert meaning(tree) == degree
    assert degree in DEGREES


def test_turned_round_word_by_word_a_phrase_means_the_opposite():
    turned = {"good": "bad", "bad": "good", "both": "either", "either": "both"}
    turned |= {"and": "or", "or": "and"}

    def mirrored(tree):
        if isinstance(tree, str):
            return turned.get(tree, tree)
        return mirrored(tree[0]), mirrored(tree[1])

    for tree in drawn_phrases(200, range(6), generator=dice()):
        assert meaning(mirrored(tree)) == -meaning(tree)


def test_a_drawn_phrase_has_its_height_and_known_words():
    for height in range(6):
        for seed in range(30):
            tree = drawn_phrase(height, generator=dice(seed))
            assert height_of(tree) == height
            assert set(words_of(tree)) <= set(WORDS)


def test_how_often_each_word_comes_first_and_how_high_the_other_phrase_is():
    roll, count = dice(1), 2000
    drawn = [drawn_phrase(3, generator=roll) for _ in range(count)]
    joined = [tree for tree in drawn if not isinstance(tree[0], str)]
    for word in ("not", "very"):
        assert abs(sum(t[0] == word for t in drawn) / count - 0.25) < 0.03
    for word in ("both", "either"):
        assert abs(sum(t[0][0] == word for t in joined) / count - 0.25) < 0.03
    heights = [(height_of(t[0][1]), height_of(t[1][1])) for t in joined]
    lower = [min(pair) for pair in heights]
    for height in range(3):
        assert abs(lower.count(height) / len(joined) - 1 / 3) < 0.05
    uneven = [pair for pair in heights if pair[0] != pair[1]]
    assert abs(sum(a > b for a, b in uneven) / len(uneven) - 0.5) < 0.05
    adjectives = [w for t in drawn for w in words_of(t) if w in ("good", "bad")]
    assert abs(adjectives.count("good") / len(adjectives) - 0.5) < 0.02


def test_heights_are_drawn_alike_and_the_same_again_from_a_seed():
    drawn = drawn_phrases(900, range(1, 4), generator=dice(2))
    heights = [height_of(tree) for tree in drawn]
    for height in (1, 2, 3):
        assert abs(heights.count(height) / 900 - 1 / 3) < 0.06
    assert drawn == drawn_phrases(900, range(1, 4), generator=dice(2))
    assert len(set(map(str, drawn))) > 100


def test_rejects_heights_that_are_none():
    refuses(drawn_phrase, "^height is .*: give 0 or more$", good=[0, 1], bad=[-1])
    refuses(
        lambda heights: drawn_phrases(2, heights),
        "^heights is empty: give at least one$",
        good=[range(1)],
        bad=[range(0), range(2, 2)],
    )


def test_rejects_a_tree_that_is_no_phrase():
    refuses(
        meaning,
        "^tree has .*, no phrase: compose it otherwise$",
        good=["good"],
        bad=[
            "not",
            "fine",
            ("good", "not"),
            ("both", "good"),
            (("both", "good"), ("or", "bad")),
            (("not", "very"), "good"),
            ("not", ("and", "good")),
        ],
    )


def test_rejects_a_negative_number_of_phrases():
    refuses(
        lambda count: drawn_phrases(count, range(2)),
        "^count is -1: give 0 or more$",
        good=[0],
        bad=[-1],
    )
