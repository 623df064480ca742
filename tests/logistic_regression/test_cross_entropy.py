"""Surprise is least for those who believe the truth, and even then it is not 0."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from scipy.stats import entropy as scipy_entropy

from ml2020.logistic_regression import cross_entropy, entropy, kl
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 2**31)


def distributions(seed, classes=4, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    p = torch.rand(2, 3, classes, generator=dice, dtype=torch.float64) + 0.01
    return (p / p.sum(dim=-1, keepdim=True)).to(device)


@pytest.mark.equation("eq-logistic_regression-cross-entropy")
@given(seed=seeds)
def test_it_is_the_mean_of_minus_ln_q_where_p_draws(device, seed):
    p, q = distributions(seed, device=device)
    expected = [
        sum(-a.item() * math.log(b.item()) for a, b in zip(*rows, strict=True))
        for rows in zip(p, q, strict=True)
    ]
    assert cross_entropy(p, q).tolist() == pytest.approx(expected)


@pytest.mark.equation("eq-logistic_regression-kl")
@given(seed=seeds)
def test_entropy_and_divergence_add_up_to_the_cross_entropy(device, seed):
    p, q = distributions(seed, device=device)
    torch.testing.assert_close(entropy(p) + kl(p, q), cross_entropy(p, q))


@given(seed=seeds)
def test_believing_the_truth_leaves_its_entropy_and_no_divergence(seed):
    p, q = distributions(seed)
    torch.testing.assert_close(cross_entropy(p, p), entropy(p))
    assert kl(p, p).abs().max() < 1e-15
    assert (kl(p, q) > 0).all()


def test_the_cross_entropy_of_a_one_hot_truth_with_itself_is_0():
    p = torch.tensor([0.0, 1.0, 0.0])
    assert cross_entropy(p, p).item() == kl(p, p).item() == entropy(p).item() == 0


def test_a_fair_coin_has_an_entropy_of_ln_2():
    assert entropy(torch.tensor([0.5, 0.5])).item() == pytest.approx(math.log(2))


def test_it_agrees_with_scipy():
    p, q = distributions(1)
    theirs = torch.tensor(scipy_entropy(p.numpy(), q.numpy(), axis=1))
    torch.testing.assert_close(kl(p, q), theirs)
    theirs = torch.tensor(scipy_entropy(p.numpy(), axis=1))
    torch.testing.assert_close(entropy(p), theirs)


def test_what_never_happens_may_be_excluded():
    p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.75, 0.0])
    expected = -0.5 * math.log(0.25) - 0.5 * math.log(0.75)
    assert cross_entropy(p, q).item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("function", [cross_entropy, kl])
def test_rejects_a_belief_that_excludes_what_happens(function):
    p, q = torch.tensor([0.5, 0.5]), torch.tensor([0.0, 1.0])
    with pytest.raises(ValueError, match=r"^q is 0 where p is not: .* from logits$"):
        function(p, q)


@pytest.mark.parametrize("bad", [[-0.5, 1.5], [2.0, -1.0], [float("nan"), 1.0]])
def test_rejects_numbers_that_are_no_probabilities(bad):
    good, bad = torch.tensor([0.5, 0.5]), torch.tensor(bad)
    with pytest.raises(ValueError, match=r"^p is outside \[0, 1\]: give probab"):
        entropy(bad)
    for function in (cross_entropy, kl):
        with pytest.raises(ValueError, match=r"^q is outside \[0, 1\]"):
            function(good, bad)
        with pytest.raises(ValueError, match=r"^p is outside \[0, 1\]"):
            function(bad, good)


def test_rejects_rows_that_do_not_add_up_to_1():
    with pytest.raises(ValueError, match=r"^p does not add up to 1: divide"):
        entropy(torch.tensor([[0.5, 0.5], [0.5, 0.4]]))


def test_rejects_nothing():
    with pytest.raises(ValueError, match=r"^p is empty: give at least one"):
        entropy(torch.zeros(0, 2))


def test_rejects_distributions_of_different_sizes():
    with pytest.raises(TypeCheckError):
        cross_entropy(torch.tensor([0.5, 0.5]), torch.tensor([0.2, 0.3, 0.5]))


def test_a_sum_may_miss_1_by_rounding_only():
    said = r"^p does not add up to 1: divide by its sum$"
    half = [torch.tensor([0.5, 0.5 + d], dtype=torch.float64) for d in (9e-7, -9e-7)]
    more = [
        torch.tensor([0.5, 0.5 + d], dtype=torch.float64) for d in (1.1e-6, -1.1e-6)
    ]
    refuses(entropy, said, good=half, bad=more)


def test_one_bad_probability_among_good_ones_is_enough():
    p = torch.tensor([0.0, 1.0, 0.0]).double()
    said = r"^p is outside \[0, 1\]: give probabilities$"
    refuses(entropy, said, good=[p], bad=spoilt(p, -0.1, 1.1, math.nan))
    q = torch.tensor([0.0, 0.5, 0.5]).double()
    for function in (cross_entropy, kl):
        said = r"^q is 0 where p is not: compute the loss from logits$"
        bad = [torch.tensor([0.5, 0.5, 0.0]).double()]
        refuses(lambda p, f=function: f(p, q), said, good=[q], bad=bad)
