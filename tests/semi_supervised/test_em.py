"""EM never makes the data less likely; without unlabelled data it is the old fit."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import one_hot

from ml2020.classification import Generative, fit_generative
from ml2020.semi_supervised import em, likelihood, log_joint, weighted_model
from tests.refusals import above, below, refuses, spoilt


def points(seed=0, n=40, classes=2):
    dice = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % classes
    X = torch.randn(n, 2, generator=dice, dtype=torch.float64)
    X[:, 0] += 2.0 * y
    return X, y


def start(classes=2):
    mean = torch.tensor([[2.0 * k, 0.1] for k in range(classes)], dtype=torch.float64)
    eye = torch.eye(2, dtype=torch.float64).expand(classes, -1, -1)
    return Generative(torch.full((classes,), 1 / classes).double(), mean, eye)


NONE = torch.zeros(0, 2, dtype=torch.float64)


@settings(max_examples=8)
@given(
    seed=st.integers(0, 500), classes=st.integers(2, 3), ridge=st.sampled_from([0, 0.3])
)
def test_the_likelihood_never_falls(seed, classes, ridge):
    X, y = points(seed, classes=classes)
    found = em(X[:6], y[:6], X[6:], start(classes), 8, ridge).log_likelihood
    assert len(found) == 9
    assert (found.diff() >= -1e-9).all()


def test_without_unlabelled_examples_it_is_the_generative_model():
    X, y = points()
    found = em(X, y, NONE, start(), 1).model
    for ours, theirs in zip(found, fit_generative(X, 1 - y, shared=True), strict=True):
        torch.testing.assert_close(ours, theirs.to(ours))


@pytest.mark.equation("eq-semi_supervised-m")
def test_the_m_step_is_the_lecture_s_sums():
    X, _ = points()
    share = torch.rand(40, 2, dtype=torch.float64)
    share = share / share.sum(dim=1, keepdim=True)
    model = weighted_model(X, share)
    Sigma = torch.zeros(2, 2, dtype=torch.float64)
    for k in range(2):
        N = sum(share[i, k] for i in range(40))
        mu = sum(share[i, k] * X[i] for i in range(40)) / N
        torch.testing.assert_close(model.prior[k], N / 40)
        torch.testing.assert_close(model.mean[k], mu)
        for i in range(40):
            Sigma += share[i, k] * torch.outer(X[i] - mu, X[i] - mu) / 40
    for of_class in model.covariance:
        torch.testing.assert_close(of_class, Sigma)


def test_the_m_step_with_a_ridge_is_at_a_maximum():
    X, y = points()
    share = one_hot(y, 2).double()
    model = weighted_model(X, share, 0.3)
    best = likelihood(log_joint(X, model), y, model, 0.3)
    for factor in (0.95, 1.05):
        other = model._replace(covariance=model.covariance * factor)
        assert likelihood(log_joint(X, other), y, other, 0.3) < best
        other = model._replace(mean=model.mean * factor)
        assert likelihood(log_joint(X, other), y, other, 0.3) < best


def test_two_rounds_are_one_and_one_more():
    X, y = points()
    twice = em(X[:4], y[:4], X[4:], start(), 2)
    once = em(X[:4], y[:4], X[4:], start(), 1)
    again = em(X[:4], y[:4], X[4:], once.model, 1)
    torch.testing.assert_close(again.model.mean, twice.model.mean)
    torch.testing.assert_close(again.log_likelihood[1], twice.log_likelihood[2])


def test_no_round_leaves_the_start():
    X, y = points()
    found = em(X[:4], y[:4], X[4:], start(), 0)
    assert found.model is not None
    assert torch.equal(found.model.mean, start().mean)
    assert len(found.log_likelihood) == 1


def test_rejects_labels_of_no_class():
    X, y = points(n=4)
    refuses(
        lambda y: em(X, y, NONE, start(), 1),
        "^y is empty or outside 0 to 1: count from 0$",
        good=[y],
        bad=[y - 1, y + 1, torch.tensor([0, 1, 0, 2])],
    )
    with pytest.raises(ValueError, match=r"^y is empty"):
        em(NONE, y[:0], X, start(), 1)


def test_rejects_a_class_without_any_example():
    X, y = points(n=4)
    share = one_hot(y, 2).double()
    refuses(
        lambda share: weighted_model(X, share),
        "^share leaves a class without example: give each class a label$",
        good=[share],
        bad=[one_hot(0 * y, 2).double(), -share, *spoilt(share, math.nan)],
    )
    with pytest.raises(ValueError, match=r"^share leaves a class"):
        em(X, 0 * y, NONE, start(), 1)


def test_rejects_examples_that_are_no_numbers():
    X, y = points(n=4)
    share = one_hot(y, 2).double()
    refuses(
        lambda X: weighted_model(X, share),
        "^X has NaN or infinity: drop",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )


def test_rejects_settings_out_of_range():
    X, y = points(n=4)
    refuses(
        lambda ridge: em(X, y, NONE, start(), 1, ridge),
        "^ridge is .*: give 0 or more$",
        good=[0.0, above(0.0)],
        bad=[below(0.0), math.nan],
    )
    refuses(
        lambda rounds: em(X, y, NONE, start(), rounds),
        "^rounds is .*: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )
    with pytest.raises(ValueError, match=r"^unlabelled is torch.float32, X is torch"):
        em(X, y, X.float(), start(), 1)
    with pytest.raises(ValueError, match=r"^X is torch.float32, model.mean is torch"):
        em(X.float(), y, NONE.float(), start(), 1)


def test_shares_of_another_type_are_refused():
    X, share = torch.eye(2).double(), torch.eye(2)
    with pytest.raises(ValueError, match=r"^share is torch.float32, X is torch.flo"):
        weighted_model(X, share)
