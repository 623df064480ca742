"""Scenes: what is drawn is what the caption says, and the grammar can be read back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.conditional_generation.scenes import (
    COLOURS,
    SHAPES,
    STOP,
    WORDS,
    caption,
    in_words,
    objects_of,
    scenes,
    stamp,
)
from tests.refusals import refuses


def test_captions_by_hand():
    there = [0, -1, 6, 15]
    said = "a red square, a green cross and a yellow ring"
    assert in_words(caption(there)) == said
    assert in_words(caption([9])) == "a blue disc"
    assert in_words(caption([9, 9])) == "a blue disc and a blue disc"


@given(st.lists(st.integers(0, 15), min_size=1, max_size=3))
def test_a_caption_is_read_back(objects):
    assert objects_of(caption(objects)) == objects


@pytest.mark.parametrize(
    "said",
    [
        "a red",
        "red square",
        "a square red",
        "a square square",
        "a red square and",
        "a red square , a red square",
        "a red square and a red square and a red square",
        "a red square a red square",
        "a red square , a red square , a red square",
        "and a red square",
        "a red square and a red",
    ],
)
def test_what_breaks_the_grammar_names_nothing(said):
    assert objects_of([WORDS.index(word) for word in said.split()]) is None


def test_nothing_said_names_nothing():
    assert objects_of([]) == []


def test_each_object_stands_in_its_cell():
    found = scenes(60, generator=torch.Generator().manual_seed(0))
    assert found.X.shape == (60, 3, 16, 16)
    assert found.X.min() >= 0
    assert found.X.max() <= 1
    for X, there, Y in zip(*found, strict=True):
        for cell, kind in enumerate(there.tolist()):
            top, left = 8 * (cell // 2), 8 * (cell % 2)
            square = X[:, top : top + 8, left : left + 8]
            if kind < 0:
                assert (square == 1).all()
            else:
                windows = square.unfold(1, 6, 1).unfold(2, 6, 1)
                same = (windows == stamp(kind)[:, None, None]).all(-1).all(-1).all(0)
                assert same.any()
        row = Y.tolist()
        k = row.index(STOP)
        assert row[:k] == caption(there.tolist())
        assert set(row[k + 1 :]) <= {-100}


def test_all_counts_cells_and_kinds_come():
    there = scenes(400, generator=torch.Generator().manual_seed(1)).there
    assert set((there >= 0).sum(1).tolist()) == {1, 2, 3}
    assert ((there >= 0).double().mean(0) > 0.15).all()
    assert set(there[there >= 0].tolist()) == set(range(16))


def test_cells_are_drawn_evenly_by_the_seed():
    found = scenes(9, generator=torch.Generator().manual_seed(3)).there
    dice = torch.Generator().manual_seed(3)
    order = torch.rand(9, 4, generator=dice).argsort(1)
    count = torch.randint(1, 4, (9, 1), generator=dice)
    assert torch.equal(found >= 0, order < count)


def test_a_stamp_has_its_colour_and_shape():
    for kind in range(16):
        colour = torch.tensor(list(COLOURS.values())[kind // 4])
        rows = list(SHAPES.values())[kind % 4].split()
        for i in range(6):
            for j in range(6):
                expected = colour if rows[i][j] == "#" else torch.ones(3)
                assert torch.equal(stamp(kind)[:, i, j], expected)


def test_rejects_nothing_to_say():
    refuses(scenes, "^n is", good=[1], bad=[0])
    refuses(caption, "^objects of there is", good=[[3]], bad=[[], [-1, -1]])
