"""Hashing: who looks in the same direction, and attention among those who share."""

import math

import pytest
import torch

from ml2020.new_architectures import buckets_of, hashed_attention
from ml2020.new_architectures.hashing import named, one_round, unit
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


def loop(Q, V, buckets, m):
    """Who meets whom, round by round and place by place; then their softmax."""
    (T, d), rows = Q.shape, []
    chunks = T // m
    for i in range(T):
        found = set()
        for round_ in buckets.tolist():
            order = sorted(range(T), key=lambda t: round_[t])  # ties stay in order
            at = {t: order.index(t) // m for t in range(T)}
            near = {at[i], (at[i] - 1) % chunks}
            found |= {j for j in range(T) if round_[j] == round_[i] and at[j] in near}
        found = sorted(found - {i}) or [i]
        scores = torch.stack([Q[i] @ Q[j] / Q[j].norm() / math.sqrt(d) for j in found])
        rows.append(scores.softmax(dim=0) @ V[found])
    return torch.stack(rows)


@pytest.mark.equation("eq-new_architectures-hashed")
@pytest.mark.parametrize(("rounds", "m"), [(1, 4), (3, 4), (6, 2), (4, 8), (3, 1)])
def test_chunks_cut_and_who_meets_in_several_rounds_counts_once(rounds, m):
    Q, V = drawn(T=24, seed=rounds)
    buckets = buckets_of(Q, matrices(rounds, 4, 2))
    wanted = torch.stack([loop(Q[k], V[k], buckets[:, k], m) for k in range(2)])
    torch.testing.assert_close(hashed_attention(Q, V, buckets, m), wanted)


def test_by_hand_four_places_two_rounds_chunks_of_one():
    Q = torch.ones(4, 2, dtype=torch.float64)
    V = torch.eye(4, dtype=torch.float64)
    one = torch.tensor([[0, 0, 0, 0]])
    both = torch.tensor([[0, 0, 0, 0], [0, 1, 0, 0]])
    # in the order 0, 1, 2, 3 each meets the one before; place 0 comes round to 3
    wanted = [[0.0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert hashed_attention(Q, V, one, 1).tolist() == wanted
    # in the order 0, 2, 3, 1 place 2 meets 0; 3 meets 2 again, which counts once
    found = hashed_attention(Q, V, both, 1)
    wanted = [[0, 0, 0, 1.0], [1, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0]]
    torch.testing.assert_close(found, torch.tensor(wanted, dtype=torch.float64))


def test_who_is_alone_reads_itself():
    Q, V = drawn(n=1)
    apart = torch.arange(12)[None, None]
    torch.testing.assert_close(hashed_attention(Q, V, apart, 4), V)


def test_one_round_says_how_much_it_has_found():
    Q, V = drawn(n=1)
    zero = torch.zeros(1, 12, dtype=torch.long)
    b, z = one_round(Q, V, named(zero[None]), 0, 12)
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
    refuses(
        lambda R: buckets_of(Q, R),
        "^R (has NaN or infinity|is torch.float32: give it as torch.float64)",
        good=[R],
        bad=[R.float(), *spoilt(R, math.nan, math.inf)],
    )
    refuses(
        lambda Q: hashed_attention(Q, V, zero, 4),
        "^Q has NaN or infinity",
        good=[Q],
        bad=[*spoilt(Q, math.nan, math.inf)],
    )
    refuses(
        lambda buckets: hashed_attention(Q, V, buckets, 4),
        "^buckets is empty: give at least one round and place",
        good=[zero],
        bad=[zero[:0]],
    )


def test_what_has_no_hash_or_no_sum_is_refused():
    Q, V = drawn()
    zero = torch.zeros(1, 2, 12, dtype=torch.long)
    refuses(
        lambda R: buckets_of(Q, R),
        "^R is empty",
        good=[matrices(1, 4, 1)],
        bad=[matrices(1, 4, 0), matrices(0, 4, 1)],
    )
    refuses(
        lambda V: hashed_attention(Q, V, zero, 12),
        "^V has NaN or infinity",
        good=[V],
        bad=spoilt(V, math.nan, math.inf),
    )
    refuses(
        lambda Q: hashed_attention(Q, V.to(Q.dtype), zero, 12),
        "^Q is torch.float16: give Q.float",
        good=[Q.float()],
        bad=[Q.half()],
    )


def test_queries_that_would_rather_read_themselves_are_refused():
    pair = torch.tensor([[1.0, 0.0], [-1.0, 0.0]], dtype=torch.float64)
    zero, values = torch.zeros(1, 2, dtype=torch.long), torch.eye(2).double()
    read = hashed_attention(1e5 * pair, values, zero, 2)
    torch.testing.assert_close(read, values.flip(0))
    refuses(
        lambda size: hashed_attention(size * pair, values, zero, 2),
        "^Q has scores down to -.*: make it shorter",
        good=[0.0, 1.414e5],
        bad=[1.415e5, 3e5],
    )
    one_long = torch.tensor([[1e9, 1.0]], dtype=torch.float64).T
    refuses(
        lambda stretch: hashed_attention(stretch * pair, values, zero, 2),
        "^Q has scores down to -.*: make it shorter",
        good=[one_long / 1e9],
        bad=[one_long],
    )
