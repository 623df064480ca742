"""Digits in three sets, and networks of each width and depth that learn them."""

import math

import pytest
import torch

from ml2020.data.digits import digits
from ml2020.deep_learning import (
    Layer,
    autograd_gradient,
    digit_sets,
    draw_layers,
    forward,
    he_layers,
    one_step,
    relu,
    sizes_of,
    straight,
    study,
)
from ml2020.gradient_descent import shuffled_batches
from tests.refusals import only_positive, refuses, spoilt


def test_each_digit_is_in_one_set():
    data, sets = digits(), digit_sets()
    ys = [sets.labels, sets.labels_validation, sets.labels_test]
    assert [len(y) for y in ys] == [900, 300, 597]
    X = torch.cat([sets.X, sets.X_validation, sets.X_test])
    ink = torch.cat([X, torch.cat(ys)[:, None]], dim=1)
    flat = data.images.flatten(1)
    old = torch.cat([flat, data.labels[:, None]], dim=1)
    back = ink.clone()
    scale = (flat.max() - flat.min()) / (X.max() - X.min())
    back[:, :64] = ((X - X.min()) * scale * 16).round() / 16
    assert sorted(back.tolist()) == sorted(old.tolist())


def test_the_pictures_are_shuffled_in_the_same_way_each_time():
    data, sets = digits(), digit_sets()
    assert not torch.equal(sets.labels, data.labels[:900])
    assert torch.equal(sets.X, digit_sets().X)
    half = (data.labels[:900] == data.labels[897:]).float().mean()
    assert half < 0.2  # the file is in no order of digits
    shares = [
        torch.bincount(y).float() / len(y) for y in (sets.labels, sets.labels_test)
    ]
    assert (shares[0] - shares[1]).abs().max() < 0.04


def test_another_seed_splits_otherwise_and_none_leaves_the_order_of_the_file():
    data, plain = digits(), digit_sets(None)
    ys = [plain.labels, plain.labels_validation, plain.labels_test]
    assert torch.equal(torch.cat(ys), data.labels)
    assert [len(y) for y in ys] == [900, 300, 597]
    ink = data.images.flatten(1)
    torch.testing.assert_close(
        plain.X_test, (ink[1200:] - ink[:900].mean()) / ink[:900].std()
    )
    assert torch.equal(digit_sets(2020).X_test, digit_sets().X_test)
    for other in (None, 1, 2):
        assert not torch.equal(digit_sets(other).labels_test, digit_sets().labels_test)
    assert not torch.equal(digit_sets(1).labels_test, digit_sets(2).labels_test)


def test_the_dots_of_the_training_set_are_standardised():
    X = digit_sets().X
    assert X.mean().item() == pytest.approx(0, abs=1e-5)
    assert X.std().item() == pytest.approx(1, abs=1e-5)


def test_the_sizes_of_a_network():
    assert sizes_of(32, 0) == (64, 10)
    assert sizes_of(8, 3) == (64, 8, 8, 8, 10)


def test_a_network_that_overflows_names_nothing_and_spoils_no_other():
    data, sizes = digit_sets(), sizes_of(8, 1)
    scales = iter([1, 1e30])

    def draw(sizes, *, generator):
        factor = next(scales)
        layers = he_layers(sizes, generator=generator)
        return [Layer(factor * W, factor * b) for W, b in layers]

    for shares in study(draw, sizes, 0.01, data, [0, 1], 1):
        assert shares[0] > 0.05
        assert shares[1] == 0


def test_rejects_sizes_of_no_network():
    said = "^{} is -?[0-9]+: give {} or more$"
    refuses(lambda w: sizes_of(w, 1), said.format("width", 1), good=[1], bad=[0, -1])
    refuses(lambda d: sizes_of(8, d), said.format("depth", 0), good=[0], bad=[-1])


@pytest.mark.parametrize("depth", [0, 2])
@pytest.mark.parametrize("draw", [he_layers, draw_layers])
def test_a_study_is_what_single_steps_do(depth, draw):
    data, sizes, seed = digit_sets(), sizes_of(5, depth), 3
    shares = study(draw, sizes, 0.1, data, [1, seed], 2)
    layers = draw(sizes, generator=torch.Generator().manual_seed(seed))
    bends = [relu] * depth + [straight]
    memory = [Layer(0, 0) for _ in layers]
    dice = torch.Generator().manual_seed(seed)
    for rows in shuffled_batches(900, 50, 2, generator=dice):
        slopes = autograd_gradient(layers, bends, data.X[rows], data.labels[rows])
        # momentum, as a gradient that remembers nine tenths of the last one
        pairs = zip(memory, slopes, strict=True)
        memory = [Layer(0.9 * m.W + g.W, 0.9 * m.b + g.b) for m, g in pairs]
        layers = one_step(layers, memory, 0.1)
    for name, X, y in (
        ("training", data.X, data.labels),
        ("validation", data.X_validation, data.labels_validation),
        ("test", data.X_test, data.labels_test),
    ):
        said = forward(X, layers, bends).a[-1].argmax(dim=1)
        share = (said == y).double().mean().item()
        assert getattr(shares, name)[1].item() == pytest.approx(share, abs=0.004)


def test_the_same_seeds_give_the_same_networks():
    data = digit_sets()
    first, again = (
        study(he_layers, sizes_of(4, 1), 0.1, data, [0, 1], 1) for _ in range(2)
    )
    assert torch.equal(first.training, again.training)
    assert first.training[0] != first.training[1]


def test_a_network_that_overflows_names_nothing():
    shares = study(he_layers, sizes_of(4, 1), 1e30, digit_sets(), [0], 1)
    assert [share.item() for share in shares] == [0, 0, 0]


def test_rejects_what_no_study_can_be_made_of():
    data = digit_sets()
    with pytest.raises(ValueError, match=r"^seeds is empty: give one for each net"):
        study(he_layers, (64, 10), 0.1, data, [], 1)
    only_positive(lambda lr: study(he_layers, (64, 10), lr, data, [0], 1), "lr")
    refuses(
        lambda epochs: study(he_layers, (64, 10), 0.1, data, [0], epochs),
        "^epochs is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda sizes: study(he_layers, sizes, 0.1, data, [0], 1),
        r"^sizes are \(.*\): begin with 64, end with 10$",
        good=[(64, 10), (64, 2, 10)],
        bad=[(), (64,), (63, 10), (64, 9), (10, 64)],
    )


@pytest.mark.parametrize("part", ["", "_validation", "_test"])
def test_rejects_sets_that_hold_something_else_than_digits(part):
    data = digit_sets()

    def call(**other):
        named = {f"{name}{part}": value for name, value in other.items()}
        return study(he_layers, (64, 10), 0.1, data._replace(**named), [0], 1)

    X, y = getattr(data, f"X{part}"), getattr(data, f"labels{part}")
    said = f"^data.X{part} has NaN or infinity: drop or mend those examples$"
    bad = spoilt(X, math.nan, math.inf)
    refuses(lambda X: call(X=X), said, good=[X], bad=bad)
    with pytest.raises(ValueError, match=f"^data.X{part} is empty: give at least one"):
        call(X=X[:0], labels=y[:0])
    said = rf"^data.labels{part} has the shape \(.*\): give it \({len(X)},\)$"
    with pytest.raises(ValueError, match=said):
        call(labels=y[:1])
    said = f"^data.labels{part} is not from 0 to 9: give the digits shown$"
    refuses(lambda y: call(labels=y), said, good=[y], bad=spoilt(y, -1, 10))
