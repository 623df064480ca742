"""Told the truth a matrix learns what is seen; badly seen it comes out too small."""

import pytest
import torch

from ml2020.conditional_generation.dynamics import NOISE, STEPS, WORLDS, paths, rotation
from ml2020.conditional_generation.guesses import (
    TOLD,
    Learner,
    costs_alone,
    free_run,
    guesses,
    shares,
)
from ml2020.conditional_generation.schedules import epsilon, half_way
from tests.refusals import only_positive, refuses

EYE = torch.eye(2, dtype=torch.float64)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_whatever_is_told_the_rotation_is_found():
    found = guesses("rotation", [Learner(told, 0, 0.03) for told in TOLD], 150)
    for A in found:
        assert torch.allclose(A, rotation(), atol=0.03)
    assert torch.allclose(found[0], rotation(), atol=2e-3)


@pytest.mark.equation("eq-conditional_generation-shrunk")
def test_of_what_is_badly_seen_least_squares_shrinks_the_matrix():
    seen = paths(WORLDS[2], 4000, generator=dice()).seen
    x, y = seen[:-1].flatten(0, 1), seen[1:].flatten(0, 1)
    least = torch.linalg.lstsq(x, y).solution.T
    spread = 1 / 3  # of a number drawn evenly from -1 to 1
    expected = rotation() * spread / (spread + NOISE**2)
    assert torch.allclose(least, expected, atol=5e-3)
    told = guesses(WORLDS[2], [Learner(TOLD[0], 0, 0.03)], 60)[0]
    assert torch.allclose(told, expected, atol=0.05)


def test_a_free_run_tells_itself():
    errors = free_run(0.9 * rotation(), "rotation", 3, 5)
    true = paths("rotation", 3, generator=dice(5)).true
    assert len(errors) == STEPS
    for t in (0, 9, 24):
        size = true[0].square().mean() * (1 - 0.9 ** (t + 1)) ** 2
        assert errors[t].item() == pytest.approx(size.item())


def test_costs_are_those_of_the_truth_or_of_a_free_run():
    seen, _ = paths("rotation", 7, generator=dice(5))
    A = torch.stack([0.9 * rotation(), 0.9 * rotation(), EYE])
    both = seen.expand(3, *seen.shape)
    share = torch.tensor([1.0, 0.0, 1.0]).double()
    costs = costs_alone(A, both, share, dice())
    alone = free_run(0.9 * rotation(), "rotation", 7, 5).mean()
    assert costs[0].item() == pytest.approx(0.01 * seen[0].square().mean().item())
    assert costs[1].item() == pytest.approx(alone.item())
    stays = (seen[1:] - seen[:-1]).square().mean()
    assert costs[2].item() == pytest.approx(stays.item())


def test_shares_are_those_of_the_schedules():
    found = shares([Learner(told, 0, 0.1) for told in TOLD], 7, 20)
    assert found[0] == 1
    assert found[-1] == 0
    for k, schedule in enumerate(TOLD[1:-1]):
        expected = epsilon(schedule, 7, half_way(schedule, 20))
        assert found[1 + k].item() == pytest.approx(expected)


def test_the_first_step_is_adam_s_and_learners_do_not_disturb_each_other():
    several = [Learner(TOLD[0], 0, 0.1), Learner(TOLD[0], 1, 0.2)]
    start = [A for A in guesses("pendulum", several, 4)]
    alone = guesses("pendulum", several[:1], 4)[0]
    assert torch.allclose(start[0], alone)
    A = torch.nn.Parameter(EYE.clone())
    rule, rolls = torch.optim.Adam([A], 0.1), dice(60_000)
    for i in range(4):
        rule.param_groups[0]["lr"] = 0.1 * (1 - i / 4)
        seen = paths("pendulum", 64, generator=rolls).seen
        rule.zero_grad()
        ((seen[:-1] @ A.T - seen[1:]).square().mean()).backward()
        torch.nn.utils.clip_grad_norm_([A], 1.0)
        rule.step()
    assert torch.allclose(start[0], A.detach())


def test_rejects_to_tell_what_is_unknown_and_nobody():
    def one(told=TOLD[0], lr=0.1, updates=4):
        return guesses("rotation", [Learner(told, 0, lr)], updates)

    refuses(lambda t: one(told=t), "^told is", good=TOLD, bad=["lies"])
    refuses(lambda n: one(updates=n), "^updates is", good=[4], bad=[3])
    only_positive(lambda lr: one(lr=lr), "lr")
    refuses(
        lambda k: guesses("rotation", [Learner(TOLD[0], 0, 0.1)] * k, 4),
        "^learners is",
        good=[1],
        bad=[0],
    )
