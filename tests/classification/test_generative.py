"""Two Gaussians and a prior: the classifiers of Fisher, as scikit-learn has them."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)

from ml2020.classification import (
    accuracy,
    fit_generative,
    free_parameters,
    generative_log_odds,
    mean_and_covariance,
    sigmoid,
)

seeds = st.integers(0, 1000)


def examples(seed=0, n=60, D=4):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(n, D, generator=dice, dtype=torch.float64)
    B = torch.eye(D) + 0.4 * torch.randn(
        D, D, generator=dice, dtype=torch.float64
    ).tril(-1)
    y = (torch.arange(n) % 3 == 0).long()  # a third has the label 1
    X = torch.where(y[:, None] == 1, X @ B + 1, X)
    return X, y


@pytest.mark.parametrize("solver", ["lsqr", "svd"])
@given(seed=seeds)
def test_with_a_shared_covariance_it_is_linear_discriminant_analysis(solver, seed):
    X, y = examples(seed)
    theirs = LinearDiscriminantAnalysis(solver=solver).fit(X.numpy(), y.numpy())
    expected = torch.from_numpy(theirs.predict_proba(X.numpy())[:, 1])
    p = sigmoid(generative_log_odds(X, fit_generative(X, y, shared=True)))
    torch.testing.assert_close(p, expected, rtol=0, atol=1e-10)


@given(seed=seeds)
def test_with_own_covariances_it_is_quadratic_discriminant_analysis(seed):
    X, y = examples(seed)
    theirs = QuadraticDiscriminantAnalysis().fit(X.numpy(), y.numpy())
    expected = torch.from_numpy(theirs.predict_proba(X.numpy())[:, 1])
    p = sigmoid(generative_log_odds(X, fit_generative(X, y)))
    torch.testing.assert_close(p, expected, rtol=0, atol=1e-10)


def test_each_class_has_its_own_moments(device):
    X, y = (part.to(device) for part in examples())
    model = fit_generative(X, y)
    for k in (0, 1):
        mu, Sigma = mean_and_covariance(X[y == k])
        torch.testing.assert_close(model.mean[k], mu)
        torch.testing.assert_close(model.covariance[k], Sigma)
    assert model.prior.tolist() == pytest.approx([2 / 3, 1 / 3])
    assert generative_log_odds(X, model).device == X.device


def test_the_shared_covariance_is_the_mean_weighted_by_the_counts():
    X, y = examples()
    own, shared = fit_generative(X, y), fit_generative(X, y, shared=True)
    expected = 2 / 3 * own.covariance[0] + 1 / 3 * own.covariance[1]
    for k in (0, 1):
        torch.testing.assert_close(shared.covariance[k], expected)
    assert torch.equal(own.mean, shared.mean)


def test_exchanging_the_labels_turns_the_sign():
    X, y = examples()
    z, turned = (generative_log_odds(X, fit_generative(X, t)) for t in (y, 1 - y))
    torch.testing.assert_close(turned, -z)


@pytest.mark.parametrize("shared", [False, True])
def test_a_change_of_units_changes_no_answer(shared):
    X, y = examples()
    B = torch.randn(4, 4, generator=torch.Generator().manual_seed(5)).double()
    z = generative_log_odds(X, fit_generative(X, y, shared))
    other = generative_log_odds(X @ B + 3, fit_generative(X @ B + 3, y, shared))
    torch.testing.assert_close(other, z)


def test_it_learns_two_clouds_that_are_far_apart():
    X, y = examples()
    X = X + 30 * y[:, None]
    assert accuracy(generative_log_odds(X, fit_generative(X, y, True)), y) == 1


def test_the_arguments_are_left_alone():
    X, y = examples()
    before = X.clone(), y.clone()
    model = fit_generative(X, y, shared=True)
    copies = [part.clone() for part in model]
    generative_log_odds(X, model)
    assert torch.equal(X, before[0])
    assert torch.equal(y, before[1])
    assert all(torch.equal(a, b) for a, b in zip(model, copies, strict=True))


@pytest.mark.equation("eq-classification-parameters")
@pytest.mark.parametrize("D", [1, 2, 7])
def test_the_parameters_are_the_different_numbers_of_the_model(D):
    X, y = examples(D=D, n=90)
    own, shared = fit_generative(X, y), fit_generative(X, y, shared=True)
    common = 1 + len(own.mean.flatten().unique())
    count = {
        "own": len(own.covariance.tril().flatten().unique()) - (D > 1),  # but the 0
        "shared": len(shared.covariance.tril().flatten().unique()) - (D > 1),
        "naive": len(own.covariance.diagonal(dim1=1, dim2=2).flatten().unique()),
    }
    for kind, numbers in count.items():
        assert free_parameters(D, kind) == common + numbers


def test_rejects_a_model_without_features_or_name():
    with pytest.raises(ValueError, match=r"^features is 0: give 1 or more"):
        free_parameters(0, "own")
    with pytest.raises(ValueError, match=r"^kind is lonely: choose own, shared or"):
        free_parameters(3, "lonely")


def test_rejects_more_features_than_examples_and_sharing_is_a_remedy():
    X, y = examples(n=9)  # 3 of label 1, with 4 features
    with pytest.raises(ValueError, match=r"^covariance is singular: drop a .* share"):
        generative_log_odds(X, fit_generative(X, y))
    z = generative_log_odds(X, fit_generative(X, y, shared=True))
    assert z.isfinite().all()


def test_rejects_data_that_cannot_be_fitted():
    X, y = examples()
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        fit_generative(X[:0], y[:0])
    with pytest.raises(ValueError, match=r"^y has no label 1: give both classes"):
        fit_generative(X, torch.zeros_like(y))
    with pytest.raises(ValueError, match=r"^y has labels other than 0 and 1"):
        fit_generative(X, y + 1)
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        fit_generative(X * math.nan, y)
    model = fit_generative(X, y)
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        generative_log_odds(X * math.nan, model)
