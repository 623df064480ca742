"""What was most likely meant, held against a sum over all tickets there are."""

from itertools import permutations, product

import pytest
import torch

from ml2020.rnn import (
    FORMS,
    TAGS,
    marks,
    most_likely_meant,
    spoken_tickets,
    spoken_words,
)
from ml2020.rnn import hearing as module
from ml2020.rnn.hearing import likely_of
from ml2020.rnn.spoken import LONG_CITIES
from ml2020.rnn.tickets import CITIES, DAYS, MONTHS
from tests.refusals import refuses


def all_tickets(cities, months, days):
    """Each ticket with its labels and how often it is drawn."""
    for form, pair, month, day in product(FORMS, permutations(cities, 2), months, days):
        left, words, labels = list(pair), [], []
        for word in form.split():
            slot = word.strip("{}") if word[0] == "{" else "O"
            new = {"O": [word], "time": [month, day]}.get(slot)
            new = new or left.pop().split()
            words += new
            labels += ["O"] if slot == "O" else [f"B-{slot}", f"I-{slot}"][: len(new)]
        yield words, [TAGS.index(label) for label in labels]


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_greatest_share_among_all_tickets(monkeypatch, seed):
    cities = ("oslo", "rome", "new york", "cape town")
    monkeypatch.setattr(module, "TOWNS", cities)
    monkeypatch.setattr(module, "MONTHS", ("may", "june"))
    monkeypatch.setattr(module, "DAYS", ("1st", "2nd", "3rd"))
    tickets = list(all_tickets(cities, ("may", "june"), ("1st", "2nd", "3rd")))
    roll, known, misheard = torch.Generator().manual_seed(seed), spoken_words(), 0.4
    for row in torch.randint(len(tickets), (4,), generator=roll).tolist():
        heard = [
            known[int(torch.randint(len(known), (), generator=roll))]
            if torch.rand((), generator=roll) < misheard
            else word
            for word in tickets[row][0]
        ]
        shares = {}
        for words, labels in tickets:
            if len(words) == len(heard):
                p = 1.0
                for word, other in zip(words, heard, strict=True):
                    p *= (1 - misheard) * (word == other) + misheard / len(known)
                shares[tuple(labels)] = shares.get(tuple(labels), 0) + p
        path, share = most_likely_meant(heard, misheard)
        assert share == pytest.approx(max(shares.values()) / sum(shares.values()))
        assert shares[tuple(path)] == pytest.approx(max(shares.values()))


def test_the_probabilities_of_what_is_heard_add_up_to_one():
    for misheard in (0.0, 0.1, 0.9):
        shares = [likely_of(["oslo"], [word], misheard) for word in spoken_words()]
        assert sum(shares).item() == pytest.approx(1)


def test_words_are_heard_one_by_one_and_none_is_lost():
    known = len(spoken_words())
    heard = ["new", "rome"]
    wrong, right = 0.2 / known, 0.2 / known + 0.8
    things = ("oslo", "new york", "cape town", "new rome", "a new rome")
    expected = [0, right * wrong, wrong * wrong, right * right, 0]
    assert likely_of(things, heard, 0.2).tolist() == pytest.approx(expected)


def test_a_clear_ticket_is_understood_and_a_misheard_one_as_often_as_it_thinks():
    clear = spoken_tickets(30, 0.0, generator=torch.Generator().manual_seed(1))
    for k, words in enumerate(clear.words):
        path, share = most_likely_meant(words, 0.0)
        assert path == clear.s[: len(words), k].tolist()
        assert share == 1
    noisy = spoken_tickets(100, 0.3, generator=torch.Generator().manual_seed(2))
    said, expected = torch.full_like(noisy.s, -100), 0.0
    for k, words in enumerate(noisy.words):
        path, share = most_likely_meant(words, 0.3)
        said[: len(words), k] = torch.tensor(path)
        expected += share / 100
    found = marks(said, noisy.s, noisy.lengths)
    assert found.whole == pytest.approx(expected, abs=4 * (0.25 / 100) ** 0.5)
    assert found.forbidden == 0


def test_what_no_ticket_sounds_like_is_refused():
    words = "i would like to arrive oslo on may 2nd".split()
    assert set(words) & {*CITIES, *LONG_CITIES, *MONTHS, *DAYS} == {
        "oslo",
        "may",
        "2nd",
    }
    refuses(
        lambda words: most_likely_meant(words, 0.1),
        "^words are heard of no ticket: give 7 to 12 of its words$",
        good=[words, words[::-1], words[:7], words + words[:3]],
        bad=[[], words[:6], words + words[:4]],
    )
    with pytest.raises(ValueError, match=r"^words are heard of no ticket"):
        most_likely_meant(words[::-1], 0.0)
    refuses(
        lambda misheard: most_likely_meant(words, misheard),
        r"^misheard is .*: choose it in \[0, 1\)$",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0],
    )
