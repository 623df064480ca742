"""Scores become probabilities, and no score is too large for that."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from sklearn.linear_model import LogisticRegression
from torch.nn import functional as F

from ml2020.classification import sigmoid
from ml2020.gradient_descent import GradientDescent, descend
from ml2020.logistic_regression import (
    cross_entropy,
    gradient,
    score_gradient,
    softmax,
    softmax_gradient,
    softmax_loss,
)
from ml2020.logistic_regression.softmax import log_sum_exp

seeds = st.integers(0, 2**31)


def scores(seed=0, count=6, classes=4, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    z = 3 * torch.randn(count, classes, generator=dice, dtype=torch.float64)
    labels = torch.randint(classes, (count,), generator=dice)
    return z.to(device), labels.to(device)


@pytest.mark.equation("eq-logistic_regression-softmax")
@given(seed=seeds)
def test_each_exponential_is_divided_by_their_sum(device, seed):
    z, _ = scores(seed, device=device)
    for row, y in zip(z.tolist(), softmax(z).tolist(), strict=True):
        total = sum(math.exp(a) for a in row)
        assert y == pytest.approx([math.exp(a) / total for a in row])


@given(seed=seeds)
def test_the_probabilities_add_up_to_1_and_keep_the_order_of_the_scores(seed):
    z, _ = scores(seed)
    y = softmax(z)
    torch.testing.assert_close(y.sum(dim=1), torch.ones(6).double())
    assert torch.equal(y.argsort(dim=1), z.argsort(dim=1))


@given(seed=seeds, shift=st.floats(-1000, 1000))
def test_a_number_added_to_all_scores_changes_nothing(seed, shift):
    z, labels = scores(seed)
    torch.testing.assert_close(softmax(z + shift), softmax(z))
    torch.testing.assert_close(
        softmax_loss(z + shift, labels), softmax_loss(z, labels), rtol=1e-9, atol=1e-9
    )


@pytest.mark.equation("eq-logistic_regression-two-classes")
@given(a=st.floats(-50, 50), b=st.floats(-50, 50))
def test_with_two_classes_it_is_the_sigmoid_of_the_difference(device, a, b):
    z = torch.tensor([a, b], dtype=torch.float64, device=device)
    torch.testing.assert_close(softmax(z)[0], sigmoid(z[0] - z[1]))


def test_the_bars_of_the_lecture():
    y = softmax(torch.tensor([3.0, 1.0, -3.0]).double()).tolist()
    assert y == pytest.approx([0.8789, 0.1189, 0.0022], abs=5e-5)


@pytest.mark.equation("eq-logistic_regression-log-sum-exp")
@given(seed=seeds)
def test_the_largest_score_may_be_taken_out_of_the_logarithm(device, seed):
    z, _ = scores(seed, device=device)
    plain = [math.log(sum(math.exp(a) for a in row)) for row in z.tolist()]
    assert log_sum_exp(z).tolist() == pytest.approx(plain)
    torch.testing.assert_close(log_sum_exp(z), torch.logsumexp(z, dim=1))


def test_scores_of_a_thousand_do_not_overflow():
    z = torch.tensor([[1000.0, 0.0], [-1000.0, -1000.0]])
    assert softmax(z).tolist() == [[1, 0], [0.5, 0.5]]
    assert log_sum_exp(z).tolist() == pytest.approx([1000, math.log(2) - 1000])


@pytest.mark.equation("eq-logistic_regression-softmax-loss")
@given(seed=seeds)
def test_the_loss_is_the_cross_entropy_of_the_one_hot_labels(device, seed):
    z, labels = scores(seed, device=device)
    p = F.one_hot(labels, 4).double()
    loss = softmax_loss(z, labels)
    torch.testing.assert_close(loss, cross_entropy(p, softmax(z)).sum())
    torch.testing.assert_close(loss, F.cross_entropy(z, labels, reduction="sum"))


@pytest.mark.equation("eq-logistic_regression-softmax-gradient")
@given(seed=seeds)
def test_the_slope_by_a_score_is_what_autograd_finds(device, seed):
    z, labels = scores(seed, device=device)
    z.requires_grad_()
    (expected,) = torch.autograd.grad(softmax_loss(z, labels), z)
    found = score_gradient(z.detach(), labels)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-10)


@pytest.mark.equation("eq-logistic_regression-softmax-weights")
@given(seed=seeds)
def test_the_slope_by_a_weight_is_what_autograd_finds(seed):
    _, labels = scores(seed)
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(6, 3, generator=dice, dtype=torch.float64)
    W = torch.randn(3, 4, generator=dice, dtype=torch.float64).requires_grad_()
    (expected,) = torch.autograd.grad(softmax_loss(X @ W, labels), W)
    torch.testing.assert_close(softmax_gradient(X, labels, W.detach()), expected)


def test_descent_reaches_the_classes_of_scikit_learn():
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(90, 2, generator=dice, dtype=torch.float64)
    X[:30, 0] += 2
    X[30:60, 1] += 2
    labels = torch.arange(3).repeat_interleave(30)
    theirs = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000)
    theirs.fit(X.numpy(), labels.numpy())
    expected = torch.tensor(theirs.predict_proba(X.numpy()))
    A = torch.cat([torch.ones(90, 1).double(), X], dim=1)
    start = torch.zeros(3, 3).double()
    path = descend(
        GradientDescent(0.02), lambda W: softmax_gradient(A, labels, W), start, 2000
    )
    torch.testing.assert_close(softmax(A @ path[-1]), expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("bad", [-1, 4])
def test_rejects_labels_that_are_no_classes(bad):
    z, labels = scores()
    labels[2] = bad
    X, W = torch.ones(6, 2).double(), torch.zeros(2, 4).double()
    for call in (
        lambda: softmax_loss(z, labels),
        lambda: score_gradient(z, labels),
        lambda: softmax_gradient(X, labels, W),
    ):
        with pytest.raises(ValueError, match=r"^labels are outside 0 to 3: number"):
            call()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_rejects_scores_that_are_no_numbers(bad):
    z, labels = scores()
    z[1, 2] = bad
    for call in (
        lambda: softmax(z),
        lambda: log_sum_exp(z),
        lambda: softmax_loss(z, labels),
        lambda: score_gradient(z, labels),
    ):
        with pytest.raises(ValueError, match=r"^z has NaN or infinity: lower"):
            call()


def test_rejects_no_scores():
    for function in (softmax, log_sum_exp):
        with pytest.raises(ValueError, match=r"^z is empty: give at least one"):
            function(torch.zeros(0, 3))


def test_rejects_sizes_that_do_not_match():
    z, labels = scores()
    with pytest.raises(TypeCheckError):
        softmax_loss(z, labels[:-1])


def test_nothing_is_written_in_place():
    z, labels = scores()
    before = z.clone()
    softmax(z), log_sum_exp(z), score_gradient(z, labels)
    assert torch.equal(z, before)


@pytest.mark.parametrize("shape", [(4,), (2, 3, 4)])
def test_any_number_of_rows_is_summed_over_the_classes(shape):
    dice = torch.Generator().manual_seed(5)
    z = torch.randn(shape, generator=dice, dtype=torch.float64)
    torch.testing.assert_close(log_sum_exp(z), torch.logsumexp(z, dim=-1))
    torch.testing.assert_close(softmax(z), torch.softmax(z, dim=-1))


def test_the_first_and_the_last_class_are_labels():
    z, labels = scores()
    labels[0], labels[1] = 0, 3
    torch.testing.assert_close(
        softmax_loss(z, labels), F.cross_entropy(z, labels, reduction="sum")
    )


def test_the_slopes_of_all_classes_add_up_to_0():
    z, labels = scores()
    X = torch.linspace(-1, 1, 12).double().reshape(6, 2)
    slopes = softmax_gradient(X, labels, torch.linalg.lstsq(X, z).solution)
    assert slopes.abs().max() > 0.1
    torch.testing.assert_close(slopes.sum(dim=1), torch.zeros(2).double())


def test_with_two_classes_the_slope_is_that_of_logistic_regression():
    dice = torch.Generator().manual_seed(2)
    X = torch.randn(6, 2, generator=dice, dtype=torch.float64)
    theta = torch.randn(2, 2, generator=dice, dtype=torch.float64)
    labels = torch.tensor([0, 1, 1, 0, 1, 0])
    first = gradient(X, (labels == 0).double(), theta[:, 0] - theta[:, 1])
    found = softmax_gradient(X, labels, theta)
    torch.testing.assert_close(found, torch.stack([first, -first], dim=1))


def test_the_gradient_refuses_weights_of_another_type():
    X, labels = torch.ones(2, 3), torch.tensor([0, 1])
    with pytest.raises(ValueError, match=r"^theta is torch.float64, X is .*: give the"):
        softmax_gradient(X, labels, torch.zeros(3, 2).double())
