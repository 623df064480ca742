"""All networks that dropout can make of one linear neuron."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import all_masks, chances, dropout_error, dropout_ridge
from tests.refusals import only_shares, refuses, spoilt


def problem(seed=0, n=5, inputs=3):
    dice = torch.Generator().manual_seed(seed)
    shapes = (n, inputs), (n,), (inputs,)
    return [torch.randn(s, generator=dice, dtype=torch.float64) for s in shapes]


def test_two_inputs_have_four_masks():
    found = sorted(map(tuple, all_masks(2).tolist()))
    assert found == [(False, False), (False, True), (True, False), (True, True)]


@given(st.integers(1, 10))
def test_no_mask_is_missing(inputs):
    masks = all_masks(inputs)
    assert masks.shape == (2**inputs, inputs)
    assert len(set(map(tuple, masks.tolist()))) == 2**inputs
    assert not masks[0].any()
    assert masks[-1].all()


@given(st.integers(1, 6), st.floats(0, 0.99))
def test_chances_are_those_of_coins_and_add_up(inputs, p):
    masks = all_masks(inputs)
    found = chances(masks, p)
    assert found.dtype == torch.float64
    assert found.sum().item() == pytest.approx(1, abs=1e-12)
    for keep, chance in zip(masks.tolist(), found.tolist(), strict=True):
        expected = math.prod(1 - p if k else p for k in keep)
        assert chance == pytest.approx(expected, abs=1e-15)


@pytest.mark.equation("eq-training_tips-linear")
@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9))
def test_the_mean_of_four_thin_neurons_is_one_with_half_the_weights(w1, w2, x1, x2):
    z = [k1 * w1 * x1 + k2 * w2 * x2 for k1 in (0, 1) for k2 in (0, 1)]
    assert sum(z) / 4 == pytest.approx((w1 * x1 + w2 * x2) / 2, abs=1e-12)
    w, x = (torch.tensor(v, dtype=torch.float64) for v in ([w1, w2], [x1, x2]))
    thin = (all_masks(2) * x) @ w
    assert thin.mean().item() == pytest.approx((w @ x).item() / 2, abs=1e-12)


@pytest.mark.equation("eq-training_tips-ridge")
@given(st.integers(0, 99), st.integers(1, 5), st.floats(0, 0.95))
def test_dropout_is_a_ridge_penalty(seed, inputs, p):
    X, y_hat, w = problem(seed, inputs=inputs)
    plain = ((X @ w - y_hat) ** 2).sum()
    ridge = dropout_ridge(X, p) @ w**2
    found = dropout_error(X, y_hat, w, p)
    torch.testing.assert_close(found, plain + ridge, rtol=1e-12, atol=1e-12)


def test_the_example_by_hand():
    X, y_hat, w = (torch.tensor(v).double() for v in ([[2.0]], [6.0], [3.0]))
    assert dropout_error(X, y_hat, w, 0.5).item() == 36
    assert dropout_ridge(X, 0.5).tolist() == [4]


def test_without_dropout_nothing_is_added():
    X, y_hat, w = problem()
    assert dropout_ridge(X, 0.0).tolist() == [0, 0, 0]
    expected = ((X @ w - y_hat) ** 2).sum()
    torch.testing.assert_close(dropout_error(X, y_hat, w, 0.0), expected)


def test_float32_stays_float32():
    X, y_hat, w = (part.float() for part in problem())
    assert dropout_error(X, y_hat, w, 0.5).dtype == torch.float32
    assert dropout_ridge(X, 0.5).dtype == torch.float32


def test_rejects_what_cannot_be_listed():
    said = "^inputs is -?[0-9]+: give "
    refuses(all_masks, said, good=[1, 16], bad=[0, -1, 17])
    X, y_hat, w = problem()
    only_shares(lambda p: chances(all_masks(1), p), "p")
    only_shares(lambda p: dropout_error(X, y_hat, w, p), "p")
    only_shares(lambda p: dropout_ridge(X, p), "p")


def test_rejects_examples_that_are_none():
    X, y_hat, w = problem()
    bad = math.nan, math.inf
    said = "^X has NaN or infinity: drop or mend those examples$"
    refuses(
        lambda X: dropout_error(X, y_hat, w, 0.5), said, good=[X], bad=spoilt(X, *bad)
    )
    refuses(lambda X: dropout_ridge(X, 0.5), said, good=[X], bad=spoilt(X, *bad))
    said = "^w has NaN or infinity: train anew with a lower rate$"
    refuses(
        lambda w: dropout_error(X, y_hat, w, 0.5), said, good=[w], bad=spoilt(w, *bad)
    )
    with pytest.raises(ValueError, match=r"^y_hat is empty"):
        dropout_error(X[:0], y_hat[:0], w, 0.5)
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        dropout_ridge(X[:0], 0.5)


def test_rejects_squares_that_overflow():
    ones, w, y = torch.ones(2, 2), torch.ones(2), torch.ones(2)
    said = "^X has numbers so large that squares overflow: measure in units"
    good, bad = [1e18 * ones, -1e18 * ones], [1e20 * ones, -1e20 * ones]
    refuses(lambda X: dropout_ridge(X, 0.5), said, good=good, bad=bad)
    alone = torch.tensor([[1.0, 1.0], [1e20, 1.0]])
    refuses(lambda X: dropout_ridge(X, 0.5), said, good=[ones], bad=[alone])
    near = torch.full((1, 1), 1.5e19)  # its square is finite, ten times that is not
    refuses(lambda p: dropout_ridge(near, p), said, good=[0.0, 0.1], bad=[0.9])
    two = torch.full((2, 1), 1.2e19)
    refuses(lambda p: dropout_ridge(two, p), said, good=[0.0], bad=[0.5])
    said = "^X, w or y_hat has numbers so large that squares overflow: measure in units"
    for k in range(3):

        def call(scale, place=k):
            parts = [ones, y, w]
            parts[place] = scale * parts[place]
            return dropout_error(*parts, 0.5)

        refuses(call, said, good=[1e18, -1e18], bad=[1e20, -1e20])
    opposite = torch.tensor([1e20, -1e20])  # whole they cancel, thin they do not
    refuses(lambda w: dropout_error(ones, y, w, 0.5), said, good=[w], bad=[opposite])
    refuses(
        lambda p: dropout_error(ones, y, 4e18 * w, p),
        said,
        good=[0.0, 0.1],
        bad=[0.9],
    )


def test_rejects_numbers_of_several_types():
    X, y_hat, w = problem()
    with pytest.raises(ValueError, match=r"^y_hat is torch.float32, X is torch.float"):
        dropout_error(X, y_hat.float(), w, 0.5)
    with pytest.raises(ValueError, match=r"^w is torch.float32, X is torch.float64"):
        dropout_error(X, y_hat, w.float(), 0.5)
