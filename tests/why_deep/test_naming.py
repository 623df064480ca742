"""Naming: who says what is wanted is understood, and each kind has its own share."""

import math

import pytest
import torch

from ml2020.deep_learning import parameter_count
from ml2020.why_deep import Design, cell_accuracy, faces
from ml2020.why_deep.modules import wanted
from ml2020.why_deep.naming import named
from tests.refusals import refuses, spoilt

COUNTS = (6, 5, 4, 2)


@pytest.mark.parametrize("outputs", [2, 4])
def test_who_says_what_is_wanted_is_understood(outputs):
    cell = torch.tensor([[3, 0, 2, 1]])
    assert torch.equal(named(wanted(cell, outputs) - 0.5), cell)


def test_the_accuracy_of_each_kind_is_a_share_of_its_own_pictures():
    design = Design(2, shared=True)
    data = faces("test", COUNTS, [0, 1])
    theta = torch.zeros(2, parameter_count(design.sizes))
    theta[:, -2:] = torch.tensor([[1.0, -1.0], [1.0, 1.0]])  # a boy; short, then long
    shares = cell_accuracy(theta, design, data)
    assert shares.tolist() == [[0, 0, 1, 0], [0, 0, 0, 1]]


def test_a_kind_without_pictures_has_no_share():
    design, data = Design(2, shared=True), faces("test", COUNTS, [0, 1])
    few = data._replace(cell=data.cell.clamp(max=2))
    nobody = cell_accuracy(torch.zeros(2, parameter_count(design.sizes)), design, few)
    assert nobody.isnan().tolist() == [[False] * 3 + [True]] * 2


def test_who_says_no_number_is_refused():
    design, data = Design(2, shared=True), faces("test", COUNTS, [0, 1])
    theta = torch.zeros(2, parameter_count(design.sizes))
    said = r"^theta, faces.X has NaN or infinity: train with a lower rate$"
    bad = spoilt(theta, math.nan, math.inf)[2::3]  # in the last bias: only there
    refuses(lambda t: cell_accuracy(t, design, data), said, good=[theta], bad=bad)
