"""Sparsity is 0 for equal entries, 1 for a single one, by the paper's formula."""

import math

import pytest
import torch

from ml2020.linear_methods import hoyer
from tests.refusals import refuses, spoilt


@pytest.mark.equation("eq-linear_methods-hoyer")
def test_ends_and_a_row_by_hand():
    rows = torch.tensor([[1.0, 1, 1, 1], [0, -5, 0, 0], [3, 4, 0, 0]])
    by_hand = [0, 1, (2 - 7 / 5) / (2 - 1)]
    assert hoyer(rows).tolist() == pytest.approx(by_hand)
    torch.testing.assert_close(hoyer(rows), hoyer(-7 * rows))


def test_rejects_rows_of_which_nothing_can_be_said():
    X = torch.tensor([[1.0, 2.0], [3.0, 0.0]])
    zero = X.clone()
    zero[1] = 0
    refuses(hoyer, "^X has a row of zeros: leave it out$", good=[X], bad=[zero])
    refuses(hoyer, "^X has one column: give rows", good=[X], bad=[X[:, :1]])
    refuses(hoyer, "^X has NaN", good=[X], bad=spoilt(X, math.nan))
