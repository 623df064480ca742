"""Ascent on a code goes where a linear generator's best code is known to be."""

import math

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from ml2020.explainable import ascend_code, decoder, taught_decoder
from ml2020.explainable.generator import encoder
from ml2020.gradient_descent import shuffled_batches
from tests.explainable.nets import dice
from tests.refusals import only_positive, refuses, spoilt


def linear_pair():
    A = torch.randn(12, 3, generator=dice(0), dtype=torch.float64)
    w = torch.randn(12, generator=dice(1), dtype=torch.float64)
    return A, w, (lambda z: z @ A.T), (lambda x: x @ w)


@pytest.mark.equation("eq-explainable-generator")
def test_it_ends_at_the_best_code_of_a_linear_score():
    A, w, G, score = linear_pair()
    z = torch.randn(4, 3, generator=dice(2), dtype=torch.float64)
    before = z.clone()
    found = ascend_code(score, G, z, 0.5, 400, 0.3)
    torch.testing.assert_close(found, (A.T @ w / 0.3).expand(4, 3))
    assert torch.equal(z, before)


def test_without_a_pull_a_step_is_the_slope():
    A, w, G, score = linear_pair()
    z = torch.zeros(1, 3, dtype=torch.float64)
    torch.testing.assert_close(ascend_code(score, G, z, 0.1, 2), (0.2 * A.T @ w)[None])
    assert torch.equal(ascend_code(score, G, z, 0.1, 0), z)


def test_a_decoder_learns_to_make_pictures_like_those_it_saw():
    torch.manual_seed(0)
    X = torch.zeros(20, 1, 28, 28)
    X[:, :, 8:20, 8:20] = 0.9
    made = taught_decoder(X, 0.01, 60, generator=dice(0))
    with torch.no_grad():
        off = made(torch.randn(5, 8, generator=dice(1))) - X[:5]
    assert off.abs().mean() < 0.1
    assert made(torch.zeros(2, 8)).shape == (2, 1, 28, 28)


def test_two_batches_are_steps_on_the_bound_with_torch_s_own_divergence():
    """Of 150 pictures one batch has 100, the other the rest."""
    X = torch.rand(150, 1, 28, 28, generator=dice(3)).round()
    torch.manual_seed(1)
    found = taught_decoder(X, 0.01, 1, generator=dice(4))
    torch.manual_seed(1)
    from_x, to_x, drawn = encoder(), decoder(), dice(4)
    rule = torch.optim.Adam([*from_x.parameters(), *to_x.parameters()], 0.01)
    for rows in shuffled_batches(150, 100, 1, generator=drawn):
        mean, log_variance = from_x(X[rows]).chunk(2, dim=1)
        code = Normal(mean, (log_variance / 2).exp())
        z = mean + code.scale * torch.randn(mean.shape, generator=drawn)
        says = -Bernoulli(probs=to_x(z)).log_prob(X[rows]).sum()
        far = kl_divergence(code, Normal(0.0, 1.0)).sum()
        rule.zero_grad()
        ((says + far) / len(rows)).backward()
        rule.step()
    for ours, theirs in zip(found.parameters(), to_x.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


def test_bad_settings_are_refused():
    _, _, G, score = linear_pair()
    z = torch.zeros(1, 3, dtype=torch.float64)
    only_positive(lambda lr: ascend_code(score, G, z, lr, 1), "lr")
    said = "^steps is .*: give 0 or more"
    refuses(lambda n: ascend_code(score, G, z, 0.1, n), said, good=[0], bad=[-1])
    said = "^pull is .*: give 0 or more"
    refuses(lambda p: ascend_code(score, G, z, 0.1, 1, p), said, good=[0.0], bad=[-0.1])
    said = "^z has NaN or infinity: give numbers"
    bad = spoilt(z, math.nan)
    refuses(lambda z: ascend_code(score, G, z, 0.1, 1), said, good=[z], bad=bad)
    said = "^score's slope has NaN or infinity"
    spoiled = lambda x: score(x) * math.inf  # noqa: E731
    refuses(lambda s: ascend_code(s, G, z, 0.1, 1), said, good=[score], bad=[spoiled])
    X = torch.rand(4, 1, 28, 28, generator=dice(0))
    said = "^lr is .*: give a positive number"
    refuses(lambda lr: taught_decoder(X, lr, 1), said, good=[0.1], bad=[0.0, -1.0])
    said = "^epochs is .*: give 1 or more"
    refuses(lambda n: taught_decoder(X, 0.01, n), said, good=[1], bad=[0])
    said = "^X has dots from .*: give 0 to 1"
    refuses(lambda X: taught_decoder(X, 0.01, 1), said, good=[X], bad=[X + 1])


def test_the_decoder_is_drawn_by_the_global_seed():
    torch.manual_seed(3)
    one = decoder()
    torch.manual_seed(3)
    assert torch.equal(one[0].weight, decoder()[0].weight)
