"""The likelihood of the labels, its slope, and the walk down to its best theta."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from torch.nn.functional import binary_cross_entropy_with_logits

from ml2020.gradient_descent import GradientDescent, descend
from ml2020.logistic_regression import (
    cross_entropy,
    gradient,
    likelihood_loss,
    logistic_loss,
    newton,
    slopes,
    square_loss,
)
from ml2020.regression import gradient as linear_gradient
from tests.refusals import above, below, refuses, spoilt

seeds = st.integers(0, 2**31)


def examples(seed=0, count=12, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(count, 2, generator=dice, dtype=torch.float64)
    X = torch.cat([torch.ones(count, 1).double(), X], dim=1)
    y_hat = (torch.rand(count, generator=dice) < 0.5).double()
    theta = torch.randn(3, generator=dice, dtype=torch.float64)
    return X.to(device), y_hat.to(device), theta.to(device)


def train(X, y_hat, lr, steps, start):
    rule = GradientDescent(lr)
    return descend(rule, lambda theta: gradient(X, y_hat, theta), start, steps)


def says(row, theta):
    b, *w = theta.tolist()
    z = b + sum(w_i * x_i for w_i, x_i in zip(w, row.tolist()[1:], strict=True))
    return 1 / (1 + math.exp(-z))


@pytest.mark.equation("eq-logistic_regression-function")
@given(seed=seeds)
def test_labels_that_are_the_sigmoid_of_the_sum_leave_no_slope(device, seed):
    X, _, theta = examples(seed, device=device)
    f = torch.tensor([says(row, theta) for row in X], dtype=X.dtype, device=device)
    assert gradient(X, f, theta).abs().max() < 1e-12


@pytest.mark.equation("eq-logistic_regression-likelihood")
@given(seed=seeds)
def test_the_loss_is_minus_the_logarithm_of_a_product_over_the_examples(seed):
    X, y_hat, theta = examples(seed)
    L = 1.0
    for row, label in zip(X, y_hat.tolist(), strict=True):
        f = says(row, theta)
        L *= f if label else 1 - f
    assert logistic_loss(X @ theta, y_hat).item() == pytest.approx(-math.log(L))


@pytest.mark.equation("eq-logistic_regression-loss")
@given(seed=seeds)
def test_the_loss_is_a_sum_of_cross_entropies_of_two_coins(device, seed):
    X, y_hat, theta = examples(seed, device=device)
    f = torch.sigmoid(X @ theta)
    p, q = torch.stack([y_hat, 1 - y_hat], dim=1), torch.stack([f, 1 - f], dim=1)
    torch.testing.assert_close(likelihood_loss(f, y_hat), cross_entropy(p, q).sum())


@pytest.mark.equation("eq-logistic_regression-stable")
@given(z=st.lists(st.floats(-30, 30), min_size=2, max_size=2), y=st.floats(0, 1))
def test_from_logits_it_is_the_same_number(device, z, y):
    z = torch.tensor(z, dtype=torch.float64, device=device)
    y_hat = torch.full_like(z, y)
    torch.testing.assert_close(
        logistic_loss(z, y_hat),
        likelihood_loss(torch.sigmoid(z), y_hat),
        rtol=1e-3,
        atol=1e-9,  # the probability itself has lost digits near 1
    )
    theirs = binary_cross_entropy_with_logits(z, y_hat, reduction="sum")
    torch.testing.assert_close(logistic_loss(z, y_hat), theirs)


def test_from_logits_it_is_finite_however_sure_and_wrong_one_is():
    z = torch.tensor([-1000.0, 1000.0, 1000.0])
    y_hat = torch.tensor([1.0, 0.0, 1.0])
    assert logistic_loss(z, y_hat).item() == 2000


@pytest.mark.equation("eq-logistic_regression-gradient")
@given(seed=seeds)
def test_the_slope_is_what_autograd_finds(device, seed):
    X, y_hat, theta = examples(seed, device=device)
    theta.requires_grad_()
    (expected,) = torch.autograd.grad(logistic_loss(X @ theta, y_hat), theta)
    found = gradient(X, y_hat, theta.detach())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-10)


def test_the_loss_and_its_slope_agree_by_finite_differences():
    X, y_hat, theta = examples(3)
    assert torch.autograd.gradcheck(
        lambda t: logistic_loss(X @ t, y_hat), theta.requires_grad_()
    )


@pytest.mark.equation("eq-logistic_regression-update")
def test_a_step_moves_each_weight_by_the_errors_times_its_feature(device):
    X, y_hat, theta = examples(4, device=device)
    path = train(X, y_hat, 0.1, 1, theta)
    expected = [
        w
        - 0.1
        * sum(
            -(t - says(row, theta)) * row[i].item()
            for row, t in zip(X, y_hat.tolist(), strict=True)
        )
        for i, w in enumerate(theta.tolist())
    ]
    assert path[1].tolist() == pytest.approx(expected)


@given(seed=seeds)
def test_the_update_is_that_of_linear_regression_but_for_f(seed):
    X, y_hat, theta = examples(seed)
    f, line = torch.sigmoid(X @ theta), X[:, :2] @ theta[:2]
    # The targets that leave a line the same errors; its loss has a factor 2.
    targets = line + (y_hat - f)
    by_w, by_b = linear_gradient(theta[1], theta[0], X[:, 1], targets)
    found = gradient(X, y_hat, theta)[:2]
    torch.testing.assert_close(2 * found, torch.stack([by_b, by_w]))


def test_descent_ends_where_newton_ends():
    X, y_hat, _ = examples(5, count=40)
    path = train(X, y_hat, 0.05, 2000, torch.zeros(3).double())
    torch.testing.assert_close(path[-1], newton(X, y_hat), rtol=0, atol=1e-6)


def test_nothing_is_written_in_place():
    X, y_hat, theta = examples(6)
    before = [value.clone() for value in (X, y_hat, theta)]
    train(X, y_hat, 0.1, 3, theta)
    assert all(map(torch.equal, before, (X, y_hat, theta)))


@pytest.mark.parametrize("bad", [0.0, 1.0])
def test_rejects_a_logarithm_of_0_and_says_what_to_do(bad):
    f = torch.tensor([0.5, bad]).double()
    said = r"^f excludes a label: compute the loss from logits$"
    refuses(
        lambda label: likelihood_loss(f, torch.tensor([1.0, label]).double()),
        said,
        good=[bad],  # what is surely true costs nothing
        bad=[1 - bad, 0.5],
    )
    sure = torch.tensor([1.0, bad]).double()
    assert likelihood_loss(f, sure).item() == pytest.approx(math.log(2))


@pytest.mark.parametrize("loss", [logistic_loss, square_loss])
def test_a_row_of_logits_for_each_of_many_thetas(loss):
    X, y_hat, _ = examples(7)
    thetas = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(1)).double()
    found = loss(thetas @ X.T, y_hat)
    for i in range(2):
        for j in range(4):
            torch.testing.assert_close(found[i, j], loss(X @ thetas[i, j], y_hat))


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_rejects_what_is_no_probability(bad):
    with pytest.raises(ValueError, match=r"^f is outside \[0, 1\]: give probab"):
        likelihood_loss(torch.tensor([bad]), torch.tensor([1.0]))


@pytest.mark.parametrize("bad", [-1.0, 2.0, float("nan")])
def test_rejects_labels_out_of_range(bad):
    X, y_hat, theta = examples()
    y_hat[3] = bad
    said = r"^y_hat is outside \[0, 1\]: label the classes 1 and 0"
    for call in (
        lambda: logistic_loss(X @ theta, y_hat),
        lambda: likelihood_loss(torch.sigmoid(X @ theta), y_hat),
    ):
        with pytest.raises(ValueError, match=said):
            call()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_rejects_numbers_that_are_none(bad):
    X, y_hat, theta = examples()
    X[2, 1] = bad
    with pytest.raises(ValueError, match=r"^z has NaN or infinity: lower the learn"):
        logistic_loss(X @ theta, y_hat)


def test_rejects_no_examples():
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one"):
        logistic_loss(torch.zeros(0), torch.zeros(0))


def test_rejects_sizes_that_do_not_match():
    X, y_hat, theta = examples()
    with pytest.raises(TypeCheckError):
        logistic_loss(X @ theta, y_hat[:-1])


@pytest.mark.equation("eq-logistic_regression-endless")
def test_a_separated_weight_grows_like_the_logarithm_of_the_steps():
    x = torch.tensor([-3.0, -1.0, 1.0, 3.0]).double()
    y_hat = (x > 0).double()
    path = train(x[:, None], y_hat, 0.1, 4000, torch.zeros(1).double())[:, 0]
    for t in (1000, 4000):
        assert path[t].item() == pytest.approx(math.log(2 * 0.1 * t), abs=0.05)


def test_the_gradient_at_zero_by_hand():
    X = torch.tensor([[1.0, 1], [1, 2], [1, 3], [1, 4]]).double()
    y_hat = torch.tensor([0.0, 1, 0, 1]).double()
    assert gradient(X, y_hat, torch.zeros(2).double()).tolist() == [0, -1]


def test_one_bad_probability_among_good_ones_is_enough():
    f, y_hat = torch.tensor([0.2, 0.5, 0.7]).double(), torch.ones(3).double()
    said = r"^f is outside \[0, 1\]: give probabilities$"
    good = [f, torch.tensor([above(0.0), 0.5, below(1.0)], dtype=torch.float64)]
    bad = spoilt(f, -0.1, 1.1, math.nan)
    refuses(lambda f: likelihood_loss(f, y_hat), said, good=good, bad=bad)
    said = r"^f excludes a label: compute the loss from logits$"
    bad = spoilt(f, 0.0)
    refuses(lambda f: likelihood_loss(f, y_hat), said, good=good, bad=bad)


def test_one_bad_logit_among_good_ones_is_enough():
    z, y_hat = torch.tensor([-1.0, 0.5, 3.0]).double(), torch.ones(3).double()
    said = r"^z has NaN or infinity: lower the learning rate$"
    bad = spoilt(z, math.nan, math.inf, -math.inf)
    for loss in (logistic_loss, square_loss, slopes):
        refuses(lambda z, f=loss: f(z, y_hat), said, good=[z], bad=bad)


def test_the_gradient_refuses_shapes_that_would_broadcast():
    X, y_hat, theta = examples()
    refuses(
        lambda labels: gradient(X, labels, theta),
        r"^y_hat has the shape .*: give it \(12,\)$",
        good=[y_hat],
        bad=[y_hat[:, None], y_hat[:1]],
    )
    refuses(
        lambda weights: gradient(X, y_hat, weights),
        r"^theta has the shape .*: give it \(3,\)$",
        good=[theta],
        bad=[theta[:, None], theta[:2]],
    )


def test_the_gradient_refuses_types_that_differ_and_knows_no_values():
    X, y_hat, theta = examples()
    with pytest.raises(ValueError, match=r"^y_hat is torch.float32, X is .*: give y_h"):
        gradient(X, y_hat.float(), theta)
    with pytest.raises(ValueError, match=r"^theta is torch.float32, X is .*: give the"):
        gradient(X, y_hat, theta.float())
    assert gradient(X[:0], y_hat[:0], theta).tolist() == [0, 0, 0]
    assert gradient(X * math.nan, y_hat, theta).isnan().all()
