"""How often a random critical point is a minimum."""

import math

import pytest
import torch

from ml2020.training_tips import random_hessians, share_of_minima
from tests.refusals import refuses, spoilt


def drawn(draws, d, seed=0):
    return random_hessians(draws, d, generator=torch.Generator().manual_seed(seed))


def test_they_are_symmetric_and_prefer_no_direction():
    H = drawn(40_000, 3)
    assert torch.equal(H, H.mT)
    assert H.diagonal(dim1=1, dim2=2).var().item() == pytest.approx(2, rel=0.03)
    assert H[:, 0, 1].var().item() == pytest.approx(1, rel=0.03)
    angle = torch.tensor([0.6, 0.8, 0.0], dtype=torch.float64)
    assert (angle @ H @ angle).var().item() == pytest.approx(2, rel=0.03)


def test_in_two_directions_it_is_the_share_of_a_cone():
    found = share_of_minima(drawn(200_000, 2))
    assert found == pytest.approx((2 - math.sqrt(2)) / 4, abs=0.003)


@pytest.mark.parametrize(("d", "share", "off"), [(1, 0.5, 0.005), (4, 0.0022, 0.0006)])
def test_more_directions_make_it_rarer(d, share, off):
    assert share_of_minima(drawn(100_000, d)) == pytest.approx(share, abs=off)


def test_the_share_is_counted():
    H = torch.diag_embed(
        torch.tensor([[1.0, 2], [1, -1], [-1, -2], [0, 1]], dtype=torch.float64)
    )
    assert share_of_minima(H) == 0.25


def test_a_seed_draws_the_same_again_and_the_global_state_stays():
    before = torch.random.get_rng_state()
    assert torch.equal(drawn(2, 2), drawn(2, 2))
    assert not torch.equal(drawn(2, 2), drawn(2, 2, seed=1))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_rejects_counts_of_nothing():
    said = "^{} is -?[0-9]+: give 1 or more$"
    refuses(lambda n: drawn(n, 1), said.format("draws"), good=[1], bad=[0, -1])
    refuses(lambda d: drawn(1, d), said.format("d"), good=[1], bad=[0, -1])


def test_rejects_matrices_without_numbers():
    H = drawn(2, 2)
    for empty in (H[:0], H[:, :0, :0]):
        with pytest.raises(ValueError, match=r"^hessians is empty: give at least one"):
            share_of_minima(empty)
    said = "^hessians has NaN or infinity: drop those matrices$"
    bad = spoilt(H, math.nan, math.inf)
    refuses(share_of_minima, said, good=[H], bad=bad)


def test_rejects_matrices_that_are_not_symmetric():
    H = drawn(3, 2)
    bad = H.clone()
    bad[1, 0, 1] += 0.1
    said = "^hessians is not symmetric: average each with its transpose$"
    refuses(share_of_minima, said, good=[H], bad=[bad, 1e-12 * bad])


def test_flat_directions_are_no_minimum():
    assert share_of_minima(torch.zeros(2, 3, 3, dtype=torch.float64)) == 0
    v = drawn(200, 3)[:, :, :1]
    assert share_of_minima(v @ v.mT) == 0
    whole = 1e-12 * torch.eye(3, dtype=torch.float64).expand(2, 3, 3)
    assert share_of_minima(whole) == 1
