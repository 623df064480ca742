"""The schedules are torch's, step by step."""

import pytest
import torch
from torch.optim import lr_scheduler

from ml2020.optimization import cosine_restarts, linear_warmup, one_cycle, triangular


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


@pytest.mark.equation("eq-optimization-cycle")
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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: triangular(0, 0.5, 0.1, 5), "^low is 0.5 and high 0.1: give 0 <= low"),
        (lambda: triangular(0, 0.1, 0.5, 0), "^half is 0"),
        (lambda: cosine_restarts(0, -0.1, 0.5, 5), "^low is -0.1"),
        (lambda: cosine_restarts(0, 0.1, 0.5, 0), "^period is 0"),
        (lambda: cosine_restarts(9, 0.1, 0.5, 5, 0), "^factor is 0"),
        (
            lambda: one_cycle(0, 100, 0.1, 0.5, 0.0, 0.6),
            "^warm is 0.6: two such shares",
        ),
        (lambda: one_cycle(0, 2, 0.1, 0.5, 0.0, 0.3), "^warm is 0.3"),
        (lambda: linear_warmup(0, 0.1, 0), "^steps is 0"),
    ],
)
def test_bad_schedules_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
