"""Carlini and Wagner's attack finds the known nearest point of a linear network."""

import math

import pytest
import torch

from ml2020.attack import carlini_wagner, lead, lengths
from tests.refusals import below, only_positive, refuses, spoilt

W = torch.tensor([[1.0, 0.5], [-1.0, 1.0]], dtype=torch.float64)
X = torch.tensor([[0.7, 0.4], [0.3, 0.45], [0.6, 0.5]], dtype=torch.float64)
y = (X @ W.T).argmax(dim=1)


def gap(x):
    return lead(x @ W.T, y)


@pytest.mark.equation("eq-attack-cw")
def test_it_comes_to_the_border_by_the_shortest_way():
    found = carlini_wagner(gap, X, 80, 0.05, searches=9)
    w = W[0] - W[1]
    expected = (X @ w).abs() / w.norm()
    assert (gap(found) <= 0).all()
    torch.testing.assert_close(lengths(found - X), expected, rtol=0.05, atol=0)


@pytest.mark.equation("eq-attack-cw")
def test_one_search_of_one_step_is_adam_s_on_the_paper_s_sum():
    """The first x is the picture itself; with a gap of 0 there it is returned."""
    calls = []

    def told(x):
        calls.append(x.detach())
        return gap(x)

    carlini_wagner(told, X, 2, 0.1, searches=1, first=2.0)
    first, second = calls[-2:]
    torch.testing.assert_close(first, X, atol=1e-6, rtol=0)
    w = ((2 * X - 1) * 0.999999).atanh().requires_grad_()
    x = (w.tanh() + 1) / 2
    total = (x - X).square().sum(dim=1) + 2.0 * gap(x)
    (g,) = torch.autograd.grad(total.sum(), w)
    stepped = w - 0.1 * g / (g.abs() + 1e-8)
    torch.testing.assert_close(second, (stepped.tanh() + 1) / 2, atol=1e-7, rtol=0)


def slow_search(x0, label, c, searches, steps=8, rate=0.1):
    """One picture: raise c tenfold until it fools, then halve the interval."""
    low, high, nearest, best = 0.0, math.inf, math.inf, x0
    for _ in range(searches):
        w = ((2 * x0 - 1) * 0.999999).atanh().requires_grad_()
        rule, fooled = torch.optim.Adam([w], rate), False
        for _ in range(steps):
            x = (w.tanh() + 1) / 2
            scores = W @ x
            ahead = scores[label] - scores[1 - label]
            far2 = (x - x0).square().sum()
            if ahead <= 0:
                fooled = True
                if far2 < nearest:
                    nearest, best = far2.item(), x.detach()
            rule.zero_grad()
            (far2 + c * ahead.clamp(min=0)).backward()
            rule.step()
        low, high = (low, c) if fooled else (c, high)
        c = (low + high) / 2 if high < math.inf else 10 * c
    return best


@pytest.mark.parametrize(("first", "searches"), [({}, 2), ({"first": 1e-3}, 5)])
def test_each_picture_is_searched_as_a_slow_loop_would(first, searches):
    found = carlini_wagner(gap, X, 8, 0.1, searches, **first)
    for x, x0, label in zip(found, X, y, strict=True):
        slow = slow_search(x0, label, first.get("first", 1.0), searches)
        torch.testing.assert_close(x, slow, rtol=1e-6, atol=1e-6)


def test_a_target_is_reached_and_what_cannot_be_fooled_stays():
    target = 1 - y
    found = carlini_wagner(lambda x: -lead(x @ W.T, target), X, 40, 0.1, 3)
    assert ((found @ W.T).argmax(dim=1) == target).all()
    never = carlini_wagner(lambda x: 1 + x.square().sum(dim=1), X, 3, 0.1, searches=2)
    assert torch.equal(never, X)


def test_confidence_costs_length():
    w = W[0] - W[1]
    found = carlini_wagner(gap, X, 80, 0.05, 9, kappa=0.2)
    assert (gap(found) <= -0.2).all()
    expected = ((X @ w).abs() + 0.2) / w.norm()
    torch.testing.assert_close(lengths(found - X), expected, rtol=0.05, atol=0)


def test_bad_input_is_refused():
    only_positive(lambda v: carlini_wagner(gap, X, 1, v), "rate")
    only_positive(lambda v: carlini_wagner(gap, X, 1, 0.1, 1, v), "first")
    refuses(lambda n: carlini_wagner(gap, X, n, 0.1), "^steps", good=[1], bad=[0])
    refuses(lambda n: carlini_wagner(gap, X, 1, 0.1, n), "^searches", good=[1], bad=[0])
    bad = spoilt(X, 1.1, math.nan)
    refuses(lambda x: carlini_wagner(gap, x, 1, 0.1), "^start has", good=[X], bad=bad)
    refuses(
        lambda k: carlini_wagner(gap, X, 1, 0.1, kappa=k),
        "^kappa is",
        good=[0.0],
        bad=[below(0.0), math.nan],
    )
    refuses(
        lambda g: carlini_wagner(g, X, 1, 0.1),
        "^ahead does not depend on x",
        good=[gap],
        bad=[lambda x: torch.zeros(3)],
    )
    refuses(
        lambda v: carlini_wagner(lambda x: gap(x) * v, X, 1, 0.1),
        "^ahead has NaN",
        good=[1.0],
        bad=[math.nan],
    )
