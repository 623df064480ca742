"""Learning leaves its argument alone, and repeats itself."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from ml2020.conditional_generation import (
    answering,
    caption_learning,
    copying,
    dots,
    hull_learning,
    poems,
    reward,
)
from ml2020.conditional_generation.guesses import PATHS
from ml2020.conditional_generation.learning import first, learned
from tests.refusals import only_positive, refuses


def line():
    return nn.Linear(1, 1)


def loss(model, t):
    x = torch.linspace(-1, 1, 9)[:, None]
    return (model(x) - 3 * x + 1).square().mean()


def test_it_learns_a_line_and_leaves_the_beginning_alone():
    start = first(line, 0)
    before = [w.clone() for w in start.parameters()]
    found = learned(start, loss, 0.1, 300)
    assert found.weight.item() == pytest.approx(3, abs=0.05)
    assert found.bias.item() == pytest.approx(-1, abs=0.05)
    for a, b in zip(start.parameters(), before, strict=True):
        assert torch.equal(a, b)


def test_the_rate_falls_in_a_line():
    met = []

    def spied(model, t):
        met.append([w.detach().clone() for w in model.parameters()])
        return 1000 * model.weight.sum() + 0 * model.bias.sum()

    learned(first(line, 0), spied, 0.1, 4)
    steps = [(a[0] - b[0]).abs().item() for a, b in pairwise(met)]
    assert steps == pytest.approx([0.1, 0.075, 0.05], rel=1e-3)


def test_the_first_weights_are_the_seed_s_and_dice_stay_where_they_were():
    state = torch.get_rng_state()
    a, b, c = first(line, 1), first(line, 1), first(line, 2)
    assert torch.equal(a.weight, b.weight)
    assert not torch.equal(a.weight, c.weight)
    assert torch.equal(torch.get_rng_state(), state)
    assert first(lambda: line().double(), 1).weight.dtype == torch.float32


def test_sizes_are_those_of_what_was_trained():
    sizes = {
        answering: (32, 64),
        caption_learning: (48, 32),
        copying: (64, 32),
        dots: (32, 32),
        hull_learning: (64, 64),
        poems: (64, 64),
    }
    for module, expected in sizes.items():
        assert (module.UNITS, module.BATCH) == expected
    assert (PATHS, reward.SAMPLES, reward.WORDS) == (64, 4, 32)
    assert (caption_learning.STORE, copying.LONGEST) == (4000, 8)


def test_rejects_no_rate_no_update_and_lost_weights():
    only_positive(lambda lr: learned(first(line, 0), loss, lr, 1), "lr")
    refuses(
        lambda n: learned(first(line, 0), loss, 0.1, n),
        "^updates is",
        good=[1],
        bad=[0],
    )

    def nan(model, t):
        return model.weight.sum() * math.nan

    with pytest.raises(ValueError, match="lr"):
        learned(first(line, 0), nan, 0.1, 2)
