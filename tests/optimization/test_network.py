"""A network as one vector is the network; training it is torch's training."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import (
    SGDM,
    Adam,
    Lookahead,
    outputs,
    range_test,
    train,
    vector,
)
from tests.refusals import refuses


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)).double()


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(60, 4, generator=generator).double()
    return X, (X[:, 0] > 0).long() + (X[:, 1] > 0).long()


def loss_of(model, data):
    X, y = data
    return lambda theta, rows: F.cross_entropy(outputs(model, theta, X[rows]), y[rows])


def test_with_its_own_parameters_it_says_what_the_model_says(model, data):
    said = outputs(model, vector(model), data[0])
    torch.testing.assert_close(said, model(data[0]))


def test_the_vector_is_a_copy(model):
    vector(model).zero_()
    assert vector(model).abs().sum() > 0


def test_a_vector_of_another_length_is_refused(model, data):
    with pytest.raises(ValueError, match=r"^theta has 5 numbers: give 67"):
        outputs(model, torch.zeros(5).double(), data[0])


@pytest.mark.slow
def test_training_by_a_rule_is_training_by_torch(model, data):
    batches = [torch.arange(i, i + 20) for i in (0, 20, 40)] * 20
    theta, losses = train(Adam(0.01), vector(model), loss_of(model, data), batches)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for rows, seen in zip(batches, losses, strict=True):
        loss = F.cross_entropy(model(data[0][rows]), data[1][rows])
        assert loss.item() == pytest.approx(seen.item(), abs=1e-8)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.testing.assert_close(theta, vector(model), rtol=0, atol=1e-8)
    assert losses[-1] < losses[0] / 2


def test_a_schedule_sets_the_rate_of_each_step():
    path, rates = [], [0.1, 0.01, 0.5]

    def loss(theta, _):
        path.append(theta.detach())
        return theta.sum()

    start = torch.zeros(1).double()
    end, _ = train(GradientDescent(9.0), start, loss, range(3), lr=lambda t: rates[t])
    assert end.item() == pytest.approx(-0.61)


@pytest.mark.equation("eq-optimization-range")
def test_the_rates_of_a_range_test_grow_by_a_constant_factor(model, data):
    batches = [torch.arange(60)] * 5
    start = vector(model)
    rates, losses = range_test(
        SGDM(1.0), start, loss_of(model, data), batches, low=1e-4, high=1.0
    )
    torch.testing.assert_close(rates, torch.tensor([1e-4, 1e-3, 1e-2, 1e-1, 1.0]))
    schedule = rates.tolist().__getitem__
    _, same = train(SGDM(1.0), start, loss_of(model, data), batches, lr=schedule)
    torch.testing.assert_close(losses, same)


def test_training_leaves_its_start_alone(model, data):
    start = vector(model)
    train(Adam(0.1), start, loss_of(model, data), [torch.arange(60)] * 3)
    assert torch.equal(start, vector(model))


def test_a_schedule_reaches_the_rule_inside_a_rule(model, data):
    batches, loss = [torch.arange(60)] * 6, loss_of(model, data)
    paths = [
        train(Lookahead(SGDM(lr)), vector(model), loss, batches, **schedules)[1]
        for lr, schedules in ((0.3, {}), (9.0, {"lr": lambda t: 0.3}))
    ]
    torch.testing.assert_close(*paths, rtol=0, atol=0)


def test_networks_side_by_side_are_trained_as_each_alone(model, data):
    X, y = data
    three = torch.stack([vector(model) * scale for scale in (0.5, 1.0, 2.0)])
    rows = torch.arange(60).view(5, 3, 4)  # five batches of four for each of the three

    def loss(theta, batch):
        alone = [
            F.cross_entropy(outputs(model, one, X[mine]), y[mine])
            for one, mine in zip(theta, batch, strict=True)
        ]
        return torch.stack(alone)

    ends, losses = train(Adam(0.1), three, loss, rows)
    assert losses.shape == (5, 3)
    for k in range(3):
        end, seen = train(Adam(0.1), three[k], loss_of(model, data), rows[:, k])
        torch.testing.assert_close(ends[k], end)
        torch.testing.assert_close(losses[:, k], seen)


def test_losses_are_those_before_the_step_and_carry_no_graph():
    start = torch.tensor([2.0], dtype=torch.float64)
    _, losses = train(GradientDescent(0.5), start, lambda theta, _: theta.sum(), [0, 0])
    assert losses.tolist() == [2.0, 1.5]
    assert not losses.requires_grad


def test_a_training_without_a_batch_is_refused(model, data):
    refuses(
        lambda batches: train(Adam(), vector(model), loss_of(model, data), batches),
        "^batches is empty: give at least one$",
        good=[[torch.arange(3)]],
        bad=[[], torch.zeros(0, 3)],
    )


def test_a_rate_that_no_rule_takes_is_refused_by_the_rule(model, data):
    batches, loss = [torch.arange(60)] * 2, loss_of(model, data)
    refuses(
        lambda lr: train(SGDM(1.0), vector(model), loss, batches, lr=lambda t: lr),
        "^lr is .*: give a positive number$",
        good=[0.1],
        bad=[0.0],
    )


def test_a_bad_range_is_refused(model, data):
    def tested(low, high, count):
        loss, batches = loss_of(model, data), [torch.arange(60)] * count
        range_test(SGDM(1.0), vector(model), loss, batches, low=low, high=high)

    said = "^low is .*: give 0 < low < high$"
    refuses(lambda low: tested(low, 0.1, 2), said, good=[0.01], bad=[0.0, 0.1, 0.2])
    refuses(
        lambda count: tested(0.1, 1.0, count),
        "^batches has .*: give 2 or more$",
        good=[2],
        bad=[0, 1],
    )
