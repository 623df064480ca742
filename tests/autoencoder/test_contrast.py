"""Contrast: InfoNCE against cross entropy, and its bound where all is known."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch.distributions import MultivariateNormal, Normal

from ml2020.autoencoder import info_nce, information, log_ratio, normal_pairs
from tests.refusals import refuses, spoilt


@pytest.mark.equation("eq-autoencoder-nce")
def test_it_is_the_cross_entropy_of_the_own_answer():
    scores = torch.randn(6, 6, generator=torch.Generator().manual_seed(0))
    theirs = F.cross_entropy(scores, torch.arange(6))
    torch.testing.assert_close(info_nce(scores), theirs)
    assert info_nce(torch.zeros(8, 8)).item() == pytest.approx(math.log(8))
    assert info_nce(torch.ones(1, 1)) == 0


def test_pairs_have_the_correlation_and_the_best_score_is_the_ratio():
    c, z = normal_pairs(40000, 0.6, generator=torch.Generator().manual_seed(1))
    assert torch.corrcoef(torch.stack([c, z]))[0, 1].item() == pytest.approx(
        0.6, abs=0.02
    )
    assert c.std().item() == pytest.approx(1, abs=0.02)
    assert z.std().item() == pytest.approx(1, abs=0.02)
    C = torch.tensor([[1, 0.6], [0.6, 1]], dtype=torch.float64)
    joint = MultivariateNormal(torch.zeros(2).double(), C)
    u, v = c[:3], z[:4]
    pairs = torch.cartesian_prod(u, v)
    ratio = joint.log_prob(pairs) - Normal(0.0, 1.0).log_prob(pairs).sum(1)
    torch.testing.assert_close(log_ratio(u, v, 0.6), ratio.view(3, 4))
    own = torch.stack([log_ratio(c[i : i + 1], z[i : i + 1], 0.6) for i in range(4000)])
    assert own.mean().item() == pytest.approx(information(0.6), abs=0.03)


@pytest.mark.parametrize("n", [4, 64])
def test_the_bound_is_never_above_the_information_nor_the_log_of_n(n):
    dice, rho = torch.Generator().manual_seed(2), 0.95
    bounds = []
    for _ in range(300):
        c, z = normal_pairs(n, rho, generator=dice)
        bounds.append(math.log(n) - info_nce(log_ratio(c, z, rho)).item())
    mean = sum(bounds) / 300
    assert max(bounds) <= math.log(n)
    assert mean < information(rho)
    assert mean > (0.65 if n == 4 else 1.08)


def test_refusals():
    scores = torch.zeros(2, 2)
    refuses(
        info_nce,
        "^scores (has NaN|is 0: give 1 or more)",
        good=[scores],
        bad=[scores[:0, :0], *spoilt(scores, math.nan, math.inf)],
    )
    c, z = torch.zeros(2).double(), torch.zeros(2).double()
    for call in (
        lambda rho: normal_pairs(2, rho),
        lambda rho: log_ratio(c, z, rho),
        information,
    ):
        refuses(
            call,
            "^rho is .*: choose it between -1 and 1$",
            good=[0.0, 0.99, -0.99],
            bad=[1.0, -1.0, math.nan],
        )
    refuses(lambda n: normal_pairs(n, 0.1), "^n is .*: give 1", good=[1], bad=[0])
