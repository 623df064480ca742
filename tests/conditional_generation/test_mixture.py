"""A mixture is a probability, and sums what is copied over all places of a word."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.conditional_generation.mixture import mixed
from tests.refusals import refuses


def parts(seed=0):
    dice = torch.Generator().manual_seed(seed)
    p_gen = torch.rand(2, 3, generator=dice).double()
    p_words = torch.randn(2, 3, 4, generator=dice).double().softmax(-1)
    alpha = torch.randn(2, 3, 5, generator=dice).double().softmax(-1)
    X = torch.randint(7, (2, 5), generator=dice)
    return p_gen, p_words, alpha, X


@pytest.mark.equation("eq-conditional_generation-mixture")
def test_it_is_said_or_copied_word_by_word():
    p_gen, p_words, alpha, X = parts()
    P = mixed(p_gen, p_words, alpha, X, 7)
    for b in range(2):
        for t in range(3):
            for w in range(7):
                said = p_words[b, t, w] if w < 4 else 0.0
                copied = sum(alpha[b, t, i] for i in range(5) if X[b, i] == w)
                g = p_gen[b, t]
                expected = g * said + (1 - g) * copied
                assert P[b, t, w].item() == pytest.approx(float(expected))


@given(st.integers(0, 10_000))
def test_probabilities_sum_to_one(seed):
    P = mixed(*parts(seed), 7)
    assert torch.allclose(P.sum(-1), torch.ones(2, 3).double())


def test_limits_are_saying_and_pointing():
    p_gen, p_words, alpha, X = parts()
    ones = torch.ones_like(p_gen)
    assert torch.equal(mixed(ones, p_words, alpha, X, 7)[..., :4], p_words)
    copied = mixed(0 * ones, p_words, alpha, X, 7)
    assert torch.allclose(copied[..., 4:].sum(-1) + copied[..., :4].sum(-1), ones)


def test_rejects_what_does_not_fit():
    p_gen, p_words, alpha, X = parts()
    X[0, 0] = 6
    refuses(
        lambda g: mixed(g, p_words, alpha, X, 7),
        "^p_gen is outside",
        good=[p_gen, p_gen * 0, p_gen * 0 + 1],
        bad=[p_gen - 1.1, p_gen + 1.1],
    )
    refuses(
        lambda size: mixed(p_gen, p_words, alpha, X, size),
        "^size is",
        good=[7, 8],
        bad=[6, 3],
    )
    refuses(
        lambda p: mixed(p_gen, p, alpha, X, 7),
        "^p_words is below 0",
        good=[p_words, p_words * 0],
        bad=[p_words - 1.1],
    )
    one_below = p_words.clone()
    one_below[0, 0, 0] = -0.1
    with pytest.raises(ValueError, match=r"^p_words is below 0"):
        mixed(p_gen, one_below, alpha, X, 7)
    with pytest.raises(ValueError, match=r"^size is"):
        mixed(p_gen, p_words, alpha, X - 7, 7)
    with pytest.raises(ValueError, match=r"^size is"):  # as many as steps
        mixed(p_gen, p_words, alpha, X.clamp(max=1), 3)
    with pytest.raises(ValueError, match=r"^X is empty"):
        mixed(p_gen[:0], p_words[:0], alpha[:0], X[:0], 7)
