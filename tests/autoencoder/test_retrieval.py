"""Retrieval: neighbours and ranks against slow loops."""

import math

import pytest
import torch

from ml2020.autoencoder import nearest, ranks, shared_class, voted
from tests.refusals import refuses, spoilt


def rows(n=9, d=3, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=dice, dtype=torch.float64)


def test_neighbours_are_those_of_a_slow_search():
    queries, codes = rows(4, seed=1), rows()
    for query, found in zip(queries, nearest(queries, codes, 3), strict=True):
        order = sorted(range(9), key=lambda i, q=query: (q - codes[i]).norm().item())
        assert found.tolist() == order[:3]


def test_shares_and_votes_by_hand():
    codes = torch.tensor([[0.0], [1.0], [2.0], [10.0], [11.0]])
    known, queries = torch.tensor([0, 0, 1, 1, 1]), torch.tensor([[0.4], [9.0]])
    assert voted(queries, codes, known, 3).tolist() == [0, 1]
    asked = torch.tensor([0, 1])
    assert shared_class(queries, asked, codes, known, 3) == pytest.approx(5 / 6)
    assert shared_class(queries, asked, codes, known) == pytest.approx(0.5)
    assert voted(queries, codes, known).tolist() == [1, 1]


def test_a_rank_counts_who_is_at_least_as_near_by_angle():
    codes, queries = rows(), 7 * rows(seed=2)
    met = ranks(queries, codes)
    for i in range(9):
        cos = [
            torch.cosine_similarity(queries[i], code, dim=0).item() for code in codes
        ]
        assert met[i] == sum(c >= cos[i] - 1e-12 for c in cos)
    assert ranks(codes, codes).tolist() == [1] * 9
    same = torch.ones(4, 2)
    assert ranks(same, same).tolist() == [4] * 4


def test_refusals():
    said = "^k is .*: give (1 or more|9 or fewer, one for each code)$"
    refuses(lambda k: nearest(rows(2), rows(), k), said, good=[1, 9], bad=[0, 10])
    for call in (lambda q: nearest(q, rows(), 1), lambda q: ranks(q, rows())):
        bad = [*spoilt(rows(), math.nan, math.inf)]
        refuses(call, "^queries has NaN", good=[rows()], bad=bad)
    for call in (lambda c: nearest(rows(), c, 1), lambda c: ranks(rows(), c)):
        bad = [*spoilt(rows(), math.nan, math.inf)]
        refuses(call, "^codes has NaN", good=[rows()], bad=bad)
    with pytest.raises(ValueError, match=r"^codes is empty"):
        nearest(rows(), rows(0), 1)
