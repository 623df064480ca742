"""A curved loss, and the paths that torch's optimizers and ours walk on it."""

import pytest
import torch
from torch.func import grad

from ml2020.gradient_descent import descend

START = torch.tensor([-1.5, 2.0], dtype=torch.float64)
STEPS = 50


def wavy(theta):
    """A loss that is not convex: a bent valley with ripples."""
    x, y = theta
    return (
        (y - x**2) ** 2 + 0.1 * (1 - x) ** 2 + 0.3 * torch.sin(3 * x) * torch.cos(2 * y)
    )


@pytest.fixture
def gradient():
    """Return the gradient of the wavy loss."""
    return grad(wavy)


@pytest.fixture
def start():
    """Return where all walks begin."""
    return START


@pytest.fixture
def walk():
    """Return the path of one of our rules on the wavy loss, in float64."""
    return lambda rule: descend(rule, grad(wavy), START, STEPS)


@pytest.fixture
def torch_walk():
    """Return the path of one of torch's optimizers, given how to make it."""

    def path(make):
        theta = START.clone().requires_grad_()
        optimizer = make([theta])
        points = [START]
        for _ in range(STEPS):
            optimizer.zero_grad()
            wavy(theta).backward()
            optimizer.step()
            points.append(theta.detach().clone())
        return torch.stack(points)

    return path


@pytest.fixture
def stream():
    """Return the path of a rule that is fed given gradients, one a step."""

    def path(rule, gradients, start=0.0):
        rest = iter(gradients)
        begin = torch.tensor(start, dtype=torch.float64)
        return descend(rule, lambda _: next(rest), begin, len(gradients))

    return path


@pytest.fixture
def assert_pure():
    """Check that a rule writes to nothing it is given, and repeats itself."""

    def check(rule):
        torch.manual_seed(0)
        theta, g = torch.randn(2, 5, dtype=torch.float64)
        memory = rule.init(theta)
        for _ in range(7):  # past the first step, where some rules are special
            before = flat((theta, g, memory))
            kept = [x.clone() if isinstance(x, torch.Tensor) else x for x in before]
            state = torch.random.get_rng_state()
            new = rule.step(theta, g, memory)
            again = rule.step(theta, g, memory)
            assert torch.equal(state, torch.random.get_rng_state())
            assert same(before, kept)
            assert same(flat(new), flat(again))
            theta, memory = new
            g = torch.sin(theta)

    return check


def flat(thing):
    """All tensors and numbers of a nest of tuples."""
    return [y for x in thing for y in flat(x)] if isinstance(thing, tuple) else [thing]


def same(ones, others):
    """Are two flat lists of tensors and numbers the same, one by one?"""
    pairs = zip(ones, others, strict=True)
    return all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in pairs
    )
