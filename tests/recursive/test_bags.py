"""Bags of words: counted by listing all phrases, and what the best reader gets."""

from collections import Counter, defaultdict

import pytest
import torch

from ml2020.recursive import (
    WORDS,
    bags_of,
    best_by_bag,
    drawn_phrases,
    meaning,
    words_of,
)
from tests.recursive.cells import dice
from tests.refusals import refuses


def listed(height):
    """All phrases of each height up to one, with the probability of each."""
    found = [{"good": 0.5, "bad": 0.5}]
    for h in range(1, height + 1):
        phrases = defaultdict(float)
        for tree, p in found[-1].items():
            for word in ("not", "very"):
                phrases[word, tree] += p / 4
            for lower in found:
                for other, q in lower.items():
                    for word, second in (("both", "and"), ("either", "or")):
                        for x, y in ((tree, other), (other, tree)):
                            phrases[(word, x), (second, y)] += p * q / h / 8
        found.append(phrases)
    return found


def test_the_best_reader_of_bags_is_right_as_often_as_a_list_of_all_phrases_says():
    for bags, phrases in zip(bags_of(2), listed(2), strict=True):
        by_bag = defaultdict(Counter)
        for tree, p in phrases.items():
            by_bag[tuple(sorted(words_of(tree)))][meaning(tree)] += p
        best = sum(max(degrees.values()) for degrees in by_bag.values())
        assert best_by_bag(bags) == pytest.approx(best)
        assert len(bags.keys) == len(by_bag)
        assert bags.p.sum() == pytest.approx(1)


def test_a_drawn_phrase_s_bag_is_one_of_its_height_and_may_mean_what_it_means():
    bags = bags_of(3)[3]
    place = {key: k for k, key in enumerate(bags.keys.tolist())}
    shares = torch.zeros(4).double()
    for tree in drawn_phrases(400, range(3, 4), generator=dice(5)):
        counts = Counter(words_of(tree))
        key = sum(counts[word] * 64**k for k, word in enumerate(WORDS))
        degree = (-2, -1, 1, 2).index(meaning(tree))
        assert bags.p[place[key], degree] > 0
        shares[degree] += 1 / 400
    torch.testing.assert_close(shares, bags.p.sum(dim=0), rtol=0, atol=0.06)


def test_rejects_a_height_below_0_and_one_at_which_a_count_would_run_over():
    refuses(bags_of, "^height is .*: give 0 or more$", good=[0], bad=[-1])
    refuses(bags_of, "^height is 6: give at most 5$", good=[1], bad=[6])
