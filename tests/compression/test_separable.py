"""Separable: equal to a kernel of rank 1 a channel; the nearest pair; the counts."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from ml2020.compression import (
    Pair,
    full_kernel,
    kernel_weights,
    nearest_pair,
    separable,
    split,
)
from tests.refusals import refuses, spoilt


def normal(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=torch.float64)


def pair(inputs=2, outputs=4, k=3):
    return Pair(normal(inputs, k, k), normal(outputs, inputs, seed=1))


@pytest.mark.equation("eq-compression-small-pair")
def test_it_is_the_full_convolution_of_its_kernel():
    x = normal(5, 2, 7, 6, seed=2)
    torch.testing.assert_close(separable(x, pair()), conv2d(x, full_kernel(pair())))


def test_a_slow_loop():
    x, (D, P) = normal(1, 2, 4, 4, seed=2), pair()
    found = separable(x, Pair(D, P))
    for o in range(4):
        for r in range(2):
            for c in range(2):
                alone = [(x[0, i, r : r + 3, c : c + 3] * D[i]).sum() for i in range(2)]
                total = sum(P[o, i] * alone[i] for i in range(2))
                assert found[0, o, r, c].item() == pytest.approx(total.item())


def test_a_kernel_of_a_pair_is_found_again():
    W = full_kernel(pair())
    torch.testing.assert_close(full_kernel(nearest_pair(W)), W)


def test_no_pair_near_the_nearest_is_nearer():
    W = normal(4, 2, 3, 3)
    D, P = nearest_pair(W)
    least = (full_kernel(Pair(D, P)) - W).square().sum()
    for seed in range(20):
        moved = Pair(
            D + 0.03 * normal(2, 3, 3, seed=seed), P + 0.03 * normal(4, 2, seed=seed)
        )
        assert (full_kernel(moved) - W).square().sum() > least
    sigma = torch.stack([torch.linalg.svdvals(W[:, i].flatten(1)) for i in range(2)])
    torch.testing.assert_close(least, sigma[:, 1:].square().sum())


@pytest.mark.equation("eq-compression-small-separable")
def test_the_lectures_counts():
    full = kernel_weights(2, 4, 3, apart=False)
    apart = kernel_weights(2, 4, 3, apart=True)
    assert (full, apart) == (72, 18 + 8)
    assert apart / full == pytest.approx(1 / 4 + 1 / 9)
    layer = nn.Conv2d(2, 4, 3, bias=False)
    assert sum(p.numel() for p in split(layer, nearest=False).parameters()) == 26


@pytest.mark.equation("eq-compression-small-groups")
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_groups_divide_the_count(groups):
    layer = nn.Conv2d(4, 8, 3, groups=groups, bias=False)
    count = kernel_weights(4, 8, 3, apart=False, groups=groups)
    assert count == layer.weight.numel()


@pytest.mark.parametrize("bias", [True, False])
def test_a_layer_is_split(bias):
    layer = nn.Conv2d(3, 5, 3, stride=2, padding=1, bias=bias).double()
    with torch.no_grad():
        layer.weight.copy_(full_kernel(pair(3, 5)))
    x = normal(2, 3, 9, 8, seed=3)
    found = split(layer, nearest=True)
    torch.testing.assert_close(found(x), layer(x))
    anew = split(layer, nearest=False)
    assert anew(x).shape == layer(x).shape
    assert layer.weight.shape == (5, 3, 3, 3)


def test_refusals():
    W = normal(4, 2, 3, 3)
    refuses(nearest_pair, "^W has", good=[W], bad=spoilt(W, math.nan, math.inf))
    layers = nn.Conv2d(2, 4, 3), nn.Conv2d(2, 4, 3, groups=2)
    refuses(
        lambda layer: split(layer, nearest=False),
        "^layer has",
        good=layers[:1],
        bad=layers[1:],
    )
    for name, call in (
        ("inputs", lambda n: kernel_weights(n, 4, 3, apart=True)),
        ("outputs", lambda n: kernel_weights(4, n, 3, apart=True)),
        ("k", lambda n: kernel_weights(4, 4, n, apart=True)),
    ):
        refuses(call, f"^{name} is", good=[1], bad=[0, -1])
    refuses(
        lambda g: kernel_weights(4, 4, 3, apart=False, groups=g),
        "^groups is",
        good=[1, 2, 4],
        bad=[0, 3, -1],
    )
    refuses(
        lambda o: kernel_weights(4, o, 3, apart=False, groups=2),
        "^groups is",
        good=[2],
        bad=[3],
    )


def test_filters_that_are_no_squares_are_refused():
    good, bad = nn.Conv2d(2, 3, 3), nn.Conv2d(2, 3, (3, 5))
    said = "^layer has a kernel of"
    refuses(lambda m: split(m, nearest=True), said, good=[good], bad=[bad])
