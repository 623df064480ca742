"""Talks: names stand where the sentences say, and unknown ones have new numbers."""

import torch

from ml2020.conditional_generation.talk import (
    KNOWN,
    OTHERS,
    PARTS,
    STOP,
    UNKNOWN,
    WORDS,
    talk,
)
from ml2020.data.surnames import surnames
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def spelt(batch, k):
    said, answer = batch.texts[k]
    numbers = {}
    for word, number in zip(said.split(), batch.X[k].tolist(), strict=False):
        numbers[number] = word
    table = {**dict(enumerate(WORDS)), **numbers}
    right = [y for y in batch.Y[k].tolist() if y not in (STOP, -100)]
    return " ".join(table[y] for y in right), answer


def test_numbers_spell_the_answers():
    batch = talk(200, "both", generator=dice())
    for k in range(200):
        found, answer = spelt(batch, k)
        assert found == answer


def test_lengths_and_ends():
    batch = talk(50, "both", generator=dice())
    for k, (said, answer) in enumerate(batch.texts):
        assert batch.there[k].sum() == len(said.split())
        assert (batch.X[k, len(said.split()) :] == 0).all()
        row = batch.Y[k].tolist()
        assert row.index(STOP) == len(answer.split())
        assert set(row[row.index(STOP) + 1 :]) <= {-100}


def test_each_name_is_of_its_part():
    names = surnames().names
    pools = {part: set(names[where]) for part, where in PARTS.items()}
    assert not pools["known"] & pools["rare"] | pools["rare"] & pools["new"]
    everybody = set(names)
    for part in PARTS:
        met = {
            word
            for said, _ in talk(100, part, generator=dice()).texts
            for word in said.split()
            if word in everybody
        }
        assert met <= pools[part]
        assert len(met) > 30


def test_both_are_known_or_rare():
    batch = talk(300, "both", generator=dice())
    unknown = (batch.X >= OTHERS).any(dim=1).double().mean()
    assert 0.4 < unknown < 0.9
    assert not (talk(100, "known", generator=dice()).X >= UNKNOWN).any()


def test_words_are_the_sentences_and_the_known_names():
    assert len(WORDS) == len(set(WORDS)) == UNKNOWN
    assert set(KNOWN) <= set(WORDS)
    assert "A" not in WORDS


def test_rejects_no_talk():
    refuses(lambda n: talk(n, "new"), "^n is", good=[1], bad=[0])
    refuses(lambda p: talk(1, p), "^names is", good=[*PARTS, "both"], bad=["all"])
