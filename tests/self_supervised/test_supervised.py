"""The rival learns from labels alone, from scratch or from a reader, as it is told."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.cnn.network import drawn
from ml2020.self_supervised import canvas_task, reader, share_right, taught
from ml2020.self_supervised.supervised import namer
from ml2020.self_supervised.views import viewed
from tests.refusals import refuses

TASK = canvas_task(0)
X, Y = TASK.pool[:20], TASK.pool_y[:20]


def numbers(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_it_learns_its_pictures_by_heart():
    model = taught(X, Y, 0.003, 60, 0)
    assert share_right(model(X), Y) == 1
    assert model(X).shape == (20, 10)


def test_the_same_seed_teaches_the_same_and_the_world_stays():
    state, before = torch.random.get_rng_state(), X.clone()
    first, again = (taught(X, Y, 0.003, 2, 1, in_views=True) for _ in range(2))
    assert torch.equal(numbers(first), numbers(again))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(X, before)
    assert not torch.equal(numbers(first), numbers(taught(X, Y, 0.003, 2, 1)))


@pytest.mark.parametrize("in_views", [False, True])
def test_the_first_step_is_adam_s_on_a_batch_with_replacement(in_views):
    by = torch.Generator().manual_seed(3)
    rows = torch.randint(20, (256,), generator=by)
    seen = viewed(X[rows], generator=by) if in_views else X[rows]
    model = torch.nn.Sequential(*drawn(reader, 3), *drawn(namer, 1003))
    start = numbers(model)
    F.cross_entropy(model(seen), Y[rows]).backward()
    slope = torch.cat([p.grad.flatten() for p in model.parameters()])
    moved = numbers(taught(X, Y, 0.01, 1, 3, in_views=in_views)) - start
    expected = -0.01 * slope / (slope.abs() + 1e-8)
    torch.testing.assert_close(moved, expected, atol=1e-5, rtol=1e-3)


def test_a_reader_to_start_with_is_tuned_and_stays_as_it_is():
    first = drawn(reader, 9)
    before = numbers(first)
    model = taught(X, Y, 1e-6, 1, 0, start=first)
    assert torch.equal(numbers(first), before)
    assert (numbers(model)[: len(before)] - before).abs().max() < 3e-6
    assert not torch.equal(numbers(model)[: len(before)], before)
    assert model[1].weight.grad is not first[1].weight.grad


def test_rejects_settings_out_of_range_and_no_picture():
    said = "^lr is .*: give a positive number$"
    bad = [0.0, -1.0, math.nan]
    refuses(lambda lr: taught(X, Y, lr, 1, 0), said, good=[0.1], bad=bad)
    refuses(lambda n: taught(X, Y, 0.1, n, 0), "^steps is 0", good=[1], bad=[0])
    refuses(lambda n: taught(X[:n], Y[:n], 0.1, 1, 0), "^x is empty", good=[1], bad=[0])
    said = "^lr has NaN or infinity: choose a rate below 1e[+]30$"
    refuses(lambda lr: taught(X, Y, lr, 3, 0), said, good=[0.1], bad=[1e30])
