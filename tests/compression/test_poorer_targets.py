"""Poorer targets: what stays of a teacher's word, and what is taken away."""

import math

import pytest
import torch

from ml2020.compression import shuffled_rest, smoothed


def targets():
    dice = torch.Generator().manual_seed(0)
    return (2 * torch.randn(40, 3, 6, generator=dice)).softmax(dim=-1)


@pytest.mark.parametrize("poorer", [smoothed, shuffled_rest])
def test_the_first_choice_is_as_sure_as_before(poorer):
    p = targets()
    found = poorer(p)
    torch.testing.assert_close(found.sum(dim=-1), torch.ones(40, 3))
    assert torch.equal(found.argmax(dim=-1), p.argmax(dim=-1))
    assert torch.equal(found.amax(dim=-1), p.amax(dim=-1))


def test_smoothed_gives_all_others_the_same():
    found = smoothed(torch.tensor([[0.1, 0.7, 0.0, 0.2]]))
    torch.testing.assert_close(found, torch.tensor([[0.1, 0.7, 0.1, 0.1]]))


def test_shuffled_keeps_the_others_numbers_in_another_order():
    p = targets()
    found = shuffled_rest(p, generator=torch.Generator().manual_seed(1))
    assert torch.equal(found.sort(dim=-1).values, p.sort(dim=-1).values)
    assert (found != p).any(dim=-1).float().mean() > 0.98
    again = shuffled_rest(p, generator=torch.Generator().manual_seed(1))
    other = shuffled_rest(p, generator=torch.Generator().manual_seed(2))
    assert torch.equal(found, again)
    assert not torch.equal(found, other)


def test_every_order_of_the_rest_is_as_likely():
    p = torch.tensor([0.1, 0.6, 0.3, 0.0]).expand(3000, 4)
    dice = torch.Generator().manual_seed(0)
    mean = shuffled_rest(p, generator=dice).mean(dim=0)
    expected = torch.tensor([0.4 / 3, 0.6, 0.4 / 3, 0.4 / 3])
    torch.testing.assert_close(mean, expected, atol=0.02, rtol=0)


@pytest.mark.parametrize("poorer", [smoothed, shuffled_rest])
def test_what_is_no_probability_is_refused(poorer):
    good = torch.tensor([[0.5, 0.5], [1.0, 0.0]])
    poorer(good)
    for bad in ([0.5, 0.6], [1.5, -0.5], [math.nan, 1.0]):
        with pytest.raises(
            ValueError, match=r"^p has rows that are no probabilities: "
        ):
            poorer(torch.tensor([[0.5, 0.5], bad]))


def test_a_softmax_of_many_classes_is_good_enough():
    drawn = torch.randn(4, 50_000, generator=torch.Generator().manual_seed(0))
    assert smoothed((8 * drawn).softmax(dim=-1)).shape == drawn.shape


def test_a_row_may_miss_1_by_what_sums_round():
    row = torch.tensor([[0.5, 0.500005]])
    assert smoothed(row).shape == row.shape
    with pytest.raises(ValueError, match=r"^p has rows that are no probabilities"):
        smoothed(row + torch.tensor([[0, 1e-4]]))
