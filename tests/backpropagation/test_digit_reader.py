"""Our engine trains the digits network as torch does."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError

from ml2020.backpropagation import (
    Value,
    central_differences,
    engine_cost,
    engine_gradient,
    named_rightly,
    relative_error,
    torch_gradient,
)
from ml2020.deep_learning import digit_sets, he_layers, pack, unpack
from tests.refusals import refuses, spoilt

SIZES = (64, 8, 6, 10)


def start(seed=0, sizes=SIZES):
    return pack(he_layers(sizes, generator=torch.Generator().manual_seed(seed)))


def batch(count=20):
    data = digit_sets()
    return data.X[:count].double(), data.labels[:count]


@pytest.mark.parametrize("sizes", [(64, 10), (64, 8, 10), SIZES, (64, 8, 7, 6, 10)])
def test_engine_and_torch_find_the_same_slopes(sizes):
    theta, (X, labels) = start(sizes=sizes).double(), batch()
    found = engine_gradient(theta, sizes, X, labels)
    expected = torch_gradient(theta, sizes, X, labels)
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)
    single = engine_gradient(theta.float(), sizes, X.float(), labels)
    assert relative_error(single.double(), expected) < 1e-5


def test_differences_find_them_too():
    sizes, (X, labels) = (6, 4, 3), batch()
    X, labels = X[:, 29:35], labels % 3  # the middle of the pictures
    theta = start(sizes=sizes).double()

    def cost(theta):
        values = [Value(p) for layer in unpack(theta, sizes) for p in layer]
        return engine_cost(values, X, labels).data

    slopes = central_differences(cost, theta, 1e-5)
    assert relative_error(engine_gradient(theta, sizes, X, labels), slopes) < 1e-6


def test_the_cost_is_the_mean_over_the_batch():
    theta, (X, labels) = start().double(), batch()
    values = [Value(p) for layer in unpack(theta, SIZES) for p in layer]
    costs = [
        engine_cost(values, X[n : n + 1], labels[n : n + 1]).data for n in range(20)
    ]
    whole = engine_cost(values, X, labels).data
    torch.testing.assert_close(whole, torch.stack(costs).mean())


def test_eight_digits_are_learned_by_heart():
    theta, (X, labels) = start(), batch(8)
    for _ in range(80):
        theta = theta - 0.2 * engine_gradient(theta, SIZES, X.float(), labels)
    assert named_rightly(theta, SIZES, X.float(), labels) == 8


def test_twenty_steps_end_where_those_of_torch_end():
    mine = other = start()
    data = digit_sets()
    for step in range(20):
        rows = slice(40 * step, 40 * step + 40)
        mine = mine - 0.1 * engine_gradient(
            mine, SIZES, data.X[rows], data.labels[rows]
        )
        other = other - 0.1 * torch_gradient(
            other, SIZES, data.X[rows], data.labels[rows]
        )
    assert relative_error(mine, other) < 1e-4
    counts = [
        named_rightly(theta, SIZES, data.X_test, data.labels_test)
        for theta in (mine, other)
    ]
    assert abs(counts[0] - counts[1]) <= 2


def test_named_rightly_counts():
    X, labels = batch()
    theta = torch.zeros(650).double()
    theta[640 + 3] = 1  # says 3 to everything
    assert named_rightly(theta, (64, 10), X, labels) == (labels == 3).sum()
    hidden = torch.cat([-torch.ones(65), torch.ones(10), torch.zeros(10)]).double()
    hidden[75 + 4] = 1  # what is negative goes through no rectifier
    assert named_rightly(hidden, (64, 1, 10), X.abs(), labels) == (labels == 4).sum()


def test_a_cost_needs_weights_and_biases_in_turn():
    X, labels = batch()
    W, b = (Value(part) for part in unpack(start(sizes=(64, 10)).double(), (64, 10))[0])
    refuses(
        lambda values: engine_cost(values, X, labels),
        "^values has .: give W and b of 1 layer or more$",
        good=[[W, b]],
        bad=[[], [W], [W, b, W]],
    )


def test_an_empty_batch_and_nan_are_refused_by_name():
    theta, (X, labels) = start().double(), batch()
    refuses(
        lambda X: engine_gradient(theta, SIZES, X, labels[: len(X)]),
        r"^X (is empty: give at least|\(depth 0\) is (nan|inf) at)",
        good=[X, X[:1]],
        bad=[X[:0], *spoilt(X, math.nan, math.inf)],
    )
    refuses(
        lambda theta: engine_gradient(theta, SIZES, X, labels),
        r"^(W1|b3) \(depth 0\) is nan at|^W1",
        good=[theta],
        bad=spoilt(theta, math.nan),
    )
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        torch_gradient(theta, SIZES, X[:0], labels[:0])
    with pytest.raises(ValueError, match=r"^b3 \(depth 0\) is nan at \[9\]"):
        engine_gradient(spoilt(theta, math.nan)[2], SIZES, X, labels)
    with pytest.raises(ValueError, match=r"^b has shape \(64, 8\), a has \(20, 63\)"):
        engine_gradient(theta, SIZES, X[:, :63], labels)
    with pytest.raises(TypeCheckError):
        engine_gradient(theta, SIZES, X, labels[:19])
