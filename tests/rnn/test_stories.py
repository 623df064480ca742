"""Stories: the answer by reading, the rule, and the words as counts."""

import pytest
import torch

from ml2020.rnn import story_batch, told, word_counts
from ml2020.rnn.stories import PEOPLE, ROOMS, THINGS, WORDS
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def by_reading(lines, question):
    where, has = {}, {}
    for line in lines:
        hero, verb, *rest = line.split()
        if verb == "went":
            where[hero] = rest[-1]
        else:
            assert rest[-1] not in has  # each thing is taken once
            has[rest[-1]] = hero
    named = question.split()[-1]
    return where[has.get(named, named)]


@pytest.mark.parametrize("asked", ["thing", "person"])
def test_the_answer_is_what_a_reader_finds(asked):
    stories = story_batch(300, asked, generator=dice())
    for k in range(300):
        *lines, question, answer = told(stories, k)
        assert len(lines) == 8
        assert by_reading(lines, question) == answer
        assert question.startswith("where is the ") == (asked == "thing")


def test_two_different_people_take_the_two_things():
    stories = story_batch(300, generator=dice(1))
    took = stories.what >= len(ROOMS)
    assert (took.sum(dim=1) == 2).all()
    for who, what, where in zip(stories.who, stories.what, took, strict=True):
        assert sorted(what[where].tolist()) == [5, 6]
        assert len(set(who[where].tolist())) == 2
    assert set(stories.asked.tolist()) == {4, 5}
    assert set(stories.answer.tolist()) == set(range(5))
    assert set(stories.who.flatten().tolist()) == set(range(4))


def test_words_are_counted_in_sentences_and_questions():
    for asked in ("thing", "person"):
        stories = story_batch(20, asked, generator=dice(2))
        X, Q = word_counts(stories)
        for k in range(20):
            *lines, question, _ = told(stories, k)
            for i, line in enumerate([*lines, question]):
                counts = Q[k] if i == 8 else X[k, i]
                mine = {w: c for w, c in zip(WORDS, counts.tolist(), strict=True) if c}
                assert mine == {word: line.split().count(word) for word in line.split()}
    assert len(WORDS) == len(set(WORDS)) == len(PEOPLE) + len(ROOMS) + len(THINGS) + 6


def test_the_same_seed_tells_the_same_story():
    one, two, other = (story_batch(5, generator=dice(s)).who for s in (3, 3, 4))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_no_story_and_other_questions_are_refused():
    refuses(story_batch, "^n is .*: give 1 or more$", good=[1], bad=[0])
    refuses(
        lambda asked: story_batch(1, asked),
        "^asked is .*: choose one of person, thing$",
        good=["person", "thing"],
        bad=["room"],
    )


def test_the_number_of_no_story_is_refused():
    stories = story_batch(2)
    refuses(
        lambda k: told(stories, k), "^k is .*: give 0 to 1$", good=[0, 1], bad=[-1, 2]
    )
