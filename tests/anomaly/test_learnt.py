"""A hint is mixed in and paid for; who asks for nothing has the cross entropy."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.anomaly import hinted_loss
from tests.refusals import refuses, spoilt

Z = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.1, 0.0]], dtype=torch.float64)
Y = torch.tensor([1, 0])


@pytest.mark.equation("eq-anomaly-hint")
def test_the_loss_by_a_loop():
    asked = torch.tensor([0.3, -1.0], dtype=torch.float64)
    total = 0.0
    for z, a, y in zip(Z.tolist(), asked.tolist(), Y.tolist(), strict=True):
        c = 1 / (1 + math.exp(-a))
        p = math.exp(z[y]) / sum(math.exp(s) for s in z)
        total += -math.log(c * p + 1 - c) - 0.7 * math.log(c)
    assert hinted_loss(Z, asked, Y, 0.7).item() == pytest.approx(total / 2)


def test_who_is_sure_has_the_cross_entropy():
    sure = torch.full((2,), 60.0, dtype=torch.float64)
    torch.testing.assert_close(hinted_loss(Z, sure, Y, 1.0), cross_entropy(Z, Y))


def test_a_hint_for_all_costs_only_its_price():
    unsure = torch.full((2,), -40.0, dtype=torch.float64)
    assert hinted_loss(Z, unsure, Y, 0.5).item() == pytest.approx(20)


def test_a_wrong_and_certain_answer_stays_finite():
    z = torch.tensor([[200.0, 0.0]])
    sure = torch.tensor([60.0])
    assert hinted_loss(z, sure, torch.tensor([1]), 1.0).isfinite()


def test_rejects():
    asked = torch.zeros(2).double()
    refuses(
        lambda w: hinted_loss(Z, asked, Y, w),
        "^weight is .*: give 0 or more$",
        good=[0.0],
        bad=[-1e-9, math.nan],
    )
    said = "has NaN or infinity: train anew"
    bad = spoilt(Z, math.nan, math.inf)
    refuses(lambda z: hinted_loss(z, asked, Y, 1.0), f"^z {said}", good=[Z], bad=bad)
    bad = spoilt(asked, math.nan)
    refuses(
        lambda a: hinted_loss(Z, a, Y, 1.0), f"^asked {said}", good=[asked], bad=bad
    )
    with pytest.raises(ValueError, match=r"^y is not from 0 to 2"):
        hinted_loss(Z, asked, Y + 2, 1.0)
