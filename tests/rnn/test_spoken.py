"""Spoken tickets: what was meant, what was heard, and what no sentence means."""

import math

import pytest
import torch

from ml2020.rnn import (
    CITIES,
    FORMS,
    TAGS,
    known_words,
    labelled,
    one_of_known,
    spoken_tickets,
    spoken_words,
)
from ml2020.rnn.spoken import LONG_CITIES, meant
from ml2020.rnn.tickets import DAYS, MONTHS
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(4))
def test_a_form_is_filled_and_labelled(form, seed):
    words, labels = meant(form, generator=dice(seed))
    left = list(zip(words, [TAGS[k] for k in labels], strict=True))
    cities = []
    for part in form.split():
        word, tag = left.pop(0)
        if part == "{time}":
            assert (word in MONTHS, tag) == (True, "B-time")
            word, tag = left.pop(0)
            assert (word in DAYS, tag) == (True, "I-time")
        elif part[0] == "{":
            assert tag == f"B-{part[1:-1]}"
            if word not in CITIES:
                other, tag = left.pop(0)
                assert tag == f"I-{part[1:-1]}"
                word = f"{word} {other}"
            cities.append(word)
        else:
            assert (word, tag) == (part, "O")
    assert not left
    assert set(cities) <= {*CITIES, *LONG_CITIES}
    assert len(set(cities)) == len(cities)


def test_nothing_misheard_is_what_was_meant_and_a_tenth_is_a_tenth():
    clear = spoken_tickets(300, 0.0, generator=dice(1))
    heard = spoken_tickets(3000, 0.1, generator=dice(1))
    for k in range(300):
        assert all(word in spoken_words() for word in clear.words[k])
        for word, label in zip(clear.words[k], clear.s[:, k].tolist(), strict=False):
            if label == TAGS.index("B-time"):
                assert word in MONTHS
            if label == TAGS.index("I-time"):
                assert word in DAYS
    first = TAGS.index("B-time")
    months = [
        word in MONTHS
        for words, labels in zip(heard.words, heard.s.T.tolist(), strict=True)
        for word, label in zip(words, labels, strict=False)
        if label == first
    ]
    kept = sum(months) / len(months)
    other = 0.1 * (1 - len(MONTHS) / len(spoken_words()))
    assert kept == pytest.approx(1 - other, abs=4 * math.sqrt(0.09 / len(months)))


def test_what_is_meant_hangs_on_the_dice_alone():
    before = torch.get_rng_state()
    one, two = (spoken_tickets(9, 0.1, generator=dice(5)) for _ in range(2))
    assert one.words == two.words
    assert torch.equal(one.s, two.s)
    assert one.words != spoken_tickets(9, 0.1, generator=dice(6)).words
    assert torch.equal(before, torch.get_rng_state())


def test_half_of_the_cities_have_two_words():
    assert len(CITIES) == len(LONG_CITIES) == 12
    assert all(len(city.split()) == 2 for city in LONG_CITIES)


def test_words_that_come_up_once_are_unknown():
    spoken = labelled([(["to", "oslo"], [0, 3]), (["to", "rome"], [0, 3])])
    assert known_words(spoken) == ["to"]
    X = one_of_known(spoken, ["to"])
    assert X[:, 0].tolist() == X[:, 1].tolist() == [[1, 0], [0, 1]]
    uneven = labelled([(["to"], [0]), (["to", "rome"], [0, 3])])
    assert not one_of_known(uneven, ["to"])[1, 0].any()
    assert uneven.s.tolist() == [[0, 0], [-100, 3]]
    assert uneven.lengths.tolist() == [1, 2]


def test_too_few_sentences_and_no_probability_are_refused():
    refuses(lambda n: spoken_tickets(n, 0.0), "^n is .*: give 1", good=[1], bad=[0, -1])
    refuses(
        lambda p: spoken_tickets(1, p),
        r"^misheard is .*: choose it in \[0, 1\)$",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0, math.nan],
    )
    refuses(
        labelled,
        "^sentences",
        good=[[(["a"], [0])]],
        bad=[[], [([], [])], [(["a"], [0, 0])]],
    )
