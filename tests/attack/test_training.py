"""Each risk is a mean cross-entropy of what it says; all move a network."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.attack import (
    SIZES,
    adversarial_risk,
    as_model,
    dropout_risk,
    interval_risk,
    lead,
    noise_risk,
    non_targeted,
    pgd,
    plain_risk,
)
from ml2020.attack.bounds import worst_scores
from ml2020.deep_learning import draws, he_layers
from tests.refusals import above, below, only_positive, only_shares, refuses

THETA = draws(he_layers, SIZES, [0, 1])
X = torch.rand(10, 8, 8, generator=torch.Generator().manual_seed(2))
y = torch.arange(10)


def crossed(theta, x):
    wrong = F.cross_entropy(as_model(theta)(x), y, reduction="none")
    return wrong.view(2, 5).mean(dim=1)


@pytest.mark.equation("eq-attack-minmax")
def test_the_adversarial_risk_is_that_of_pictures_that_pgd_moved():
    model = as_model(THETA)
    moved = pgd(lambda x: non_targeted(model(x), y), X, 0.1, 3, 0.05)
    found = adversarial_risk(0.1, 3, 0.05)(THETA, X, y, 0.0)
    torch.testing.assert_close(found, crossed(THETA, moved))
    assert (found > plain_risk()(THETA, X, y, 0.0)).all()
    none = adversarial_risk(0.0, 1, 0.05)(THETA, X, y, 0.0)
    torch.testing.assert_close(none, crossed(THETA, X))


@pytest.mark.equation("eq-attack-minmax")
def test_its_slope_is_taken_where_the_pictures_stand_still():
    theta = THETA.clone().requires_grad_()
    risk = adversarial_risk(0.1, 3, 0.05)(theta, X, y, 0.0)
    (g,) = torch.autograd.grad(risk.sum(), theta)
    model = as_model(THETA)
    moved = pgd(lambda x: non_targeted(model(x), y), X, 0.1, 3, 0.05)
    (expected,) = torch.autograd.grad(crossed(theta, moved).sum(), theta)
    torch.testing.assert_close(g, expected)


def test_a_drawn_start_is_drawn_from_the_generator():
    risks = [
        adversarial_risk(0.1, 1, 0.02, generator=torch.Generator().manual_seed(s))(
            THETA, X, y, 0.0
        )
        for s in (1, 1, 2)
    ]
    assert torch.equal(risks[0], risks[1])
    assert not torch.equal(risks[0], risks[2])


def test_noise_moves_every_dot_by_eps_up_or_down():
    seen = []

    def watched(theta, x):
        seen.append(x)
        return crossed(theta, x)

    risk = noise_risk(0.1, generator=torch.Generator().manual_seed(1))
    found = risk(THETA, 0.3 + 0.4 * X, y, 0.0)
    dice = torch.Generator().manual_seed(1)
    way = (2 * torch.rand(X.shape, generator=dice) - 1).sign()
    torch.testing.assert_close(found, watched(THETA, 0.3 + 0.4 * X + 0.1 * way))
    assert torch.equal(
        noise_risk(0.0)(THETA, X, y, 0.0), plain_risk()(THETA, X, y, 0.0)
    )


def test_dropout_of_nothing_is_plain_and_of_much_is_right_in_the_mean():
    plain = plain_risk()(THETA, X, y, 0.0)
    torch.testing.assert_close(dropout_risk(0.0)(THETA, X, y, 0.0), plain)
    shallow = draws(he_layers, SIZES, [3])
    dice = torch.Generator().manual_seed(1)
    one = dropout_risk(0.5, generator=dice)
    found = {one(shallow, X, y, 0.0).item() for _ in range(5)}
    assert len(found) == 5


@pytest.mark.equation("eq-attack-interval-risk")
@pytest.mark.parametrize(
    ("done", "grown"), [(0.0, 0.0), (0.25, 0.5), (0.5, 1.0), (0.9, 1.0)]
)
def test_the_interval_risk_is_a_mixture_that_grows(done, grown):
    bound = F.cross_entropy(worst_scores(THETA, X, y, 0.1 * grown), y, reduction="none")
    share = 0.5 * grown
    expected = (1 - share) * crossed(THETA, X) + share * bound.view(2, 5).mean(dim=1)
    torch.testing.assert_close(interval_risk(0.1)(THETA, X, y, done), expected)


def test_the_bound_s_loss_is_at_least_that_of_any_attack():
    model = as_model(THETA)
    moved = pgd(lambda x: non_targeted(model(x), y), X, 0.1, 20, 0.02)
    worst = F.cross_entropy(worst_scores(THETA, X, y, 0.1), y, reduction="none")
    assert (worst >= -non_targeted(model(moved), y) - 1e-5).all()
    moved = pgd(lambda x: lead(model(x), y), X, 0.1, 20, 0.02)
    assert (worst >= -non_targeted(model(moved), y) - 1e-5).all()


def test_bad_settings_are_refused():
    calls = (lambda e: adversarial_risk(e, 1, 0.1), noise_risk, interval_risk)
    for call in calls:
        refuses(call, "^eps is", good=[0.0], bad=[below(0.0), math.nan])
    refuses(lambda n: adversarial_risk(0.1, n, 0.1), "^steps is", good=[1], bad=[0])
    only_positive(lambda v: adversarial_risk(0.1, 1, v), "rate")
    only_shares(dropout_risk, "share")
    refuses(
        lambda s: interval_risk(0.1, s),
        "^last_share is",
        good=[0.0, 1.0],
        bad=[below(0.0), above(1.0)],
    )


def test_risks_are_the_same_of_networks_with_other_layers():
    sizes = (64, 5, 10)
    small = draws(he_layers, sizes, [0, 1])
    plain = plain_risk(sizes)(small, X, y, 0.9)
    for risk in (
        adversarial_risk(0.0, 1, 0.1, sizes),
        noise_risk(0.0, sizes),
        interval_risk(0.0, 0.0, sizes),
    ):
        torch.testing.assert_close(risk(small, X, y, 0.9), plain)
    model = as_model(small, sizes)
    moved = pgd(lambda x: non_targeted(model(x), y), X, 0.1, 3, 0.05)
    torch.testing.assert_close(
        adversarial_risk(0.1, 3, 0.05, sizes)(small, X, y, 0.9),
        plain_risk(sizes)(small, moved, y, 0.9),
    )
    bound = F.cross_entropy(worst_scores(small, X, y, 0.1, sizes), y, reduction="none")
    torch.testing.assert_close(
        interval_risk(0.1, 1.0, sizes)(small, X, y, 0.9), bound.view(2, 5).mean(dim=1)
    )
