"""The schedules are torch's, step by step."""

import math

import pytest
import torch
from torch.optim import lr_scheduler

from ml2020.optimization import (
    constant_then_fall,
    cosine_restarts,
    linear_warmup,
    one_cycle,
    triangular,
)
from tests.refusals import above, below, refuses


def theirs(make, steps, setting="lr", **options):
    """The values that one of torch's schedulers gives to a setting."""
    sgd = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
    scheduler, values = make(sgd, **options), []
    for _ in range(steps):
        values.append(sgd.param_groups[0][setting])
        sgd.step()
        scheduler.step()
    return values


@pytest.mark.equation("eq-optimization-triangular")
def test_triangular_is_torchs_cyclic_rate():
    expected = theirs(
        lr_scheduler.CyclicLR, 50, base_lr=0.01, max_lr=0.3, step_size_up=7
    )
    assert [triangular(t, 0.01, 0.3, 7) for t in range(50)] == pytest.approx(expected)


@pytest.mark.equation("eq-optimization-cosine")
@pytest.mark.parametrize("factor", [1, 2])
def test_cosine_with_restarts_is_torchs(factor):
    make = lr_scheduler.CosineAnnealingWarmRestarts
    expected = theirs(make, 60, T_0=8, T_mult=factor, eta_min=0.01)
    ours = [cosine_restarts(t, 0.01, 0.1, 8, factor) for t in range(60)]
    assert ours == pytest.approx(expected, abs=1e-12)


def test_one_cycle_is_torchs_in_three_phases_and_momentum_moves_inversely():
    options = {
        "max_lr": 0.5,
        "total_steps": 40,
        "pct_start": 0.4,
        "anneal_strategy": "linear",
        "three_phase": True,
        "div_factor": 10,
        "final_div_factor": 100,
    }
    lr = theirs(lr_scheduler.OneCycleLR, 40, **options)
    ours = [one_cycle(t, 40, 0.05, 0.5, 0.0005, 0.4) for t in range(40)]
    assert ours == pytest.approx(lr, abs=1e-12)
    momentum = theirs(lr_scheduler.OneCycleLR, 40, "momentum", **options)
    inverse = [one_cycle(t, 40, 0.95, 0.85, 0.95, 0.4) for t in range(40)]
    assert inverse == pytest.approx(momentum, abs=1e-12)


@pytest.mark.equation("eq-optimization-warmup")
def test_linear_warmup_is_torchs_and_then_stays():
    make = lr_scheduler.LinearLR
    expected = theirs(make, 20, start_factor=1 / 8, total_iters=7)
    assert [linear_warmup(t, 0.1, 8) for t in range(20)] == pytest.approx(expected)


@pytest.mark.equation("eq-optimization-fall")
def test_constant_then_fall_is_torchs_two_schedulers_one_after_the_other():
    make = lr_scheduler.SequentialLR

    def both(sgd, **options):
        constant = lr_scheduler.ConstantLR(sgd, factor=1.0, total_iters=1)
        fall = lr_scheduler.LinearLR(sgd, 1.0, 1e-12, total_iters=8)
        return make(sgd, [constant, fall], milestones=[12])

    ours = [constant_then_fall(t, 20, 0.1, 8) for t in range(20)]
    assert ours == pytest.approx(theirs(both, 20), abs=1e-9)
    assert ours[11:14] == pytest.approx([0.1, 0.1, 0.0875])
    assert ours[-1] == pytest.approx(0.1 / 8)


def test_a_cosine_falls_from_the_first_step_to_the_last():
    rates = [cosine_restarts(t, 0.0, 1.0, 4) for t in range(4)]
    assert rates == pytest.approx([1, (2 + 2**0.5) / 4, 0.5, (2 - 2**0.5) / 4])


def test_one_cycle_has_its_heights_at_the_seams_of_its_phases():
    # warm * total = 12: the peak at step 11, the valley at 22, the end at 39.
    rates = [one_cycle(t, 40, 1.0, 5.0, 0.5, 0.3) for t in (0, 11, 22, 39)]
    assert rates == pytest.approx([1.0, 5.0, 1.0, 0.5])


def test_unless_told_a_cosine_restarts_evenly_and_the_cycle_warms_up_for_three_tenths():
    assert [cosine_restarts(t, 0.0, 1.0, 2) for t in range(5)] == pytest.approx(
        [1, 0.5, 1, 0.5, 1]
    )
    rates = [one_cycle(t, 40, 1.0, 5.0, 0.5) for t in (0, 11, 22, 39)]
    assert rates == pytest.approx([1.0, 5.0, 1.0, 0.5])


def test_bad_lengths_and_ranges_are_refused():
    cases = [
        (lambda v: triangular(3, v, 0.5, 5), "^low is .* give", [0.1, 0.5], [0.0]),
        (lambda v: triangular(3, v, 0.5, 5), "^low is .* and high 0.5", [0.5], [0.6]),
        (lambda v: triangular(3, 0.1, 0.5, v), "^half is .* pos", [1], [0]),
        (lambda v: cosine_restarts(3, v, 0.5, 5), "^low is", [0.0, 0.5], [-0.1, 0.6]),
        (lambda v: cosine_restarts(3, 0, 0.5, v), "^period is .* 1 or more", [1], [0]),
        (
            lambda v: cosine_restarts(9, 0, 0.5, 5, v),
            "^factor is .* 1 or more",
            [1],
            [0],
        ),
        (lambda v: linear_warmup(0, 0.1, v), "^steps is .* positive", [1], [0]),
        (
            lambda v: constant_then_fall(0, 9, 0.1, v),
            "^fall is .*: choose it from 1 to 9$",
            [1, 9],
            [0, 10],
        ),
        # The phases need 0 < warm T - 1, and 2 warm T - 2 < T - 1.
        (
            lambda v: one_cycle(0, 100, 0.1, 0.5, 0.0, v),
            "^warm is .*: two such shares must fit 100$",
            [above(0.01), below(0.505)],
            [0.01, 0.505, 0.6, math.nan],
        ),
        (lambda v: triangular(v, 0.1, 0.5, 5), "^t is .* 0 or more", [0], [-1, -3]),
        (lambda v: cosine_restarts(v, 0, 0.5, 5), "^t is .* 0 or more", [0], [-1]),
        (lambda v: linear_warmup(v, 0.5, 5), "^t is .* 0 or more", [0], [-1, -5]),
        (lambda v: linear_warmup(3, v, 5), "^high is .* pos", [above(0.0)], [0.0, -1]),
        (
            lambda v: one_cycle(v, 40, 0.1, 0.5, 0.0),
            "^t is .*: give a step from 0 to 39$",
            [0, 39],
            [-1, 40, 50],
        ),
        (
            lambda v: constant_then_fall(v, 40, 0.1, 9),
            "^t is .*: give a step from 0 to 40$",
            [0, 40],
            [-1, 41, 50],
        ),
        (
            lambda v: constant_then_fall(3, 40, v, 9),
            "^high is .* pos",
            [above(0.0)],
            [0.0, -1.0, math.nan],
        ),
    ]
    for call, said, good, bad in cases:
        refuses(call, said, good=good, bad=bad)
