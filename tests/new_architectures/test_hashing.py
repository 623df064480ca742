"""Hashing: who looks in the same direction, and attention among those who share."""

import math

import pytest
import torch

from ml2020.new_architectures import buckets_of, hashed_attention, one_round
from ml2020.new_architectures.hashing import unit
from ml2020.transformer import attention
from tests.refusals import refuses, spoilt


def drawn(T=12, d=4, v=3, seed=0, n=2):
    dice = torch.Generator().manual_seed(seed)
    return (
        torch.randn(n, T, d, generator=dice, dtype=torch.float64),
        torch.randn(n, T, v, generator=dice, dtype=torch.float64),
    )


def matrices(rounds, d, half, seed=5):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(rounds, d, half, generator=dice, dtype=torch.float64)


def among(Q, V, seen):
    """Full attention, queries as keys, with a mask."""
    return attention(Q, unit(Q), V, seen).b


def others(same):
    """Who is read: those who share, but oneself only if there is nobody else."""
    self = torch.eye(same.shape[-1], dtype=torch.bool)
    seen = same & ~self
    return seen | (self & ~seen.any(dim=-1, keepdim=True))


@pytest.mark.equation("eq-new_architectures-hash")
def test_a_bucket_is_the_direction_that_fits_best():
    Q, _ = drawn()
    R = matrices(2, 4, 3)
    found = buckets_of(Q, R)
    assert found.shape == (2, 2, 12)
    for r in range(2):
        for n in range(2):
            for t in range(12):
                x = [float(Q[n, t] @ R[r, :, k]) for k in range(3)]
                x += [-y for y in x]
                assert int(found[r, n, t]) == x.index(max(x))
    assert torch.equal(buckets_of(7 * Q, R), found)


def test_by_hand_four_directions_in_the_plane():
    R = torch.eye(2, dtype=torch.float64)[None]
    x = torch.tensor([[2.0, 1], [1, 2], [-2, 1], [1, -3]], dtype=torch.float64)
    assert buckets_of(x, R).tolist() == [[0, 1, 2, 3]]


def test_with_one_bucket_it_is_full_attention():
    Q, V = drawn()
    zero = torch.zeros(1, 2, 12, dtype=torch.long)
    full = others(torch.ones(12, 12, dtype=torch.bool))
    torch.testing.assert_close(hashed_attention(Q, V, zero, 12), among(Q, V, full))


@pytest.mark.equation("eq-new_architectures-hashed")
@pytest.mark.parametrize("rounds", [1, 3])
def test_it_is_attention_among_those_who_share_a_bucket_in_some_round(rounds):
    Q, V = drawn(seed=1)
    buckets = buckets_of(Q, matrices(rounds, 4, 2))
    same = (buckets[..., :, None] == buckets[..., None, :]).any(dim=0)
    wanted = among(Q, V, others(same))
    torch.testing.assert_close(hashed_attention(Q, V, buckets, 12), wanted)
    # two chunks see each other, so nothing is lost either
    torch.testing.assert_close(hashed_attention(Q, V, buckets, 6), wanted)


def test_small_chunks_see_only_what_lies_near_in_the_order_of_buckets():
    Q, V = drawn(n=1)
    zero = torch.zeros(1, 1, 12, dtype=torch.long)
    chunk = torch.arange(12) // 3
    near = (chunk[:, None] - chunk) % 4 <= 1
    wanted = among(Q, V, others(near))
    torch.testing.assert_close(hashed_attention(Q, V, zero, 3), wanted)


def test_who_is_alone_reads_itself():
    Q, V = drawn(n=1)
    apart = torch.arange(12)[None, None]
    torch.testing.assert_close(hashed_attention(Q, V, apart, 4), V)


def test_one_round_says_how_much_it_has_found():
    Q, V = drawn(n=1)
    zero = torch.zeros(1, 12, dtype=torch.long)
    names = torch.stack([zero, torch.arange(12)[None]], dim=-1)
    b, z = one_round(Q, V, names, 0, 12)
    scores = Q @ unit(Q).mT / math.sqrt(4)
    scores = scores.masked_fill(torch.eye(12, dtype=torch.bool), -torch.inf)
    torch.testing.assert_close(z[..., 0], scores.logsumexp(dim=-1))
    torch.testing.assert_close(b, scores.softmax(dim=-1) @ V)


def test_near_directions_share_a_bucket_more_often():
    dice = torch.Generator().manual_seed(3)
    R = torch.randn(4000, 8, 4, generator=dice, dtype=torch.float64)
    x = torch.zeros(8, dtype=torch.float64)
    x[0] = 1
    shares = []
    for cosine in (-1.0, 0.0, 0.5, 0.9, 1.0):
        y = torch.zeros(8, dtype=torch.float64)
        y[0], y[1] = cosine, math.sqrt(1 - cosine**2)
        first, second = buckets_of(torch.stack([x, y]), R).T
        shares.append(float((first == second).double().mean()))
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares[1] == pytest.approx(1 / 8, abs=0.02)


def test_what_cannot_be_hashed_or_cut_is_refused():
    Q, V = drawn()
    R = matrices(1, 4, 2)
    refuses(
        lambda x: buckets_of(x, R),
        "^x (is empty: give at least one vector|has NaN or infinity)",
        good=[Q],
        bad=[Q[:, :0], *spoilt(Q, math.nan, math.inf)],
    )
    zero = torch.zeros(1, 2, 12, dtype=torch.long)
    refuses(
        lambda m: hashed_attention(Q, V, zero, m),
        "^m is .*: choose a divisor of 12 places$",
        good=[1, 4, 12],
        bad=[0, -1, 5, 24],
    )
