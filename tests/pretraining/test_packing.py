"""Rows have their marks, their segments, and no place too many."""

import pytest
import torch

from ml2020.pretraining.packing import LONGEST, MARKS, is_word, packed
from tests.refusals import refuses

CLS, SEP, MASK, PAD = range(10, 14)


def test_two_rows_by_hand():
    rows = packed([[1, 2], [3]], [[4, 5, 6], None], 10)
    assert rows.X.tolist() == [
        [CLS, 1, 2, SEP, 4, 5, 6, SEP],
        [CLS, 3, SEP, *[PAD] * 5],
    ]
    assert rows.segments.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1], [0] * 8]
    assert rows.lengths.tolist() == [8, 3]
    assert is_word(rows.X, 10).sum().item() == 6
    assert len(MARKS) == 4
    assert rows.X.dtype == rows.segments.dtype == rows.lengths.dtype == torch.int64


def test_a_row_longer_than_the_table_is_refused():
    refuses(
        lambda n: packed([[0] * n], [[0] * 5], 10),
        r"^first and second make 65 places .* has 64: cut the sentences$",
        good=[LONGEST - 8],
        bad=[LONGEST - 7],
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ([], [], "^first is empty: give"),
        ([[1], [2]], [None], "^second has 1 entries: give 2"),
        ([[1], []], [None, None], "^first has an empty sentence: drop"),
        ([[1], [2]], [None, []], "^second has an empty sentence: drop"),
        ([[1], [2, 10]], [None, None], "^first has symbols outside 0 to 9: drop"),
        ([[1], [2]], [[0, -1], None], "^second has symbols outside 0 to 9: drop"),
    ],
)
def test_what_is_no_sentence_is_refused(first, second, said):
    with pytest.raises(ValueError, match=said):
        packed(first, second, 10)
