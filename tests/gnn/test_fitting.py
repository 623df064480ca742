"""A trained copy comes out, the start stays, and a seed gives the same weights."""

import torch
from torch import nn

from ml2020.gnn import fitted, seeded
from ml2020.gnn.fitting import sound
from ml2020.optimization import Adam
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
