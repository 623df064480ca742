"""Sequences side by side: padded, spelt, and some of them."""

import math

import pytest
import torch

from ml2020.rnn import left_out, padded, picked, spelt
from ml2020.rnn.words import LETTERS
from tests.refusals import refuses, spoilt

ANSWERS = torch.tensor([1, 0])


def test_behind_the_end_of_a_sequence_all_is_zero():
    pieces = [torch.ones(2, 3), 2 * torch.ones(4, 3)]
    X, lengths, answers = padded(pieces, ANSWERS)
    assert X.shape == (4, 2, 3)
    assert lengths.tolist() == [2, 4]
    assert torch.equal(answers, ANSWERS)
    assert torch.equal(X[:2, 0], pieces[0])
    assert torch.equal(X[:, 1], pieces[1])
    assert not X[2:, 0].any()


def test_a_name_is_its_letters():
    X, lengths, _ = spelt(["zoe", "al"], ANSWERS)
    assert X.shape == (3, 2, 26)
    read = [
        "".join(LETTERS[k] for k in X[:n, k_].argmax(dim=-1))
        for k_, n in enumerate(lengths.tolist())
    ]
    assert read == ["zoe", "al"]
    assert X.sum() == 5
    assert X.max() == 1


def test_some_are_no_longer_than_the_longest_of_them():
    whole = spelt(["anna", "al", "zoe"], torch.tensor([0, 1, 2]))
    part = picked(whole, torch.tensor([2, 1]))
    assert part.X.shape == (3, 2, 26)
    assert part.answers.tolist() == [2, 1]
    assert part.lengths.tolist() == [3, 2]
    assert torch.equal(part.X[:, 0], whole.X[:3, 2])


def test_what_cannot_stand_side_by_side_is_refused():
    good = [torch.ones(2, 3), torch.ones(1, 3)]
    refuses(
        lambda pieces: padded(pieces, ANSWERS),
        r"^pieces(\[1\])? (is empty|has the shape|has NaN)",
        good=[good],
        bad=[
            [],
            [good[0], torch.ones(0, 3)],
            [good[0], torch.ones(3)],
            [good[0], torch.ones(1, 2)],
            *([good[0], bad] for bad in spoilt(good[1], math.nan, math.inf)),
        ],
    )
    refuses(
        lambda answers: padded(good, answers),
        r"^answers has the shape \(.*: give it \(2,\)$",
        good=[ANSWERS],
        bad=[ANSWERS[:1], torch.tensor([0, 1, 2])],
    )


@pytest.mark.parametrize("names", [[], ["anna", ""]])
def test_names_without_letters_are_refused(names):
    with pytest.raises(ValueError, match=r"^names (is empty: give|has an empty one)"):
        spelt(names, torch.zeros(len(names), dtype=torch.int64))


def test_names_with_other_letters_are_refused():
    refuses(
        lambda name: spelt(["anna", name], ANSWERS),
        "^names has .*: leave only the small letters",
        good=["o"],
        bad=["Anna", "núria", "o neill"],
    )


def test_rows_that_are_none_are_refused():
    whole = spelt(["anna", "al"], ANSWERS)
    refuses(
        lambda rows: picked(whole, torch.tensor(rows, dtype=torch.int64)),
        "^rows (is empty: give at least one sequence|are outside 0 to 1: drop those)$",
        good=[[0], [1, 0, 1]],
        bad=[[], [2], [0, -1]],
    )


def test_an_input_is_left_out_whole_and_as_often_as_asked():
    X = torch.ones(40, 50, 3)

    def dice():
        return torch.Generator().manual_seed(0)

    found = left_out(X, 0.3, generator=dice())
    kept = found.any(dim=-1)
    assert torch.equal(found, X * kept[..., None])
    share = kept.double().mean().item()
    assert share == pytest.approx(0.7, abs=4 * math.sqrt(0.21 / 2000))
    assert torch.equal(found, left_out(X, 0.3, generator=dice()))
    assert torch.equal(left_out(X, 0.0), X)
    refuses(
        lambda share: left_out(X, share),
        r"^share is .*: choose it in \[0, 1\)$",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0, math.nan],
    )
