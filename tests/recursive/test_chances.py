"""Chances: those of all phrases add up to 1, and are how often phrases are drawn."""

from collections import Counter

import pytest

from ml2020.recursive import chances_of, drawn_phrases
from tests.recursive.cells import dice
from tests.recursive.test_bags import listed
from tests.refusals import refuses


def test_each_phrase_is_as_probable_as_a_list_of_all_ways_to_draw_it_says():
    for height, phrases in enumerate(listed(2)):
        for tree, p in phrases.items():
            assert chances_of(tree) == (height, pytest.approx(p))


def test_a_phrase_is_drawn_as_often_as_it_is_probable():
    drawn = Counter(drawn_phrases(4000, range(1, 2), generator=dice(6)))
    assert len(drawn) == 12
    for tree, count in drawn.items():
        assert count / 4000 == pytest.approx(chances_of(tree)[1], abs=0.03)


def test_rejects_what_is_no_phrase():
    bad = [("good", "bad"), ("not", "fine"), (("both", "good"), ("or", "bad"))]
    refuses(
        chances_of,
        "^phrase has .*, no phrase: compose it otherwise$",
        good=["bad", (("both", "good"), ("and", "bad"))],
        bad=bad,
    )
