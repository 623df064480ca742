"""Ascent on a code goes where a linear generator's best code is known to be."""

import math

import pytest
import torch

from ml2020.explainable import ascend_code, decoder, taught_decoder
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
