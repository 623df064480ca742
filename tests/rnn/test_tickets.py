"""Sentences of the grammar, their slots, and batches of different lengths."""

import pytest
import torch

from ml2020.rnn import (
    CITIES,
    FORMS,
    LABELS,
    chosen,
    side_by_side,
    ticket_batch,
    vocabulary,
)
from ml2020.rnn.tickets import DAYS, MONTHS, filled
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_there_are_twenty_days():
    assert DAYS[:5] == ("1st", "2nd", "3rd", "4th", "5th")
    assert len(DAYS) == 20
    assert DAYS[-1] == "20th"


@pytest.mark.parametrize("form", FORMS)
def test_a_filled_form_has_its_words_and_slots(form):
    words, labels = filled(form, generator=dice())
    left, slots = list(words), list(labels)
    for word in form.split():
        if word == "{time}":
            assert left.pop(0) in MONTHS
            assert left.pop(0) in DAYS
            assert [slots.pop(0), slots.pop(0)] == [3, 3]
        elif word.startswith("{"):
            assert left.pop(0) in CITIES
            assert LABELS[slots.pop(0)] == word.strip("{}")
        else:
            assert left.pop(0) == word
            assert slots.pop(0) == 0
    assert not left
    assert not slots


def test_nobody_flies_to_where_they_are():
    for seed in range(50):
        words, labels = filled("{to} {from}", generator=dice(seed))
        assert words[0] != words[1]
        assert labels == [2, 1]


def test_all_forms_and_cities_come_up():
    batch = ticket_batch(500, generator=dice())
    assert {word for words in batch.words for word in words} == set(vocabulary())
    starts = {words[0] for words in batch.words}
    assert {"i", "leave", "arrive", "on", "to", "make", *CITIES} == starts


def test_a_batch_has_zeros_and_no_label_behind_the_end():
    batch = ticket_batch(40, generator=dice(1))
    known = vocabulary()
    T, n, places = batch.X.shape
    assert (T, n, places) == (batch.lengths.max(), 40, len(known) + 1)
    for k, words in enumerate(batch.words):
        assert len(words) == batch.lengths[k]
        read = [known[place] for place in batch.X[: len(words), k].argmax(dim=-1)]
        assert read == words
        assert not batch.X[len(words) :, k].any()
        assert (batch.labels[len(words) :, k] == -100).all()
        assert (batch.labels[: len(words), k] >= 0).all()
    assert not batch.X[..., -1].any()


def test_the_same_seed_gives_the_same_sentences_and_leaves_torch_s_dice_alone():
    before = torch.get_rng_state()
    one, two = (ticket_batch(9, generator=dice(5)).words for _ in range(2))
    assert one == two
    assert one != ticket_batch(9, generator=dice(6)).words
    assert torch.equal(before, torch.get_rng_state())


def test_some_of_a_batch_are_those():
    batch = ticket_batch(6, generator=dice(2))
    part = chosen(batch, torch.tensor([4, 1]))
    assert part.words == [batch.words[4], batch.words[1]]
    assert torch.equal(part.X[:, 1], batch.X[:, 1])
    assert torch.equal(part.labels[:, 0], batch.labels[:, 4])
    assert part.lengths.tolist() == [batch.lengths[4], batch.lengths[1]]


def test_an_unknown_word_is_an_other():
    batch = side_by_side([(["leave", "mordor"], [0, 1])])
    assert batch.X[1, 0, -1] == 1
    assert batch.X[1].sum() == 1


def test_sentences_of_length_0_and_slots_that_do_not_match_are_refused():
    refuses(
        side_by_side,
        r"^sentences(\[1\] has . words, . slots: give as many| is empty: give at)",
        good=[[(["leave"], [0]), (["to"], [0])]],
        bad=[
            [],
            [(["leave"], [0]), ([], [])],
            [(["leave"], [0]), (["a", "b"], [0])],
            [(["leave"], [0]), (["a"], [0, 0])],
        ],
    )
    refuses(
        lambda n: ticket_batch(n), "^n is .*: give 1 or more$", good=[1], bad=[0, -1]
    )
