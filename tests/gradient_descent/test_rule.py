"""Every rule is a function from state to state, and descend only repeats it."""

from typing import NamedTuple

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from ml2020.gradient_descent import (
    Adagrad,
    Decaying,
    GradientDescent,
    Newton,
    Rule,
    descend,
)

RULES = [GradientDescent(0.1), Decaying(0.1), Adagrad(0.1), Newton(lambda t: 4 * eye())]
names = [type(rule).__name__ for rule in RULES]


def eye():
    return torch.eye(3, dtype=torch.float64)


def start(device="cpu"):
    return torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, device=device)


class Seen(NamedTuple):
    """How many steps were made, and the sum of the gradients."""

    count: int
    total: Tensor


class Adding:
    """A rule that shows what it was given: it adds the gradient, and remembers."""

    def init(self, theta):
        return Seen(0, torch.zeros_like(theta))

    def step(self, theta, g, memory):
        return theta + g, Seen(memory.count + 1, memory.total + g)


def test_descend_asks_for_the_gradient_where_it_stands(device):
    path = descend(Adding(), lambda theta: theta, start(device), 4)
    doubled = torch.stack([2**k * start(device) for k in range(5)])
    assert torch.equal(path, doubled)


def test_descend_hands_each_step_the_memory_of_the_one_before():
    class Counting(Adding):
        def step(self, theta, g, memory):
            return theta + memory.count, Seen(memory.count + 1, memory.total)

    path = descend(Counting(), torch.zeros_like, torch.zeros(1), 4)
    assert path[:, 0].tolist() == [0, 0, 1, 3, 6]


@given(steps=st.integers(0, 6), shape=st.lists(st.integers(1, 3), max_size=3))
def test_the_path_holds_the_start_and_every_step_of_any_shape(steps, shape):
    first = torch.ones(shape)
    path = descend(GradientDescent(0.5), lambda theta: theta, first, steps)
    assert path.shape == (steps + 1, *shape)
    assert torch.equal(path[0], first)


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_each_rule_keeps_the_interface(rule):
    assert isinstance(rule, Rule)
    assert not isinstance(torch.optim.SGD, Rule)


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_a_step_writes_to_none_of_its_arguments(rule):
    theta, g = start(), 2 * start()
    memory = rule.init(theta)
    before = [t.clone() for t in memory if isinstance(t, Tensor)]
    first, _ = rule.step(theta, g, memory)
    second, _ = rule.step(theta, g, memory)
    assert torch.equal(first, second)
    assert torch.equal(theta, start())
    assert torch.equal(g, 2 * start())
    after = [t for t in memory if isinstance(t, Tensor)]
    assert all(torch.equal(a, b) for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_each_rule_goes_down_a_round_bowl(rule):
    path = descend(rule, lambda theta: 4 * theta, start(), 10)
    assert (path.norm(dim=1).diff() <= 0).all()
    assert path[-1].norm() < 0.9 * path[0].norm()


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_settings_of_a_rule_cannot_be_changed(rule):
    name = "damping" if isinstance(rule, Newton) else "lr"
    with pytest.raises(AttributeError):
        setattr(rule, name, 3.0)


def test_rejects_a_negative_number_of_steps():
    with pytest.raises(ValueError, match=r"^steps is -1: give 0 or more$"):
        descend(GradientDescent(0.1), torch.zeros_like, start(), -1)
