"""Best decoder: a mean of pictures, which no other guess beats."""

import math

import pytest
import torch
from torch.distributions import Normal

from ml2020.autoencoder import best_decoder, log_density
from tests.refusals import refuses, spoilt


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float64)


X, M, S = drawn(6, 5), drawn(6, 2, seed=1), drawn(6, 2, seed=2)


def test_densities_are_torch_s_but_for_a_constant():
    z = drawn(4, 2, seed=3)
    theirs = Normal(M, (S / 2).exp()).log_prob(z[:, None]).sum(2)
    apart = theirs - log_density(z, M, S)
    torch.testing.assert_close(apart, torch.full_like(apart, -math.log(2 * math.pi)))


@pytest.mark.equation("eq-autoencoder-average")
def test_it_is_bayes_mean_of_the_pictures_and_nothing_is_better():
    z = drawn(4, 2, seed=3)
    p = Normal(M, (S / 2).exp()).log_prob(z[:, None]).sum(2).exp()
    said = best_decoder(z, X, M, S)
    for row, weights in zip(said, p, strict=True):
        mean = sum(w * x for w, x in zip(weights, X, strict=True)) / weights.sum()
        torch.testing.assert_close(row, mean)
        missed = [
            (weights * (X - guess).square().sum(1)).sum()
            for guess in (row, row + 0.1 * drawn(5, seed=4))
        ]
        assert missed[0] < missed[1]


def test_without_overlap_it_says_the_picture():
    sure = torch.full_like(S, -20.0)
    torch.testing.assert_close(best_decoder(M, X, M, sure), X)
    unsure = torch.full_like(S, 40.0)
    mean = X.mean(0).expand(6, 5)
    torch.testing.assert_close(best_decoder(M, X, M, unsure), mean)


def test_refusals():
    refuses(
        lambda x: best_decoder(M, x, M, S),
        "^X has NaN",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^X is empty"):
        best_decoder(M, X[:0], M[:0], S[:0])
