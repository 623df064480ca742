"""Hashed heads: the layer step by step, and what it costs."""

import pytest
import torch

from ml2020.new_architectures import (
    HashedHeads,
    buckets_of,
    hashed_attention,
    hashed_products,
    weights_of,
)
from ml2020.transformer import attention_cost, in_heads, joined
from tests.refusals import refuses


def test_it_is_the_steps_one_by_one():
    torch.manual_seed(0)
    layer = HashedHeads(8, 2, 4, 3, longest=16)
    X = torch.randn(2, 16, 8)
    assert layer.R.shape == (3, 4, 4)  # rounds, d / h, half of 2 T / m buckets
    Q, V = in_heads(layer.W_qk(X), 2), in_heads(layer.W_v(X), 2)
    read = hashed_attention(Q, V, buckets_of(Q, layer.R), 4)
    torch.testing.assert_close(layer(X), layer.W_o(joined(read)))
    assert weights_of(layer) == 3 * (64 + 8)


def test_short_sequences_have_fewer_buckets():
    torch.manual_seed(1)
    layer = HashedHeads(8, 2, 4, 1, longest=16)
    X = torch.randn(1, 8, 8)
    Q, V = in_heads(layer.W_qk(X), 2), in_heads(layer.W_v(X), 2)
    read = hashed_attention(Q, V, buckets_of(Q, layer.R[..., :2]), 4)
    torch.testing.assert_close(layer(X), layer.W_o(joined(read)))


def test_slopes_reach_all_weights():
    torch.manual_seed(2)
    layer = HashedHeads(8, 2, 4, 2, longest=16)
    layer(torch.randn(2, 16, 8)).square().sum().backward()
    for part in layer.parameters():
        assert part.grad.abs().sum() > 0


@pytest.mark.equation("eq-new_architectures-hashcost")
def test_products_are_counted():
    T, d, m, rounds = 64, 8, 8, 3
    scores_and_values = 2 * T * (2 * m) * d
    hashes = T * d * (T // m)  # half of 2 T / m buckets: the others are negatives
    wanted = 3 * T * d * d + rounds * (scores_and_values + hashes)
    assert hashed_products(T, d, m, rounds) == wanted
    assert hashed_products(T, d, T, 1) == 3 * T * d * d + 2 * T * T * d + T * d
    four = hashed_products(4096, d, 64, 1) / hashed_products(1024, d, 64, 1)
    full = attention_cost(4096, d).products / attention_cost(1024, d).products
    assert four < 6 < 15 < full


def test_what_is_no_layer_is_refused():
    refuses(lambda h: HashedHeads(8, h, 4, 1), "^h is ", good=[1, 2], bad=[0, 3])
    refuses(lambda m: HashedHeads(8, 2, m, 1), "^m is 0: give 1", good=[1], bad=[0])
    refuses(lambda r: HashedHeads(8, 2, 4, r), "^rounds is 0", good=[1], bad=[0])
    refuses(
        lambda n: HashedHeads(8, 2, 4, 1, n),
        "^longest is (3: give 4|10: choose a multiple of m, 4)",
        good=[4, 8],
        bad=[3, 10],
    )
    layer = HashedHeads(8, 2, 4, 1)
    refuses(
        lambda T: layer(torch.randn(1, T, 8)),
        "^m is 4: choose a divisor of 6",
        good=[4, 8],
        bad=[6],
    )
    short = HashedHeads(8, 2, 4, 1, 8)
    refuses(
        lambda T: short(torch.randn(1, T, 8)),
        "^X has 12 places: give 8, the longest, or fewer",
        good=[4, 8],
        bad=[12],
    )
    for name in ("T", "d", "m", "rounds"):
        sizes = {"T": 4, "d": 1, "m": 1, "rounds": 1}

        def call(n, name=name, sizes=sizes):
            return hashed_products(**(sizes | {name: n}))

        refuses(call, f"^{name} is 0: give 1", good=[1], bad=[0])
