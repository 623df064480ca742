"""Marks: equal shares, and blanks at their borders."""

import pytest
import torch

from ml2020.rnn import Lines, collapse, even_marks, part_lines
from tests.refusals import refuses


@pytest.fixture(scope="module")
def lines():
    return part_lines("learn", 200, generator=torch.Generator().manual_seed(0))


def test_even_marks_give_each_digit_the_same_width_but_for_one_column(lines):
    marks = even_marks(lines)
    for k, (T, text) in enumerate(
        zip(lines.lengths.tolist(), lines.texts, strict=True)
    ):
        edges = [-(-u * T // len(text)) for u in range(len(text) + 1)]
        for label, start, end in zip(text, edges, edges[1:], strict=False):
            assert (marks[start:end, k] == label).all()
        assert not marks[T:, k].any()


def test_gaps_are_two_columns_wide_and_between_digits_only():
    blank = torch.zeros(10, 2, dtype=torch.int64)
    texts = [[3, 3, 4], [5]]
    two = Lines(torch.zeros(10, 2, 8), torch.tensor([10, 4]), texts, blank)
    assert even_marks(two).T.tolist() == [[3] * 7 + [4] * 3, [5] * 4 + [0] * 6]
    assert even_marks(two, gaps=True).T.tolist() == [
        [3, 3, 3, 0, 0, 3, 0, 0, 4, 4],
        [5] * 4 + [0] * 6,
    ]
    assert not blank.any()


def test_marks_with_gaps_spell_the_text_and_say_a_blank_at_no_other_place(lines):
    whole, parted = even_marks(lines), even_marks(lines, gaps=True)
    changed = whole != parted
    assert changed.any()
    assert (parted[changed] == 0).all()
    for k, T in enumerate(lines.lengths.tolist()):
        assert collapse(parted[:T, k].tolist()) == lines.texts[k]
        assert changed[:T, k].sum() == 2 * (len(lines.texts[k]) - 1)


def line(T, text):
    """Return a line before which there is another one, that is wide enough."""
    zeros = torch.zeros(max(T, 9), 2, dtype=torch.int64)
    X = torch.zeros(max(T, 9), 2, 8)
    return Lines(X, torch.tensor([9, T]), [[4, 5], text], zeros)


TOO_FEW = r"^lines\.lengths\[1\] is \d+: \d digits need more$"


def test_a_digit_that_would_get_no_column_is_refused():
    refuses(
        lambda has: even_marks(line(*has)),
        TOO_FEW,
        good=[(1, [1]), (2, [1, 2]), (5, [1, 2, 3, 4, 5]), (6, [1, 2, 3, 4, 5])],
        bad=[(0, [1]), (1, [1, 2]), (4, [1, 2, 3, 4, 5])],
    )
    refuses(
        lambda has: even_marks(line(*has), gaps=True),
        TOO_FEW,
        good=[(1, [1]), (4, [1, 2]), (5, [1, 2]), (8, [1, 2, 3]), (9, [1, 2, 3])],
        bad=[(0, [1]), (3, [1, 2]), (7, [1, 2, 3]), (10, [1, 2, 3, 4])],
    )
    for gaps in (False, True):
        refuses(
            lambda text, gaps=gaps: even_marks(line(9, text), gaps=gaps),
            r"^lines\.texts\[1\] is empty: drop lines without digits$",
            good=[[1]],
            bad=[[]],
        )


@pytest.mark.parametrize("gaps", [False, True])
def test_what_is_refused_is_just_what_would_not_spell_the_text(gaps):
    for T in range(1, 20):
        for U in range(1, 6):
            text = list(range(1, U + 1))
            try:
                marks = even_marks(line(T, text), gaps=gaps)
            except ValueError:
                whole = [text[t * U // T] for t in range(T)]
                around = [whole[0], *whole, whole[-1]]
                kept = {
                    b
                    for a, b, c in zip(around, whole, around[2:], strict=False)
                    if not gaps or a == b == c
                }
                assert kept < set(text)
            else:
                assert collapse(marks[:T, 1].tolist()) == text
