"""The score function's slope is that of the mean reward, without ever deriving it."""

import math

import pytest
import torch

from ml2020.conditional_generation.score_function import (
    mean_reward,
    others_mean,
    score_function_loss,
)
from tests.refusals import refuses, spoilt


def answers(seed=0, n=6):
    dice = torch.Generator().manual_seed(seed)
    u = torch.randn(n, generator=dice, dtype=torch.float64, requires_grad=True)
    reward = torch.randn(n, generator=dice, dtype=torch.float64)
    return u, reward


def slope(value, u):
    return torch.autograd.grad(value, u)[0]


@pytest.mark.equation("eq-conditional_generation-score")
def test_summed_over_all_answers_it_is_the_slope_of_the_mean_reward():
    u, reward = answers()
    log_p = u.log_softmax(-1)
    p = log_p.detach().exp()
    expected = slope(mean_reward(u.softmax(-1), reward), u)
    by_score = sum(
        p[k] * reward[k] * slope(u.log_softmax(-1)[k], u) for k in range(len(u))
    )
    assert torch.allclose(by_score, expected)


@pytest.mark.equation("eq-conditional_generation-baseline")
def test_a_baseline_changes_no_mean():
    u, reward = answers()
    for b in (0.0, -3.0, 100.0):
        p = u.softmax(-1).detach()
        found = sum(
            p[k] * -slope(score_function_loss(u.log_softmax(-1)[k], reward[k], b), u)
            for k in range(len(u))
        )
        expected = slope(mean_reward(u.softmax(-1), reward), u)
        assert torch.allclose(found, expected)


def test_samples_come_near_and_a_baseline_brings_them_nearer():
    u, reward = answers()
    reward = reward + 10
    expected = slope(mean_reward(u.softmax(-1), reward), u)
    dice = torch.Generator().manual_seed(1)
    drawn = torch.multinomial(u.softmax(-1).detach(), 40_000, True, generator=dice)
    far = {}
    for name in ("none", "others"):
        pairs = reward[drawn].view(2, -1)
        b = others_mean(pairs) if name == "others" else 0.0
        loss = score_function_loss(u.log_softmax(-1)[drawn].view(2, -1), pairs, b)
        far[name] = (-slope(loss, u) - expected).norm().item()
    assert far["others"] < 0.05
    assert far["others"] < far["none"]


def test_the_reward_itself_has_no_slope():
    u, reward = answers()
    r = reward.requires_grad_()
    loss = score_function_loss(u.log_softmax(-1), r, r.mean())
    assert torch.autograd.grad(loss, r, allow_unused=True)[0] is None


def test_the_mean_of_the_others():
    found = others_mean(torch.tensor([[1.0, 2], [3, 4], [8, 6]]))
    assert found.tolist() == [[5.5, 5], [4.5, 4], [2, 3]]


def test_the_mean_reward_is_a_mean():
    p = torch.tensor([0.25, 0.75])
    assert mean_reward(p, torch.tensor([4.0, 8.0])).item() == 7


def test_rejects_rewards_of_nothing():
    u, reward = answers()
    log_p = u.log_softmax(-1).detach()
    for call, name in ((score_function_loss, "log_p"), (mean_reward, "p")):
        refuses(
            lambda r, f=call: f(log_p, r),
            "^reward has",
            good=[reward],
            bad=spoilt(reward, math.nan, math.inf),
        )
        refuses(
            lambda p, f=call: f(p, reward),
            f"^{name} has",
            good=[log_p],
            bad=spoilt(log_p, math.nan, -math.inf),
        )
        refuses(
            lambda k, f=call: f(log_p[:k], reward[:k]),
            f"^{name} is empty",
            good=[1],
            bad=[0],
        )
    refuses(
        lambda b: score_function_loss(log_p, reward, b),
        "^baseline has",
        good=[0.0, 3, torch.tensor(1.0), reward],
        bad=[
            math.nan,
            math.inf,
            reward[:1],
            reward[None].repeat(2, *[1] * reward.dim()),
        ],
    )
    refuses(lambda k: others_mean(reward[:k]), "^reward has", good=[2], bad=[1])
