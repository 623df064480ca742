"""Judging: distances and edges against slow loops, draws with the wanted moments."""

import math

import pytest
import torch

from ml2020.autoencoder import edges, nearest_distance, normal_like
from tests.refusals import refuses, spoilt


def rows(n=9, d=4, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=dice, dtype=torch.float64)


def test_the_nearest_distance_is_a_mean_over_the_first():
    a, b = rows(5), rows(7, seed=1)
    slow = sum(min((u - v).norm().item() for v in b) for u in a) / 5
    assert nearest_distance(a, b) == pytest.approx(slow)
    assert nearest_distance(b[:2], b) == pytest.approx(0, abs=1e-6)


def test_edges_are_a_mean_over_neighbours_in_both_directions():
    x = torch.tensor([[0.0, 1, 0, 3]])  # 0 1 / 0 3
    assert edges(x, 2) == pytest.approx((0 + 4 + 1 + 9) / 4)
    wide = rows(3, 9).reshape(3, 9)
    p = wide.reshape(3, 3, 3)
    slow = [(p[:, 1:] - p[:, :-1]), (p[:, :, 1:] - p[:, :, :-1])]
    total = sum(s.square().sum().item() for s in slow)
    assert edges(wide, 3) == pytest.approx(total / 36)


def test_draws_have_the_mean_and_the_covariance():
    z = rows(200, 3) * torch.tensor([1.0, 2.0, 0.0]) + 5
    made = normal_like(z, 40000, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(made.mean(0), z.mean(0), atol=0.05, rtol=0)
    torch.testing.assert_close(torch.cov(made.T), torch.cov(z.T), atol=0.1, rtol=0)
    assert normal_like(z[:, :1], 3).shape == (3, 1)


def test_refusals():
    bad = [*spoilt(rows(), math.nan, math.inf), rows(0)]
    said = "(has NaN|is empty)"
    refuses(
        lambda x: nearest_distance(x, rows()), f"^made {said}", good=[rows()], bad=bad
    )
    refuses(
        lambda x: nearest_distance(rows(), x), f"^real {said}", good=[rows()], bad=bad
    )
    refuses(lambda x: edges(x, 2), f"^x {said}", good=[rows()], bad=bad)
    refuses(
        lambda side: edges(rows(), side),
        "^side is .*: give 2 or more, the root of 4$",
        good=[2],
        bad=[1, 3, 4],
    )
    with pytest.raises(ValueError, match=r"^side is 1"):
        edges(rows(d=1), 1)
    spread = [rows(1), *spoilt(rows(), math.nan, math.inf)]
    refuses(
        lambda z: normal_like(z, 2), "^z has (NaN|one row)", good=[rows(2)], bad=spread
    )
