"""A trained copy comes out, the start stays, and a seed gives the same weights."""

import math
from dataclasses import dataclass

import torch
from torch import nn

from ml2020.gnn import Setting, fitted, seeded
from ml2020.gnn.fitting import NEVER, Judged, at_best, sound
from ml2020.optimization import L2, Adam
from tests.refusals import refuses


def line():
    return nn.Linear(2, 1)


def loss(model):
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    return (model(X)[:, 0] - torch.tensor([1.0, 2.0, 3.0])).square().mean()


def test_a_seed_gives_the_same_weights_and_touches_no_other_dice():
    before = torch.random.get_rng_state()
    one, other, third = seeded(line, 1), seeded(line, 1), seeded(line, 2)
    assert torch.equal(one.weight, other.weight)
    assert not torch.equal(one.weight, third.weight)
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_copy_learns_and_the_start_stays():
    start = seeded(line, 0)
    before = start.weight.clone()
    trained = fitted(start, loss, Adam(0.1), 300)
    assert loss(trained).item() < 1e-3
    assert torch.equal(start.weight, before)
    assert start.weight.grad is None
    assert torch.equal(fitted(start, loss, Adam(0.1), 0).weight, before)


def test_weights_that_are_no_numbers_are_noticed_wherever_they_stand():
    for name in ("weight", "bias"):
        for bad in (float("nan"), float("inf")):
            model = seeded(line, 0)
            assert sound(model) is True
            with torch.no_grad():
                getattr(model, name).view(-1)[-1] = bad
            assert sound(model) is False


def test_two_steps_are_those_of_torch():
    start = seeded(line, 0)
    theirs = seeded(line, 0)
    optimizer = torch.optim.Adam(theirs.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        loss(theirs).backward()
        optimizer.step()
    mine = fitted(start, loss, Adam(0.1), 2)
    torch.testing.assert_close(mine.weight, theirs.weight)
    torch.testing.assert_close(mine.bias, theirs.bias)


def test_rejects_negative_steps():
    said = "^steps is .*: give 0 or more$"
    refuses(lambda n: fitted(line(), loss, Adam(0.1), n), said, good=[0, 1], bad=[-1])


def told(values):
    """What judges: the next of some values, and its place among them."""
    left = iter(enumerate(values, 1))

    def judge(model):
        assert not model.training
        assert not torch.is_grad_enabled()
        place, value = next(left)
        return value, float(place)

    return judge


def trained(values, epochs, every=1, rule=None):
    rule = Adam(0.1) if rule is None else rule
    return at_best(seeded(line, 0), loss, told(values), rule, epochs, 0, every)


def test_the_best_epoch_is_told_and_of_equal_ones_the_first():
    assert trained([0.1, 0.7, 0.3, 0.7], 4) == Judged(0.7, 2.0, 2)
    assert trained([-3.0, -2.0], 2) == Judged(-2.0, 2.0, 2)


def test_it_looks_at_each_so_many_epochs_and_at_the_last():
    assert trained([0.1, 0.2, 0.3], 8, every=3) == Judged(0.3, 3.0, 8)
    assert trained([0.1, 0.5], 6, every=3) == Judged(0.5, 2.0, 6)


def test_it_ends_where_something_is_no_number():
    assert trained([0.2, math.nan], 9) == Judged(0.2, 1.0, 1)
    assert trained([math.inf], 9) == NEVER == Judged(-math.inf, -math.inf, 0)
    assert trained([], 9, rule=Broken()) == NEVER


@dataclass(frozen=True)
class Broken:
    """A rule that makes no numbers."""

    def init(self, theta):
        return ()

    def step(self, theta, g, memory):
        return theta * math.nan, memory


def test_it_trains_in_place_as_a_rule_does_and_in_training_mode():
    model, modes = seeded(line, 0), []

    def watched(net):
        modes.append(net.training)
        return loss(net)

    at_best(model, watched, lambda net: (0.0, 0.0), Adam(0.1), 3, 0)
    assert torch.equal(model.weight, fitted(seeded(line, 0), loss, Adam(0.1), 3).weight)
    assert modes == [True] * 3


def test_dropout_comes_from_its_seed_and_touches_no_other_dice():
    def run(seed):
        model = nn.Sequential(nn.Dropout(0.5), seeded(line, 0))
        X = torch.ones(4, 2)
        at_best(
            model,
            lambda net: net(X).square().mean(),
            lambda net: (0.0, 0.0),
            Adam(0.1),
            2,
            seed,
        )
        return model[1].weight

    before = torch.random.get_rng_state()
    assert torch.equal(run(1), run(1))
    assert any(not torch.equal(run(1), run(k)) for k in (2, 3, 4))
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_setting_is_adam_with_a_decay_in_the_loss():
    assert Setting(0.1, 5, 0.25).rule == L2(Adam(0.1), 0.25)
    assert Setting(0.1, 5).decay == 0


def test_rejects_counts_that_are_none():
    for name in ("epochs", "every"):
        refuses(
            lambda n, name=name: at_best(
                line(),
                loss,
                lambda net: (0.0, 0.0),
                Adam(0.1),
                **{"epochs": 1, "seed": 0, name: n},
            ),
            f"^{name} is .*: give 1 or more$",
            good=[1],
            bad=[0],
        )
