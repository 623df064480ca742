"""Each row has the perplexity that was asked for."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.neighbor_embedding import (
    joint,
    neighbour_shares,
    perplexities,
    shares_at,
    squared_distances,
    widths,
)
from tests.refusals import above, below, refuses, spoilt


def points(n=30, seed=1):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, 4, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-neighbor_embedding-conditional")
def test_shares_are_those_of_a_slow_loop():
    X, beta = points(8), torch.linspace(0.1, 2, 8, dtype=torch.float64)
    P = shares_at(squared_distances(X), beta)
    for i in range(8):
        near = [math.exp(-beta[i] * ((X[i] - X[j]) ** 2).sum()) for j in range(8)]
        near[i] = 0.0
        for j in range(8):
            assert P[i, j].item() == pytest.approx(near[j] / sum(near), abs=1e-14)


@pytest.mark.equation("eq-neighbor_embedding-perplexity")
def test_perplexity_of_equal_shares_is_their_count():
    P = (1 - torch.eye(4).double()) / 3
    P[0] = torch.tensor([0.0, 0.5, 0.5, 0.0])
    wanted = torch.tensor([2.0, 3.0, 3.0, 3.0]).double()
    assert torch.allclose(perplexities(P), wanted)
    P = neighbour_shares(points(), 9.0)
    slow = [2 ** -sum(p * math.log2(p) for p in row if p > 0) for row in P.tolist()]
    assert slow == pytest.approx([9.0] * 30, abs=1e-5)


@given(st.floats(1.01, 27.9), st.floats(1e-6, 1e6), st.integers(0, 100))
def test_bisection_finds_the_perplexity_in_any_units(perplexity, unit, seed):
    X = unit * points(30, seed)
    P = neighbour_shares(X, perplexity)
    wanted = torch.full((30,), perplexity).double()
    assert torch.allclose(perplexities(P), wanted, rtol=1e-6, atol=1e-5)
    assert (P.diagonal() == 0).all()
    assert torch.allclose(P.sum(dim=1), torch.ones(30).double())


def test_more_rounds_come_nearer():
    distance2 = squared_distances(points())
    gaps = [
        (perplexities(shares_at(distance2, widths(distance2, 5.0, n))) - 5).abs().max()
        for n in (1, 8, 20)
    ]
    assert gaps[0] > 1 > gaps[1] > 1e-3 > gaps[2]
    assert torch.equal(widths(distance2, 5.0), widths(distance2, 5.0, 64))


@pytest.mark.equation("eq-neighbor_embedding-joint")
def test_joint_shares_are_symmetric_with_sum_one():
    P = neighbour_shares(points(), 5.0)
    pairs = joint(P)
    for i in range(30):
        for j in range(30):
            assert pairs[i, j].item() == pytest.approx((P[i, j] + P[j, i]).item() / 60)
    assert pairs.sum().item() == pytest.approx(1)
    assert (pairs.sum(dim=1) > 1 / 60).all()  # nobody is left out


def test_nothing_is_changed():
    X = points()
    distance2 = squared_distances(X)
    before = distance2.clone()
    widths(distance2, 5.0)
    shares_at(distance2, torch.ones(30).double())
    assert torch.equal(distance2, before)
    slow = [[((a - b) ** 2).sum().item() for b in X] for a in X]
    assert torch.allclose(distance2, torch.tensor(slow).double())


def test_rejects_bad_arguments():
    X = points(10)
    distance2 = squared_distances(X)
    refuses(
        lambda perplexity: neighbour_shares(X, perplexity),
        "^perplexity is .*: give more than 1 and less than 9, the number of others$",
        good=[below(9.0), 1.001],
        bad=[9.0, 1.0, 30.0, math.nan, -1.0],
    )
    said = "^X has NaN or infinity: drop"
    refuses(lambda X: neighbour_shares(X, 3.0), said, good=[X], bad=spoilt(X, math.inf))
    said = "^distance2 has NaN or infinity: drop or mend those points$"
    refuses(
        lambda d: widths(d, 3.0),
        said,
        good=[distance2],
        bad=spoilt(distance2, math.nan),
    )
    refuses(
        lambda d: widths(d, 3.0),
        "^distance2 is negative: give squares$",
        good=[distance2],
        bad=spoilt(distance2, -1.0),
    )
    refuses(
        lambda n: widths(distance2, 3.0, n),
        "^rounds is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_rejects_more_copies_than_the_perplexity_can_part():
    X = points(10)
    copies = torch.cat([X, X[:1].repeat(4, 1)])  # who is next to them has five
    refuses(
        lambda perplexity: neighbour_shares(copies, perplexity),
        "^perplexity is .*, but a point has 5 nearest others at one distance: keep one",
        good=[above(5.0), 7.0],
        bad=[5.0, 2.0],
    )
    said = "^distance2 is 0 throughout a row: drop identical points$"
    with pytest.raises(ValueError, match=said):
        neighbour_shares(torch.ones(6, 2).double(), 3.0)
