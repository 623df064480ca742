"""Slots found and meant, F1, whole sentences, forbidden ones."""

import pytest
import torch

from ml2020.rnn import TAGS, forbidden, marks, spans, spoken_tickets
from tests.refusals import refuses


def labels(text):
    return [TAGS.index(tag) for tag in text.split()]


def side_by_side(*texts):
    rows = [labels(text) for text in texts]
    lengths = torch.tensor([len(row) for row in rows])
    s = torch.full((int(lengths.max()), len(rows)), -100)
    for k, row in enumerate(rows):
        s[: len(row), k] = torch.tensor(row)
    return s, lengths


def test_a_slot_begins_with_b_and_goes_on_with_its_own_i():
    found = spans(labels("O B-to I-to I-to O B-to B-to I-from I-time B-time I-time"))
    assert found == {("to", 1, 4), ("to", 5, 6), ("to", 6, 7), ("time", 9, 11)}
    assert spans(labels("I-to I-time O")) == set()
    assert spans(labels("B-from")) == {("from", 0, 1)}


@pytest.mark.equation("eq-rnn-structured-f1")
def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    right, lengths = side_by_side("O B-to I-to O B-time I-time", "B-from O", "O")
    said, _ = side_by_side("O B-to O O B-time I-time", "B-from O", "B-to")
    found = marks(said, right, lengths)
    precision, recall = 2 / 4, 2 / 3
    f1 = 2 * precision * recall / (precision + recall)
    assert found.f1 == pytest.approx(f1)
    assert found.whole == pytest.approx(1 / 3)
    assert found.forbidden == 0


def test_kind_and_both_ends_have_to_be_right():
    right, lengths = side_by_side("B-to I-to")
    for text in ("B-from I-from", "B-to O", "O B-to", "I-to I-to", "B-to B-to"):
        assert marks(side_by_side(text)[0], right, lengths).f1 == 0
    assert marks(right, right, lengths) == (1, 1, 0)


def test_without_any_slot_f1_is_zero():
    s, lengths = side_by_side("O O")
    assert marks(s, s, lengths) == (0, 1, 0)


def test_forbidden_are_those_that_no_sentence_means():
    texts = {
        "I-to O": True,
        "B-to I-from": True,
        "B-to I-to I-to": True,
        "O I-time": True,
        "B-time O": True,
        "O B-time": True,
        "B-time I-time": False,
        "B-to I-to B-from": False,
        "O O": False,
        "B-to": False,
        "B-time": True,
        "I-time": True,
    }
    s, lengths = side_by_side(*texts)
    assert forbidden(s, lengths) == [k for k, no in enumerate(texts.values()) if no]
    assert marks(s, s, lengths).forbidden == pytest.approx(8 / 12)
    spoken = spoken_tickets(50, 0.2, generator=torch.Generator().manual_seed(0))
    assert forbidden(spoken.s, spoken.lengths) == []


def test_what_is_behind_the_end_does_not_count():
    s, lengths = side_by_side("O B-to O O", "B-to")
    other = s.clone()
    other[1:, 1] = TAGS.index("B-from")
    assert marks(other, s, lengths) == marks(s, s, lengths) == (1, 1, 0)


def test_labels_that_are_none_are_refused():
    s, lengths = side_by_side("O O", "B-to")
    wrong = s.clone()
    wrong[0, 0] = len(TAGS)
    hidden = s.clone()
    hidden[1, 1] = 99  # behind the end
    for call in (
        lambda said: marks(said, s, lengths),
        lambda meant: marks(s, meant, lengths),
        lambda said: forbidden(said, lengths),
    ):
        refuses(
            call,
            "^s has labels outside 0 to 6: mend them$",
            good=[s, hidden],
            bad=[wrong, -wrong, torch.full_like(s, -100)],
        )
    refuses(
        spans,
        "^labels are outside 0 to 6: mend them$",
        good=[[0, 6], []],
        bad=[[7], [-1], [0, -100]],
    )


def test_labels_that_do_not_match_are_refused():
    s, lengths = side_by_side("O O", "B-to")
    refuses(
        lambda lengths: marks(s[:, : len(lengths)], s[:, : len(lengths)], lengths),
        "^lengths is empty: give at least one sentence$",
        good=[lengths, lengths[:1]],
        bad=[lengths[:0]],
    )
