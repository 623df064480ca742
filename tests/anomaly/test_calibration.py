"""Bins are counted as by hand; the temperature is the likeliest one."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.anomaly import calibration_error, fit_temperature, reliability
from tests.refusals import refuses, spoilt

P = torch.tensor([0.55, 0.95, 0.85, 1.0, 0.65])
RIGHT = torch.tensor([False, True, True, True, True])


@pytest.mark.equation("eq-anomaly-ece")
def test_bins_by_hand():
    bins = reliability(P, RIGHT, 5)
    assert bins.answers.tolist() == [0, 0, 1, 1, 3]
    assert bins.right[2:].tolist() == [0, 1, 1]
    assert bins.sure[4].item() == pytest.approx(2.8 / 3, abs=1e-6)
    expected = (0.55 + 0.35 + 3 * (1 - 2.8 / 3)) / 5
    assert calibration_error(bins) == pytest.approx(expected, abs=1e-6)


def test_bins_above_all_confidences_are_there_and_empty():
    bins = reliability(torch.tensor([0.1, 0.2]), RIGHT[:2], 3)
    assert bins.answers.tolist() == [2, 0, 0]
    assert bins.right[1:].isnan().all()
    assert bins.sure[1:].isnan().all()


def test_ten_bins_unless_told():
    assert reliability(P, RIGHT).answers.tolist() == [0] * 5 + [1, 1, 0, 1, 2]


def test_a_weather_forecast_without_error():
    p = torch.tensor([0.5, 0.5, 1.0])
    bins = reliability(p, torch.tensor([True, False, True]), 2)
    assert bins.answers.tolist() == [0, 3]
    assert calibration_error(bins) == pytest.approx(0, abs=1e-7)


def drawn(factor):
    dice = torch.Generator().manual_seed(0)
    z = torch.randn(4000, 3, generator=dice, dtype=torch.float64)
    y = torch.multinomial(z.softmax(dim=1), 1, generator=dice)[:, 0]
    return factor * z, y


@pytest.mark.equation("eq-anomaly-temperature")
def test_the_temperature_is_the_likeliest_of_a_grid():
    z, y = drawn(3.0)
    T = fit_temperature(z, y)
    grid = [T * f for f in (0.9, 0.99, 1.0, 1.01, 1.1)]
    losses = [cross_entropy(z / t, y).item() for t in grid]
    assert losses.index(min(losses)) == 2
    assert pytest.approx(3.0, rel=0.1) == T


def test_scaled_scores_have_a_scaled_temperature():
    z, y = drawn(1.0)
    assert fit_temperature(5 * z, y) == pytest.approx(5 * fit_temperature(z, y))


def test_perfect_answers_ask_for_all_certainty():
    z = torch.eye(3)
    assert fit_temperature(z, torch.arange(3)) == pytest.approx(math.exp(-10), rel=1e-6)
    wrong = fit_temperature(z, (torch.arange(3) + 1) % 3)
    assert wrong == pytest.approx(math.exp(10), rel=1e-6)


def test_rejects():
    said = r"^p is outside \[0, 1\]: give probabilities$"
    refuses(
        lambda p: reliability(p, RIGHT),
        said,
        good=[P, torch.zeros(5)],
        bad=spoilt(P, math.nan, -1e-6, 1.001),
    )
    with pytest.raises(ValueError, match=r"^p is empty: give at least one answer"):
        reliability(P[:0], RIGHT[:0])
    refuses(
        lambda n: reliability(P, RIGHT, n),
        "^bins is 0: give 1 or more",
        good=[1],
        bad=[0],
    )
    z, y = torch.eye(3), torch.arange(3)
    said = "^z has NaN or infinity: train anew"
    refuses(lambda z: fit_temperature(z, y), said, good=[z], bad=spoilt(z, math.nan))
    with pytest.raises(ValueError, match=r"^y is not from 0 to 2"):
        fit_temperature(z, y + 1)
    with pytest.raises(ValueError, match=r"^z is empty"):
        fit_temperature(z[:0], y[:0])
