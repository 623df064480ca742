"""Nouns have their kind and a class by lot; a layer is judged by what it beats."""

import pytest
import torch

from ml2020.data.glosses import glosses
from ml2020.pretraining.contest import probed
from ml2020.pretraining.kinds import KINDS
from ml2020.pretraining.probing import (
    Questions,
    noun_kinds,
    noun_questions,
    selectivity,
)
from ml2020.pretraining.senses import Places
from ml2020.pretraining.shelf import shelf
from tests.refusals import refuses


def dice():
    return torch.Generator().manual_seed(0)


def test_kinds_are_those_of_the_first_meaning():
    found, g = shelf(), glosses()
    kinds = noun_kinds(found)
    assert (kinds[found.pairs] == -1).all()
    files = list(KINDS)
    for name, kind in (("dog", "animal"), ("town", "location"), ("teacher", "person")):
        k = int(kinds[found.words.index(name)])
        assert KINDS[files[k]] == kind
        assert files[k] == int(g.kinds[g.meanings[found.words.index(name)]])
    assert kinds[found.words.index("the")] == kinds.min() == -1


def test_questions_are_drawn_from_what_was_put_aside():
    found = shelf()
    asked = noun_questions(found, 500, generator=dice())
    assert len(asked.kind) == len(asked.control) == 500
    assert asked.places.aside.all()
    kinds = noun_kinds(found)
    assert torch.equal(asked.kind, kinds[asked.places.words])
    assert asked.kind.min() >= 0
    for word in asked.places.words.unique():
        assert asked.control[asked.places.words == word].unique().numel() == 1
    assert asked.control.unique().numel() == 10
    again = noun_questions(found, 500, generator=dice())
    assert torch.equal(again.control, asked.control)
    refuses(lambda n: noun_questions(found, n), "^n is", good=[1], bad=[0])


def made():
    """Forty words, of each ten places; their kind and class are shown or not."""
    words = torch.arange(40).repeat(10)
    kind = (words // 4) % 10
    control = torch.randint(10, (40,), generator=dice())[words]
    none = torch.zeros(400, dtype=torch.int64)
    places = Places(none, none, words, none, none.bool())
    by_word = torch.eye(40)[words]
    by_kind = torch.eye(10)[kind]
    h = torch.stack([by_word, torch.nn.functional.pad(by_kind, (0, 30))])
    return h, Questions(places, kind, control)


@pytest.mark.equation("eq-pretraining-selectivity")
def test_who_knows_words_tells_both_who_knows_kinds_tells_one():
    h, asked = made()
    found = selectivity(h, asked, 200, 1e-4)
    assert found.task.tolist() == [1.0, 1.0]
    assert found.control[0] == 1.0
    assert found.control[1] < 0.6
    torch.testing.assert_close(
        found.selectivity(), torch.tensor([0.0, 1.0 - float(found.control[1])])
    )
    assert found.new.isnan().all()  # no noun is new
    few = selectivity(h, asked, 30, 1e-4)
    assert few.new[0] < 0.2
    by_hand = asked.places.words[30:] >= 30
    pairs = [(h[1, 30:][by_hand], asked.kind[30:][by_hand])]
    wanted = probed(h[1, :30], asked.kind[:30], pairs, 10, 1e-4)
    assert few.new[1].item() == pytest.approx(wanted[0])


def test_nothing_to_learn_from_or_to_ask_is_refused():
    h, asked = made()
    refuses(
        lambda n: selectivity(h, asked, n, 0.01),
        "^learn is",
        good=[399, 1],
        bad=[0, 400],
    )
