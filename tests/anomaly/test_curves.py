"""The curves are scikit-learn's, also with ties, and their area is the AUC."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_curve

from ml2020.anomaly import average_precision, roc
from ml2020.gnn import auc

scores = st.lists(st.integers(0, 6), min_size=1, max_size=8)


def both(normal, anomalous):
    truth = [0] * len(normal) + [1] * len(anomalous)
    return truth, normal + anomalous


@pytest.mark.equation("eq-anomaly-rates")
@given(scores, scores)
def test_roc_is_scikit_learn_s(normal, anomalous):
    found = roc(torch.tensor(normal).float(), torch.tensor(anomalous).float())
    theirs = roc_curve(*both(normal, anomalous), drop_intermediate=False)
    for ours, other in zip(
        (found.false_alarms, found.found, found.threshold), theirs, strict=True
    ):
        np.testing.assert_allclose(ours.numpy(), other)


@pytest.mark.equation("eq-anomaly-auc")
@given(scores, scores)
def test_its_area_is_how_often_a_pair_is_in_order(normal, anomalous):
    low, high = torch.tensor(normal).double(), torch.tensor(anomalous).double()
    found = roc(low, high)
    area = torch.trapezoid(found.found, found.false_alarms).item()
    assert area == pytest.approx(auc(high, low).item())


@pytest.mark.equation("eq-anomaly-precision")
@given(scores, scores)
def test_average_precision_is_scikit_learn_s(normal, anomalous):
    found = average_precision(
        torch.tensor(normal).float(), torch.tensor(anomalous).float()
    )
    assert found == pytest.approx(average_precision_score(*both(normal, anomalous)))


def test_rejects_one_kind_only():
    two = torch.ones(2)
    for call in (roc, average_precision):
        with pytest.raises(ValueError, match=r"^normal is empty: give at least one"):
            call(two[:0], two)
        with pytest.raises(ValueError, match=r"^anomalous is empty: give at least one"):
            call(two, two[:0])
        with pytest.raises(ValueError, match=r"^anomalous has NaN or infinity: look"):
            call(two, torch.tensor([1.0, math.nan]))


def test_thresholds_are_float64_whatever_the_scores_are():
    low, high = torch.tensor([0.1], dtype=torch.float32), torch.ones(1)
    assert roc(low, high).threshold.dtype == torch.float64
