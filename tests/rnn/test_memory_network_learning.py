"""Memory networks learn to answer, side by side as each alone."""

import pytest
import torch

from ml2020.rnn import (
    Memory,
    drawn_memory,
    learned_memory,
    share_answered,
    story_batch,
    without_places,
)
from ml2020.rnn.stories import ROOMS, SENTENCES, WORDS
from tests.refusals import only_positive, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def begun(hops=1, networks=2):
    return drawn_memory(hops, len(WORDS), SENTENCES, len(ROOMS), range(networks))


@pytest.mark.slow
def test_one_fact_is_learned_by_one_hop():
    memory = learned_memory(begun(), "person", 0.03, 300, generator=dice())
    shares = share_answered(memory, story_batch(500, "person", generator=dice(1)))
    assert (shares > 0.9).all()


def test_networks_learn_side_by_side_what_each_learns_alone():
    both, one = (
        learned_memory(
            Memory(*(part[k] for part in begun())), "thing", 0.01, 3, generator=dice()
        )
        for k in (slice(None), slice(1, 2))
    )
    for mine, alone in zip(both, one, strict=True):
        torch.testing.assert_close(mine[1:], alone)


def test_places_are_learned_or_not():
    first = without_places(begun())
    still = learned_memory(first, "person", 0.01, 2, with_places=False)
    assert not still.when.any()
    assert not torch.equal(still.E, first.E)
    assert learned_memory(first, "person", 0.01, 2).when.any()
    assert not first.when.any()


def test_the_rate_falls_in_a_line_to_0():
    first = begun()
    one = learned_memory(first, "thing", 0.01, 1, generator=dice())
    moved = (one.W - first.W).abs()
    assert moved.max() == pytest.approx(0.01, rel=1e-3)
    two = learned_memory(first, "thing", 0.01, 2, generator=dice())
    assert (two.W - first.W).abs().max() <= 0.0151


def test_shares_count_right_answers_of_each_network():
    stories = story_batch(200, generator=dice(2))
    silent = Memory(*(0 * part for part in begun()))
    shares = share_answered(silent, stories)
    assert shares.tolist() == pytest.approx(
        [(stories.answer == 0).double().mean().item()] * 2
    )


def test_numbers_that_cannot_be_are_refused():
    only_positive(lambda lr: learned_memory(begun(), "thing", lr, 1), "lr")
    refuses(
        lambda updates: learned_memory(begun(), "thing", 0.1, updates),
        "^updates is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
    with pytest.raises(ValueError, match=r"^e has NaN or infinity: .* lower rate$"):
        learned_memory(begun(), "thing", 1e20, 2)


def test_other_answers_too_long_a_told_hop_and_no_story_are_refused():
    begun = drawn_memory(2, len(WORDS), SENTENCES, len(ROOMS), range(1))
    refuses(
        lambda memory: learned_memory(memory, "thing", 0.01, 1),
        "^memory has 3 answers: give it 5, rooms$",
        good=[begun],
        bad=[drawn_memory(2, len(WORDS), SENTENCES, 3, range(1))],
    )
    refuses(
        lambda told: learned_memory(begun, "thing", 0.01, 1, told=told),
        "^told is 2: give at most updates, 1$",
        good=[1],
        bad=[2],
    )
    stories = story_batch(1)
    refuses(
        lambda given: share_answered(begun, given),
        "^stories.who is empty: give at least one story$",
        good=[stories],
        bad=[type(stories)(*(part[:0] for part in stories))],
    )
