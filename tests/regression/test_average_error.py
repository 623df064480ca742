"""The average error counts both directions, and refuses what is no number."""

import math

import pytest
import torch

from ml2020.regression import average_error
from tests.refusals import refuses, spoilt


def test_it_counts_both_directions(device):
    y = torch.tensor([1.0, 5.0], device=device)
    y_hat = torch.tensor([3.0, 1.0], device=device)
    assert average_error(y, y_hat).item() == 3


def test_rejects_no_examples():
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one"):
        average_error(torch.zeros(0), torch.zeros(0))


def test_rejects_a_number_that_is_none():
    y_hat = torch.tensor([3.0, 1.0, 2.0])
    said = "^{} has NaN or infinity: drop or mend"
    wrong = spoilt(y_hat, math.nan, math.inf, -math.inf)
    refuses(
        lambda y: average_error(y, y_hat), said.format("y"), good=[y_hat], bad=wrong
    )
    refuses(
        lambda y: average_error(y_hat, y), said.format("y_hat"), good=[y_hat], bad=wrong
    )
