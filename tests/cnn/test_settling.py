"""Settling: the loss becomes small, the start stays, and what is refused."""

import math

import pytest
import torch

from ml2020.cnn import grams, random_filters, settle, style_loss
from tests.refusals import refuses, spoilt


def test_settling_makes_the_loss_small_and_keeps_the_start():
    dice = torch.Generator().manual_seed(1)
    x, style = torch.rand(2, 1, 1, 16, 16, generator=dice)
    W = random_filters(4, 3, generator=dice)
    goals, before = grams(style, W), x.clone()
    found = settle(lambda x: style_loss(x, goals, W), x, 40)
    assert style_loss(found, goals, W) < style_loss(x, goals, W) / 10
    assert torch.equal(x, before)
    assert found.min() >= 0
    assert found.max() <= 1
    assert not found.requires_grad


def test_more_steps_settle_further_and_the_box_cuts():
    x = torch.full((1, 1, 2, 2), 0.5)
    goal = torch.tensor([[[[2.0, -1.0], [0.25, 0.75]]]])
    found = settle(lambda x: (x - goal).square().sum(), x, 20)
    torch.testing.assert_close(found, goal.clip(0, 1))


def test_it_remembers_twenty_steps(monkeypatch):
    asked = []
    usual = torch.optim.LBFGS

    def noted(*args, **settings):
        asked.append(settings)
        return usual(*args, **settings)

    monkeypatch.setattr(torch.optim, "LBFGS", noted)
    settle(lambda x: x.square().sum(), torch.rand(1, 1, 2, 2), 3)
    assert [s["history_size"] for s in asked] == [20]


def test_rejects_what_cannot_settle():
    x = torch.rand(1, 1, 16, 20)
    said = "^steps is 0: give 1 or more$"
    refuses(lambda n: settle(lambda x: x.sum(), x, n), said, good=[1], bad=[0])
    said = "^x has NaN or infinity: drop or mend that picture$"
    bad = spoilt(x, math.nan, math.inf)
    refuses(lambda x: settle(lambda x: x.sum(), x, 1), said, good=[x], bad=bad)
    weight = torch.ones((), requires_grad=True)
    for ignores in (lambda x: torch.tensor(1.0), lambda x: 2 * weight):
        with pytest.raises(
            ValueError, match=r"^loss does not depend on x: let it comp"
        ):
            settle(ignores, x, 2)
    with pytest.raises(ValueError, match=r"^loss has 1 axes: sum it up to one number$"):
        settle(lambda x: x.sum(dim=(1, 2, 3)), x, 2)
    for off in (math.nan, math.inf):
        with pytest.raises(ValueError, match=r"^loss has NaN or infinity: look at it"):
            settle(lambda x, off=off: x.sum() * off, x, 2)
