"""Bags hold each known word once; the best words are those that pull most."""

import itertools
import math

import pytest
import torch

from ml2020.attack import bags, good_words, known_words, with_words
from tests.refusals import refuses, spoilt

MAILS = [("buy", "now", "buy"), ("see", "you", "now"), ("buy",)]


def test_words_are_known_if_enough_mails_have_them():
    assert known_words(MAILS, 2) == ("buy", "now")
    assert known_words(MAILS, 1) == ("buy", "now", "see", "you")
    refuses(lambda n: known_words(MAILS, n), "^least is 0", good=[1], bad=[0])
    said = "^least is 3: no word is in so many, give less$"
    refuses(lambda n: known_words(MAILS, n), said, good=[2], bad=[3])


def test_a_bag_forgets_order_and_number_and_other_words():
    found = bags(MAILS, ("now", "buy"))
    assert found.tolist() == [[1, 1], [1, 0], [0, 1]]
    added = with_words(found, [0])
    assert added.tolist() == [[1, 1], [1, 0], [1, 1]]
    assert found[2].tolist() == [0, 1]
    assert torch.equal(with_words(found, []), found)


@pytest.mark.equation("eq-attack-words")
def test_no_other_words_lower_a_linear_score_more():
    pull = torch.tensor([0.5, -1.0, 0.2, -3.0, -2.0])
    chosen = good_words(pull, 2)
    best = min(itertools.combinations(range(5), 2), key=lambda p: pull[list(p)].sum())
    assert sorted(chosen) == sorted(best)
    assert good_words(pull, 0) == []
    refuses(lambda n: good_words(pull, n), "^count is", good=[0, 5], bad=[-1, 6])
    refuses(
        lambda pull: good_words(pull, 2),
        "^pull has NaN",
        good=[pull],
        bad=spoilt(pull, math.nan),
    )
