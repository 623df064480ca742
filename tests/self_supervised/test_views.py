"""Views change what the page says, within its limits, and nothing else."""

import pytest
import torch

from ml2020.self_supervised import shifted, viewed
from ml2020.self_supervised.views import (
    CHANGES,
    KINDS,
    brightened,
    erased,
    holes,
    noisy,
)
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=200, side=6):
    return torch.rand(n, 1, side, side, generator=dice(9)) + 0.1


def moved(x, down, right):
    """Return pictures moved by a loop over dots."""
    side = x.shape[-1]
    new = torch.zeros_like(x)
    for i in range(side):
        for j in range(side):
            if 0 <= i - down < side and 0 <= j - right < side:
                new[:, 0, i, j] = x[:, 0, i - down, j - right]
    return new


def test_a_shift_is_one_of_all_within_reach_and_each_comes():
    x = pictures(300, 5)
    seen = shifted(x, 1, generator=dice())
    ways = {
        (down, right): (moved(x, down, right) == seen).flatten(1).all(dim=1)
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    }
    counts = torch.stack(list(ways.values())).sum(dim=1)
    assert counts.sum() == 300
    assert counts.min() > 15


def test_no_shift_is_the_picture_itself():
    x = pictures(4)
    assert torch.equal(shifted(x, 0), x)


def test_brightness_is_one_factor_a_picture_from_a_half_to_three_halves():
    x = pictures(2000)
    factors = (brightened(x, generator=dice()) / x).flatten(1)
    assert (factors - factors[:, :1]).abs().max() < 1e-5
    by = factors[:, 0]
    assert 0.5 <= by.min() < 0.51
    assert 1.49 < by.max() <= 1.5
    assert by.mean().item() == pytest.approx(1, abs=0.03)


def test_what_is_drawn_is_of_the_kind_of_the_pictures():
    x = pictures(3).double()
    drawn = torch.randn(x.shape, generator=dice(2), dtype=torch.float64)
    assert torch.equal(noisy(x, generator=dice(2)), x + 0.1 * drawn)
    by = torch.rand(3, 1, 1, 1, generator=dice(2), dtype=torch.float64)
    torch.testing.assert_close(
        brightened(x, generator=dice(2)), x * (0.5 + by), rtol=1e-14, atol=0
    )


def test_noise_has_a_standard_deviation_of_a_tenth_and_no_mean():
    x = pictures(500)
    noise = noisy(x, generator=dice()) - x
    assert noise.std().item() == pytest.approx(0.1, rel=0.02)
    assert abs(noise.mean().item()) < 0.004


def test_a_hole_is_a_square_of_four_by_four_anywhere():
    hole = holes(900, 6, generator=dice())
    assert hole.shape == (900, 1, 6, 6)
    assert (hole.sum(dim=(2, 3)) == 16).all()
    rows, columns = hole[:, 0].any(dim=2), hole[:, 0].any(dim=1)
    for side in (rows, columns):
        assert (side.sum(dim=1) == 4).all()
        first = side.long().argmax(dim=1)
        assert all(side[k, first[k] : first[k] + 4].all() for k in range(50))
        assert torch.bincount(first).tolist() == pytest.approx([300] * 3, abs=60)
    assert (rows.long().argmax(1) != columns.long().argmax(1)).any()


def test_what_is_erased_is_0_and_the_rest_stays():
    x = pictures(20)
    new = erased(x, generator=dice(1))
    hole = holes(20, 6, generator=dice(1))
    assert torch.equal(new == 0, hole)
    assert torch.equal(new[~hole], x[~hole])


def test_a_view_is_the_changes_one_after_the_other():
    x = pictures(5)
    by = dice(3)
    slowly = shifted(x, 3, generator=by)
    slowly = brightened(slowly, generator=by)
    slowly = noisy(slowly, generator=by)
    assert torch.equal(viewed(x, generator=dice(3)), slowly)
    assert torch.equal(
        viewed(x, ("noise", "brightness", "shift"), generator=dice(3)), slowly
    )
    assert torch.equal(
        viewed(x, ["erase"], generator=dice(4)), erased(x, generator=dice(4))
    )
    assert KINDS == ("shift", "brightness", "noise")


def test_without_changes_the_view_is_the_picture_which_stays():
    x = pictures(3)
    before = x.clone()
    assert torch.equal(viewed(x, ()), x)
    for kind in CHANGES:
        state = torch.random.get_rng_state()
        viewed(x, [kind], generator=dice())
        assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(x, before)


def test_rejects_unknown_changes_no_picture_and_negative_shifts():
    x = pictures(2)
    said = "^kinds is .*: choose one of shift, brightness, erase, noise$"
    good = [[], ["shift"], list(CHANGES)]
    refuses(lambda k: viewed(x, k), said, good=good, bad=[["turn"], ["shift", "turn"]])
    refuses(viewed, "^x is empty", good=[x], bad=[x[:0]])
    refuses(lambda x: shifted(x, 1), "^x is empty", good=[x], bad=[x[:0]])
    refuses(lambda m: shifted(x, m), "^most is -1: give 0", good=[0, 1], bad=[-1])
