"""Poems: parts that do not meet, a table that is a probability, a poet that learns."""

import math

import pytest
import torch

from ml2020.conditional_generation import poems as module
from ml2020.conditional_generation.poems import (
    RARE,
    bigram,
    bits,
    characters,
    part,
    poet,
    table_bits,
)
from ml2020.data.quatrains import quatrains
from tests.refusals import refuses


def test_parts_spell_the_poems_but_for_rare_characters():
    names, rows = characters(), []
    for name, size in (("learn", 2900), ("choose", 300), ("judge", 299)):
        assert part(name).shape == (size, 20)
        rows += part(name).tolist()
    for row, poem in zip(rows, quatrains().poems, strict=True):
        for k, c in zip(row, poem, strict=True):
            assert names[k] in (c, RARE)
    assert names[0] == RARE
    assert (part("judge") == 0).double().mean() < 0.05


def test_a_character_is_known_if_it_comes_twice():
    text = "".join(quatrains().poems[:2900])
    assert {c for c in set(text) if text.count(c) > 1} == set(characters()[1:])


def test_a_table_by_hand():
    W = torch.tensor([[0, 1], [0, 0]])
    alone = [4 / 6, 2 / 6]
    P = bigram(W, 2, 0.5)
    assert P[0].tolist() == pytest.approx(
        [0.25 + 0.5 * a for a in alone[:1]] + [5 / 12]
    )
    assert P[2].tolist() == pytest.approx([0.5 + 0.5 * alone[0], 0.5 * alone[1]])
    assert P[1].tolist() == pytest.approx(alone)
    cost = -(math.log2(P[2, 0]) + math.log2(P[0, 1])) / 2
    assert table_bits(P, torch.tensor([[0, 1]])) == pytest.approx(cost)
    longer = (2 * cost - math.log2(P[1, 0])) / 3
    assert table_bits(P, torch.tensor([[0, 1, 0]])) == pytest.approx(longer)


def test_a_table_is_a_probability():
    P = bigram(part("learn")[:200] % 50, 50, 0.3)
    assert torch.allclose(P.sum(1), torch.ones(len(P)).double())


def test_a_poet_learns(monkeypatch):
    monkeypatch.setattr(module, "UNITS", 8)
    monkeypatch.setattr(module, "BATCH", 8)
    W = part("learn")[:20]
    found = poet(0, 0.01, 2)
    assert bits(found, W) < math.log2(len(characters()))
    assert bits(found, W) == bits(poet(0, 0.01, 2), W)


def test_a_poet_begins_with_how_often_each_character_comes(monkeypatch):
    monkeypatch.setattr(module, "UNITS", 2)
    monkeypatch.setattr(module, "BATCH", 1)
    p = poet(0, 1e-12, 1).bias.detach().exp()
    often = part("learn").flatten().bincount() + 1
    assert torch.allclose(p, often / often.sum(), rtol=1e-4)


def test_a_poet_with_dropout_is_quiet_afterwards_and_leaves_the_dice(monkeypatch):
    monkeypatch.setattr(module, "UNITS", 8)
    monkeypatch.setattr(module, "BATCH", 8)
    W, before = part("learn")[:20], torch.random.get_rng_state()
    found = poet(0, 0.01, 2, 0.5)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert bits(found, W) == bits(found, W) == bits(poet(0, 0.01, 2, 0.5), W)
    assert bits(found, W) != bits(poet(0, 0.01, 2), W)


def test_rejects_no_part_and_nothing_to_count():
    refuses(part, "^name is", good=["learn"], bad=["all"])
    W = part("learn")[:2] % 7
    refuses(lambda w: bigram(w, 7, 0.1), "^W is empty", good=[W], bad=[W[:0]])
    refuses(lambda k: bigram(W, k, 0.1), "^W has symbols", good=[7, 8], bad=[2])
    refuses(lambda s: bigram(W, 7, s), "^share is", good=[0.0, 0.9], bad=[-0.1, 1.0])
