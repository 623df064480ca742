"""The lecture's worked cell gives its numbers."""

import math

import pytest
import torch

from ml2020.rnn import lecture_cell
from tests.refusals import refuses, spoilt

SEQUENCE = torch.tensor(
    [[3, 1, 0], [4, 1, 0], [2, 0, 0], [1, 0, 1], [3, -1, 0]], dtype=torch.float64
)


def test_it_remembers_3_7_7_7_and_then_nothing_and_says_7_once():
    said, stored = lecture_cell(SEQUENCE)
    assert stored.tolist() == pytest.approx([3, 7, 7, 7, 0], abs=1e-3)
    assert said.tolist() == pytest.approx([0, 0, 0, 7, 0], abs=1e-3)
    assert said.dtype == torch.float64


def test_its_gates_are_those_of_the_lecture():
    def s(v):
        return 1 / (1 + math.exp(-v))

    c = 0.0
    X = [[1.0, 0.05, 0.12], [2.0, 0.1, 0.09], [-1.0, -0.11, 0.1]]  # gates half open
    said, stored = lecture_cell(torch.tensor(X, dtype=torch.float64))
    for t, (x1, x2, x3) in enumerate(X):
        c = x1 * s(100 * x2 - 10) + c * s(100 * x2 + 10)
        assert stored[t].item() == pytest.approx(c)
        assert said[t].item() == pytest.approx(c * s(100 * x3 - 10))


def test_what_are_no_numbers_and_no_times_are_refused():
    refuses(
        lecture_cell,
        "^X (has NaN or infinity: drop or mend|is empty: give a sequence)",
        good=[SEQUENCE, SEQUENCE[:1]],
        bad=[SEQUENCE[:0], *spoilt(SEQUENCE, math.nan, math.inf)],
    )
