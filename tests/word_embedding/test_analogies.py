"""Pairs that differ alike, and the questions that they make."""

import pytest
import torch

from ml2020.word_embedding import PAIRS, analogy_questions, known_pairs


def test_each_two_pairs_make_a_question_both_ways():
    words = tuple("man woman king queen dog".split())
    pairs = known_pairs("family", words)
    assert pairs == [("man", "woman"), ("king", "queen")]
    asked = analogy_questions(pairs, words)
    rows = torch.stack(asked).T.tolist()
    assert rows == [[0, 1, 2, 3], [2, 3, 0, 1]]
    with pytest.raises(ValueError, match=r"^pairs is too short: "):
        analogy_questions(pairs[:1], words)
    with pytest.raises(ValueError, match=r"^kind is 'colour': choose from family, "):
        known_pairs("colour", words)


def test_no_word_stands_twice_among_the_pairs_of_a_kind():
    for kind in PAIRS:
        said = [w for pair in PAIRS[kind].split(",") for w in pair.split()]
        assert len(said) == len(set(said)), kind
        assert len(said) % 2 == 0
