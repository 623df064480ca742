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
    Generative,
    accuracy,
    fit_gaussian,
    fit_generative,
    generative_log_odds,
    mean_and_covariance,
    sample,
    sigmoid,
)
from tests.refusals import refuses, spoilt

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
    for row, label in enumerate((1, 0)):  # class 1 comes first
        mu, Sigma = mean_and_covariance(X[y == label])
        torch.testing.assert_close(model.mean[row], mu)
        torch.testing.assert_close(model.covariance[row], Sigma)
    assert model.prior.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert generative_log_odds(X, model).device == X.device


def test_the_shared_covariance_is_the_mean_weighted_by_the_counts():
    X, y = examples()
    own, shared = fit_generative(X, y), fit_generative(X, y, shared=True)
    expected = 1 / 3 * own.covariance[0] + 2 / 3 * own.covariance[1]
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
    X = X + 0.1 * torch.randn(X.shape, generator=torch.Generator().manual_seed(1))
    own, shared = fit_generative(X, y), fit_generative(X, y, shared=True)
    naive = fit_gaussian(X, y)
    triangle = torch.tril_indices(D, D)
    common = 1 + len(own.mean.unique())  # the other prior is the rest
    chosen = {
        D * (D + 1) + 2 * D + 1: own.covariance[:, *triangle],
        D * (D + 1) // 2 + 2 * D + 1: shared.covariance[:, *triangle],
        4 * D + 1: naive.variance,
    }
    for expected, numbers in chosen.items():
        assert common + len(numbers.unique()) == expected


@pytest.mark.equation("eq-classification-quadratic")
@given(seed=seeds)
def test_with_own_covariances_z_is_quadratic_and_with_a_shared_one_linear(seed):
    X, y = examples(seed)
    for shared in (False, True):
        m = fit_generative(X, y, shared)
        P1, P2 = torch.linalg.inv(m.covariance)
        A, a = (P2 - P1) / 2, P1 @ m.mean[0] - P2 @ m.mean[1]
        c = (P1.logdet() - P2.logdet()) / 2 + (m.prior[0] / m.prior[1]).log()
        c = c - m.mean[0] @ P1 @ m.mean[0] / 2 + m.mean[1] @ P2 @ m.mean[1] / 2
        expected = torch.stack([x @ A @ x + a @ x + c for x in X])
        torch.testing.assert_close(generative_log_odds(X, m), expected)
        assert bool(A.any()) != shared


@pytest.mark.equation("eq-classification-moved-prior")
def test_a_moved_prior_moves_z_by_the_difference_of_the_log_odds():
    X, y = examples()
    model = fit_generative(X, y)  # 20 and 40 examples
    world = torch.tensor([0.05, 0.95], dtype=torch.float64)
    moved = generative_log_odds(X, model._replace(prior=world))
    expected = generative_log_odds(X, model) - math.log(20 / 40) + math.log(5 / 95)
    torch.testing.assert_close(moved, expected)


@pytest.mark.equation("eq-classification-threshold")
@pytest.mark.parametrize("cost", [0.5, 1.0, 4.0, 30.0])
def test_the_threshold_by_the_costs_answers_what_costs_less_on_average(cost):
    X, y = examples()
    z = generative_log_odds(X, fit_generative(X, y))
    p = torch.sigmoid(z)
    cost_of_1, cost_of_2 = 1 - p, cost * p  # a false alarm costs 1, a miss `cost`
    assert torch.equal(z > -math.log(cost), cost_of_1 < cost_of_2)


def made(prior=0.3):
    mean = torch.tensor([[1.0, -2.0], [5.0, 0.5]], dtype=torch.float64)
    one = torch.tensor([[2.0, 0.9], [0.9, 1.0]], dtype=torch.float64)
    other = torch.tensor([[0.5, -0.2], [-0.2, 3.0]], dtype=torch.float64)
    priors = torch.tensor([prior, 1 - prior], dtype=torch.float64)
    return Generative(priors, mean, torch.stack([one, other]))


def test_what_the_model_makes_has_its_prior_means_and_covariances(device):
    model = Generative(*(part.to(device) for part in made()))
    X, y = sample(model, 100_000, generator=torch.Generator().manual_seed(0))
    assert X.device == y.device == model.mean.device
    found = fit_generative(X, y)
    for ours, theirs in zip(found, model, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0.05)


def test_the_same_dice_make_the_same_examples_and_leave_the_global_ones_alone():
    state, model = torch.get_rng_state(), made()
    X, y = sample(model, 50, generator=torch.Generator().manual_seed(3))
    again, labels = sample(model, 50, generator=torch.Generator().manual_seed(3))
    assert torch.equal(X, again)
    assert torch.equal(y, labels)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(model.covariance, made().covariance)
    assert X.dtype == torch.float64


def test_it_throws_no_more_dice_than_it_needs():
    used, other = (torch.Generator().manual_seed(3) for _ in "ab")
    sample(made(), 50, generator=used)
    torch.rand(50, generator=other, dtype=torch.float32)
    torch.randn(50, 2, generator=other, dtype=torch.float32)
    assert torch.equal(used.get_state(), other.get_state())


def test_the_dice_fall_alike_whatever_the_usual_type_of_numbers_is():
    X, y = sample(made(), 50, generator=torch.Generator().manual_seed(3))
    torch.set_default_dtype(torch.float64)
    try:
        again, labels = sample(made(), 50, generator=torch.Generator().manual_seed(3))
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(X, again)
    assert torch.equal(y, labels)


def test_makes_one_example_and_rejects_none():
    assert sample(made(), 1)[0].shape == (1, 2)
    with pytest.raises(ValueError, match=r"^n is 0: give 1 or more"):
        sample(made(), 0)


def test_rejects_a_singular_covariance_of_either_class():
    model = made()
    for row in (0, 1):
        flat = model.covariance.clone()
        flat[row] = 1.0
        with pytest.raises(ValueError, match=r"^covariance is singular"):
            sample(model._replace(covariance=flat), 5)


def test_rejects_more_features_than_examples_and_sharing_is_a_remedy():
    X, y = examples(n=9)  # 3 of label 1, with 4 features
    with pytest.raises(
        ValueError, match=r"^covariance is singular: drop a .* too few examples, share"
    ):
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


def test_rejects_a_prior_that_is_none_before_anything_is_made_or_judged():
    model = made()
    for call in (
        lambda prior: sample(model._replace(prior=prior), 5),
        lambda prior: generative_log_odds(model.mean, model._replace(prior=prior)),
    ):
        refuses(
            call,
            r"^model.prior (add up to .*: divide them by|are negative or NaN: give)",
            good=[torch.tensor([0.3, 0.7]), torch.tensor([0.5, 0.5])],
            bad=[torch.tensor(pair) for pair in ([3, 0.3], [0.3, 0.3], [1.5, -0.5])],
        )


def test_rejects_a_model_with_a_centre_that_is_none():
    model = made()
    refuses(
        lambda mean: sample(model._replace(mean=mean), 5),
        r"^model.mean has NaN or infinity: fit the model again$",
        good=[model.mean],
        bad=spoilt(model.mean, math.nan, math.inf),
    )
