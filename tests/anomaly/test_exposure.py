"""Strangers cost the cross entropy to equal probabilities."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from ml2020.anomaly import exposed_loss
from tests.refusals import refuses, spoilt

DICE = torch.Generator().manual_seed(0)
Z = torch.randn(4, 3, generator=DICE, dtype=torch.float64)
S = torch.randn(5, 3, generator=DICE, dtype=torch.float64)
Y = torch.tensor([0, 1, 2, 1])


@pytest.mark.equation("eq-anomaly-exposed")
def test_the_loss_is_torch_s_with_equal_targets():
    equal = torch.full((5, 3), 1 / 3, dtype=torch.float64)
    expected = cross_entropy(Z, Y) + 0.5 * cross_entropy(S, equal)
    torch.testing.assert_close(exposed_loss(Z, Y, S, 0.5), expected)


def test_least_where_the_answer_is_undecided():
    level = torch.full((1, 3), 7.0, dtype=torch.float64)
    least = exposed_loss(Z, Y, level, 1.0) - cross_entropy(Z, Y)
    assert least.item() == pytest.approx(math.log(3))
    assert exposed_loss(Z, Y, S, 1.0) - cross_entropy(Z, Y) > least


def test_rejects():
    refuses(
        lambda w: exposed_loss(Z, Y, S, w),
        "^weight is .*: give 0 or more$",
        good=[0.0],
        bad=[-1e-9, math.nan],
    )
    for name, call in (
        ("z", lambda z: exposed_loss(z, Y[: len(z)], S, 1.0)),
        ("strange", lambda s: exposed_loss(Z, Y, s, 1.0)),
    ):
        said = f"^{name} has NaN or infinity: train anew"
        refuses(call, said, good=[Z], bad=spoilt(Z, math.nan, math.inf))
        with pytest.raises(ValueError, match=rf"^{name} is empty"):
            call(Z[:0])
    with pytest.raises(ValueError, match=r"^y is not from 0 to 2"):
        exposed_loss(Z, Y + 1, S, 1.0)
