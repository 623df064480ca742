"""Some neurons stay away, and the others speak up."""

import math

import pytest
import torch

from ml2020.training_tips import all_masks, chances, dropped, keep_masks
from tests.refusals import only_shares, refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-training_tips-dropout")
@pytest.mark.parametrize("p", [0.0, 0.25, 0.5, 0.9])
def test_on_average_each_neuron_says_what_it_would(p):
    a = torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64)
    masks = all_masks(3)
    said = torch.stack([dropped(a, keep, p) for keep in masks])
    torch.testing.assert_close(chances(masks, p) @ said, a)


def test_those_who_stay_are_louder_and_the_others_silent():
    a, keep = torch.tensor([[2.0, 3.0]]), torch.tensor([[True, False]])
    assert dropped(a, keep, 0.75).tolist() == [[8, 0]]


def test_who_is_dropped_is_silent_whatever_it_says():
    a, keep = torch.tensor([[math.inf, 3.0]]), torch.tensor([[False, True]])
    assert dropped(a, keep, 0.5).tolist() == [[0, 6]]


def test_it_is_torchs_for_the_same_mask():
    a = torch.rand(50, 40, generator=dice()) + 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        theirs = torch.nn.functional.dropout(a, 0.3)
    torch.testing.assert_close(dropped(a, theirs != 0, 0.3), theirs)


def test_as_many_are_dropped_as_asked_and_each_by_itself():
    keep = keep_masks(2000, 50, 0.3, generator=dice())
    assert keep.float().mean().item() == pytest.approx(0.7, abs=0.005)
    assert not torch.equal(keep[0], keep[1])
    together = (keep[:, 0] & keep[:, 1]).float().mean().item()
    assert together == pytest.approx(0.49, abs=0.04)


def test_with_a_p_of_0_all_stay():
    assert keep_masks(100, 9, 0.0, generator=dice()).all()


def test_a_seed_draws_the_same_again_and_the_global_state_stays():
    before = torch.random.get_rng_state()
    first, again = (keep_masks(5, 9, 0.5, generator=dice()) for _ in range(2))
    assert torch.equal(first, again)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_rejects_what_nobody_can_be_dropped_from():
    said = "^{} is -?[0-9]+: give 1 or more$"
    refuses(lambda n: keep_masks(n, 1, 0.5), said.format("n"), good=[1], bad=[0])
    refuses(lambda n: keep_masks(1, n, 0.5), said.format("neurons"), good=[1], bad=[0])
    only_shares(lambda p: keep_masks(1, 1, p), "p")
    a, keep = torch.ones(2, 3), torch.ones(2, 3, dtype=torch.bool)
    only_shares(lambda p: dropped(a, keep, p), "p")
    assert math.isfinite(dropped(a, keep, 0.999).sum().item())
