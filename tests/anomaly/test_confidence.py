"""Confidence is the largest share of a softmax, and a temperature evens it."""

import math

import pytest
import torch

from ml2020.anomaly import confidence
from tests.refusals import only_positive, refuses, spoilt


@pytest.mark.equation("eq-anomaly-confidence")
def test_confidence_by_hand():
    z = torch.tensor([[math.log(3.0), 0.0], [0.0, 0.0]], dtype=torch.float64)
    torch.testing.assert_close(confidence(z), torch.tensor([0.75, 0.5]).double())
    hot = math.sqrt(3) / (1 + math.sqrt(3))
    assert confidence(z, 2.0)[0].item() == pytest.approx(hot)


def test_hot_is_undecided_and_cold_is_sure():
    z = torch.randn(5, 4, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(confidence(z, 1e9), torch.full((5,), 0.25).double())
    assert (confidence(z, 1e-3) > 0.999).all()


def test_two_hot_classes_are_ordered_by_their_gap():
    z = torch.tensor([[3.0, 1.0], [9.0, 8.0], [0.0, 5.0]])
    assert confidence(z, 1000.0).argsort().tolist() == [1, 0, 2]


def test_rejects_what_is_no_score_or_no_temperature():
    z = torch.ones(2, 2)
    only_positive(lambda T: confidence(z, T), "temperature")
    said = "^z has NaN or infinity: train anew"
    refuses(confidence, said, good=[z], bad=spoilt(z, math.nan, math.inf))
    with pytest.raises(ValueError, match=r"^z is empty: give at least one answer"):
        confidence(z[:0])
