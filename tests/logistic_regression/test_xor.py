"""No line separates the four points; their distances to two of them, one does."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from ml2020.classification import bernoulli_log_odds, fit_bernoulli, sigmoid
from ml2020.classification.regression_classifier import with_ones
from ml2020.gradient_descent import GradientDescent, descend
from ml2020.logistic_regression import distances, gradient, xor


def train(X, y_hat, lr, steps, start=None):
    start = X.new_zeros(X.shape[1]) if start is None else start
    rule = GradientDescent(lr)
    return descend(rule, lambda theta: gradient(X, y_hat, theta), start, steps)


PLACES = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).double()


def test_the_label_is_1_where_exactly_one_coordinate_is():
    x, y_hat = xor()
    for (a, b), label in zip(x.tolist(), y_hat.tolist(), strict=True):
        assert label == (a != b)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


@given(theta=st.lists(st.floats(-9, 9), min_size=3, max_size=3))
def test_no_line_gets_all_four_right(theta):
    x, y_hat = xor()
    z = with_ones(x) @ torch.tensor(theta, dtype=torch.float64)
    right = ((z > 0) == (y_hat > 0.5)).sum()
    assert right <= 3


def test_logistic_regression_ends_at_one_half_everywhere():
    x, y_hat = xor()
    start = torch.tensor([0.5, -1.0, 2.0]).double()
    path = train(with_ones(x), y_hat, 0.5, 500, start=start)
    assert path[-1].abs().max() < 1e-6


@pytest.mark.equation("eq-logistic_regression-transform")
def test_the_new_features_are_the_distances_to_the_corners(device):
    x, _ = xor()
    found = distances(x.to(device), PLACES.to(device))
    root = 2**0.5
    expected = torch.tensor([[0, root], [1, 1], [1, 1], [root, 0]]).double()
    torch.testing.assert_close(found, expected.to(device))


def test_the_distances_are_those_of_torch():
    dice = torch.Generator().manual_seed(0)
    x = torch.randn(5, 3, generator=dice, dtype=torch.float64)
    places = torch.randn(2, 3, generator=dice, dtype=torch.float64)
    torch.testing.assert_close(distances(x, places), torch.cdist(x, places))


def test_in_the_new_features_a_line_is_enough():
    x, y_hat = xor()
    X = with_ones(distances(x, PLACES))
    theta = train(X, y_hat, 1.0, 2000)[-1]
    assert ((X @ theta > 0) == (y_hat > 0.5)).all()


@pytest.mark.equation("eq-logistic_regression-toy")
def test_naive_bayes_gives_the_only_example_of_its_kind_to_the_other_class():
    one = torch.tensor([[1.0, 1.0]]).double()
    others = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]).double()
    X = torch.cat([one, others.repeat(4, 1)])
    y = torch.tensor([1] + 12 * [0])
    model = fit_bernoulli(X, y)
    probability = sigmoid(bernoulli_log_odds(one, model)).item()
    assert probability == pytest.approx(3 / 7, abs=1e-12)
    theta = train(with_ones(X), y.double(), 0.1, 500)[-1]
    assert sigmoid(with_ones(one) @ theta).item() > 0.5


@pytest.mark.parametrize("which", ["x", "places"])
def test_rejects_nothing_and_numbers_that_are_none(which):
    good = {"x": xor()[0], "places": PLACES}
    with pytest.raises(ValueError, match=rf"^{which} is empty: give at least one"):
        distances(**{**good, which: torch.zeros(0, 2).double()})
    bad = torch.tensor([[0.0, float("nan")]]).double()
    with pytest.raises(ValueError, match=rf"^{which} has NaN or infinity: drop"):
        distances(**{**good, which: bad})


def test_rejects_places_of_another_dimension():
    with pytest.raises(TypeCheckError):
        distances(xor()[0], torch.zeros(2, 3).double())
