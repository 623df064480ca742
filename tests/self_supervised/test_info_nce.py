"""The bound lies below what is shared, and below ln N; scores are of densities."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal, Normal

from ml2020.self_supervised import (
    correlated,
    gaussian_information,
    info_nce,
    information_bound,
    log_ratio,
)
from tests.refusals import refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def scores(n=4):
    return torch.randn(n, n, generator=dice(), dtype=torch.float64)


@pytest.mark.equation("eq-self_supervised-info-nce")
def test_it_is_the_cross_entropy_of_finding_the_partner():
    s = scores()
    slowly = sum(
        -math.log(math.exp(s[i, i]) / sum(math.exp(s[i, k]) for k in range(4)))
        for i in range(4)
    )
    assert info_nce(s).item() == pytest.approx(slowly / 4)


def test_equal_scores_give_ln_n_and_share_nothing():
    s = torch.full((8, 8), 3.0, dtype=torch.float64)
    assert info_nce(s).item() == pytest.approx(math.log(8))
    assert information_bound(s).item() == pytest.approx(0)


def test_a_partner_that_is_certain_shows_ln_n_and_never_more():
    s = 1000 * torch.eye(8, dtype=torch.float64)
    assert information_bound(s).item() == pytest.approx(math.log(8))


@pytest.mark.equation("eq-self_supervised-bound")
@pytest.mark.parametrize("rho", [0.3, -0.9, 0.99])
def test_in_the_mean_the_bound_is_at_most_what_is_shared(rho):
    for n in (2, 8, 64):
        draws = []
        for seed in range(200):
            x, y = correlated(n, rho, generator=dice(seed))
            draws.append(information_bound(log_ratio(x, y, rho)).item())
        found = torch.tensor(draws, dtype=torch.float64)
        slack = 3 * found.std().item() / 200**0.5
        assert found.mean() <= gaussian_information(rho) + slack
        assert found.max() <= math.log(n)
        assert found.mean() > 0 - slack


def test_other_scores_show_less():
    x, y = correlated(2000, 0.8, generator=dice())
    best = information_bound(log_ratio(x, y, 0.8))
    assert information_bound(log_ratio(x, y, 0.5)) < best
    assert information_bound(torch.outer(x, y)) < best


@pytest.mark.equation("eq-self_supervised-gaussian")
@pytest.mark.parametrize("rho", [0.0, 0.5, -0.8])
def test_what_gaussians_share_is_the_mean_of_the_log_ratio(rho):
    x, y = correlated(400_000, rho, generator=dice(1))
    own = (y - rho * x) ** 2 / (1 - rho**2)
    ratio = (y**2 - own - math.log(1 - rho**2)) / 2
    assert ratio.mean().item() == pytest.approx(gaussian_information(rho), abs=0.005)


def test_pairs_have_the_correlation_and_standard_margins():
    x, y = correlated(200_000, -0.6, generator=dice(2))
    assert torch.corrcoef(torch.stack([x, y]))[0, 1].item() == pytest.approx(
        -0.6, abs=0.01
    )
    for margin in (x, y):
        assert margin.std().item() == pytest.approx(1, abs=0.01)
        assert margin.mean().item() == pytest.approx(0, abs=0.01)
    first, e = torch.randn(2, 5, generator=dice(4), dtype=torch.float64)
    assert torch.equal(correlated(5, 0.6, generator=dice(4)).x, first)
    torch.testing.assert_close(
        correlated(5, 0.6, generator=dice(4)).y, 0.6 * first + 0.8 * e
    )
    again = correlated(5, -0.6, generator=dice(2))
    assert torch.equal(again.x, correlated(5, -0.6, generator=dice(2)).x)


@pytest.mark.equation("eq-self_supervised-log-ratio")
def test_scores_are_joint_over_product_of_margins():
    x, y = correlated(5, 0.7, generator=dice(3))
    cov = torch.tensor([[1, 0.7], [0.7, 1]], dtype=torch.float64)
    joint = MultivariateNormal(torch.zeros(2, dtype=torch.float64), cov)
    alone = Normal(torch.tensor(0.0, dtype=torch.float64), 1.0)
    for i in range(5):
        for j in range(4):
            pair = torch.stack([x[i], y[j]])
            expected = (
                joint.log_prob(pair) - alone.log_prob(x[i]) - alone.log_prob(y[j])
            )
            torch.testing.assert_close(log_ratio(x, y[:4], 0.7)[i, j], expected)


def test_rejects_what_is_no_correlation():
    good, bad = [0.0, 0.999, -0.999], [1.0, -1.0, math.nan, 2.0]
    said = "^rho is .*: give a number between -1 and 1$"
    x = torch.zeros(2, dtype=torch.float64)
    for call in (
        gaussian_information,
        lambda rho: correlated(2, rho),
        lambda rho: log_ratio(x, x, rho),
    ):
        refuses(call, said, good=good, bad=bad)


def test_rejects_one_pair_none_and_what_is_no_number():
    s = scores()
    for call in (info_nce, information_bound):
        refuses(
            call,
            "^scores has 1 pair or none",
            good=[s[:2, :2]],
            bad=[s[:1, :1], s[:0, :0]],
        )
        refuses(
            call,
            "^scores has NaN or infinity",
            good=[s],
            bad=spoilt(s, math.nan, math.inf),
        )
    refuses(lambda n: correlated(n, 0.5), "^n is 0: give 1", good=[1], bad=[0])
    x = torch.zeros(3, dtype=torch.float64)
    bad = spoilt(x, math.nan, math.inf)
    refuses(lambda v: log_ratio(v, x, 0.5), "^x has NaN", good=[x], bad=bad)
    refuses(lambda v: log_ratio(x, v, 0.5), "^y has NaN", good=[x], bad=bad)
