"""Rounds of descent, by hand and in their limits."""

import torch

from ml2020.neighbor_embedding import descended, still


def f64(values):
    return torch.tensor(values, dtype=torch.float64)


def test_three_rounds_by_hand():
    # The slope of z^2 / 2 at 1, with step 0.5 and momentum 0.5.
    Z, v, gain = descended(lambda Z: Z, still(f64([[1.0]])), 1, 0.5, 0.5)
    assert (gain.item(), v.item(), Z.item()) == (0.8, -0.4, 0.6)
    Z, v, gain = descended(lambda Z: Z, still(f64([[1.0]])), 2, 0.5, 0.5)
    assert gain.item() == 1.0  # 0.8 + 0.2: it still goes downhill
    assert abs(v.item() - (-0.2 - 0.3)) < 1e-15
    assert abs(Z.item() - 0.1) < 1e-15


def test_gains_fall_where_the_bottom_was_passed_and_not_below_a_hundredth():
    up = descended(lambda Z: torch.ones_like(Z), still(f64([[0.0]])), 5, 1.0, 0.5)
    assert abs(up.gain.item() - (0.8 + 4 * 0.2)) < 1e-12
    turns = iter([1.0, -1.0, 1.0, -1.0] * 10)
    low = descended(
        lambda Z: torch.full_like(Z, next(turns)), still(f64([[0.0]])), 40, 1.0, 0.0
    )
    assert low.gain.item() == 0.01


def test_rounds_add_up_and_nothing_is_changed():
    start = still(f64([[1.0, -2.0]]))
    both = descended(lambda Z: 3 * Z, start, 7, 0.1, 0.8)
    half = descended(lambda Z: 3 * Z, start, 3, 0.1, 0.8)
    rest = descended(lambda Z: 3 * Z, half, 4, 0.1, 0.8)
    for a, b in zip(both, rest, strict=True):
        assert torch.equal(a, b)
    assert torch.equal(start.Z, f64([[1.0, -2.0]]))
    assert torch.equal(start.v, f64([[0.0, 0.0]]))
    assert descended(lambda Z: Z, start, 0, 0.1, 0.8) == start
