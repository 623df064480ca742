"""Marks: equal shares, and blanks between equal neighbours."""

import pytest
import torch

from ml2020.rnn import Lines, collapse, even_marks, part_lines, true_marks


@pytest.fixture(scope="module")
def lines():
    return part_lines("learn", 200, generator=torch.Generator().manual_seed(0))


def line(marks, starts, text):
    return Lines(
        torch.zeros(len(marks), 1, 8),
        torch.tensor([len(marks)]),
        [text],
        torch.tensor(marks)[:, None],
        torch.tensor(starts, dtype=torch.bool)[:, None],
    )


def test_even_marks_give_each_digit_the_same_width_but_for_one_column(lines):
    marks = even_marks(lines)
    for k, (T, text) in enumerate(
        zip(lines.lengths.tolist(), lines.texts, strict=True)
    ):
        edges = [-(-u * T // len(text)) for u in range(len(text) + 1)]
        for label, start, end in zip(text, edges, edges[1:], strict=False):
            assert (marks[start:end, k] == label).all()
        assert not marks[T:, k].any()


def test_a_blank_two_columns_wide_parts_equal_digits_that_touch():
    twins = line([0, 3, 3, 3, 3, 4, 4], [0, 1, 0, 1, 0, 1, 0], [3, 3, 4])
    assert torch.equal(true_marks(twins), twins.marks)
    assert true_marks(twins, parted=True)[:, 0].tolist() == [0, 3, 0, 0, 3, 4, 4]
    apart = line([3, 3, 0, 3, 3, 4], [1, 0, 0, 1, 0, 1], [3, 3, 4])
    assert torch.equal(true_marks(apart, parted=True), apart.marks)
    assert even_marks(twins)[:, 0].tolist() == [3, 3, 3, 3, 3, 4, 4]
    assert even_marks(twins, parted=True)[:, 0].tolist() == [3, 3, 0, 0, 3, 4, 4]


def test_parted_marks_spell_the_text_and_say_a_blank_at_no_other_place(lines):
    for mark in (true_marks, even_marks):
        whole, parted = mark(lines), mark(lines, parted=True)
        changed = whole != parted
        assert changed.any()
        assert (parted[changed] == 0).all()
        for k, T in enumerate(lines.lengths.tolist()):
            assert collapse(parted[:T, k].tolist()) == lines.texts[k]
