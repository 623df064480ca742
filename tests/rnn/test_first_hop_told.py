"""A first hop that is told where to look: number by number, and what it is good for."""

import pytest
import torch

from ml2020.rnn import (
    drawn_memory,
    learned_memory,
    scores_when_told,
    share_answered,
    story_batch,
    word_counts,
)
from ml2020.rnn.stories import ROOMS, SENTENCES, THINGS, WORDS
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def begun(hops=2, networks=2):
    return drawn_memory(hops, len(WORDS), SENTENCES, len(ROOMS), range(networks))


def test_it_is_the_wiring_of_two_hops_with_all_weight_on_the_taking():
    memory, stories = begun(), story_batch(4, generator=dice())
    X, Q = word_counts(stories)
    said = scores_when_told(memory, stories)
    assert said.shape == (2, 4, len(ROOMS))
    E, when, W = (part[1].double() for part in memory)
    for n in range(4):
        named = WORDS.index(THINGS[int(stories.asked[n]) - 4])
        taking = next(i for i in range(SENTENCES) if X[n, i, named])
        u = Q[n].double() @ E[0] + X[n, taking].double() @ E[1] + when[1, taking]
        found, read = (X[n].double() @ E[k] + when[k] for k in (1, 2))
        u = u + (found @ u).softmax(dim=0) @ read
        torch.testing.assert_close(said[1, n].double(), W @ u)


def test_it_is_told_in_the_first_updates_and_then_no_more():
    never, once, twice, always = (
        learned_memory(begun(), "thing", 0.01, 3, told=n, generator=dice())
        for n in (0, 1, 2, 3)
    )
    for one, other in ((never, once), (once, twice), (twice, always)):
        assert not torch.equal(one.E, other.E)
    by_default = learned_memory(begun(), "thing", 0.01, 3, generator=dice())
    assert all(torch.equal(a, b) for a, b in zip(never, by_default, strict=True))


@pytest.mark.slow
def test_told_for_a_while_each_network_answers():
    memory = learned_memory(begun(), "thing", 0.03, 250, told=150, generator=dice())
    assert (share_answered(memory, story_batch(500, generator=dice(1))) > 0.95).all()


def test_what_cannot_be_is_refused():
    refuses(
        lambda told: learned_memory(begun(), "thing", 0.1, 1, told=told),
        "^told is .*: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )
    stories = story_batch(2, generator=dice())
    refuses(
        lambda memory: scores_when_told(memory, stories),
        "^memory has . hops: give two$",
        good=[begun()],
        bad=[begun(1), begun(3)],
    )
    refuses(
        lambda asked: scores_when_told(begun(), asked),
        "^stories ask for a person: give those of a thing$",
        good=[stories],
        bad=[story_batch(2, "person", generator=dice())],
    )
