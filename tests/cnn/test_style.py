"""Style: sums over places, blind to where; and pictures that come to agree."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import gram_matrix, grams, random_filters, style_loss
from tests.refusals import refuses, spoilt


def maps(seed):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(3, 4, 5, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-cnn-gram")
@given(seed=st.integers(0, 2**31))
def test_an_entry_is_the_mean_product_of_two_maps(seed):
    a = maps(seed)
    found = gram_matrix(a)
    for k in range(3):
        for l in range(3):  # noqa: E741
            mean = (a[k] * a[l]).mean().item()
            assert found[k, l].item() == pytest.approx(mean, abs=1e-12)


@given(seed=st.integers(0, 2**31))
def test_it_does_not_know_where(seed):
    a = maps(seed)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(seed))
    elsewhere = a.flatten(1)[:, order].view_as(a)
    torch.testing.assert_close(gram_matrix(a), gram_matrix(elsewhere))


def test_filters_have_squares_that_add_up_to_1_in_the_mean():
    W = random_filters(4000, 3, generator=torch.Generator().manual_seed(0))
    assert W.shape == (4000, 1, 3, 3)
    assert W.square().sum(dim=(1, 2, 3)).mean().item() == pytest.approx(1, abs=0.03)
    assert W.mean().abs() < 0.01
    assert W.dtype == torch.float32
    same = random_filters(4000, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(W, same)


def test_scales_are_pictures_made_smaller():
    dice = torch.Generator().manual_seed(0)
    x, W = (
        torch.rand(1, 1, 16, 16, generator=dice),
        random_filters(5, 3, generator=dice),
    )
    found = grams(x, W)
    assert len(found) == 3
    small = x.view(1, 1, 8, 2, 8, 2).mean(dim=(3, 5))
    places = [1, *range(8), 6]  # mirrored at both ends
    a = torch.nn.functional.conv2d(small[:, :, places][..., places], W).relu()[0]
    torch.testing.assert_close(found[1], gram_matrix(a))


@pytest.mark.equation("eq-cnn-style")
def test_the_loss_is_a_mean_of_shares():
    dice = torch.Generator().manual_seed(0)
    x, style = torch.rand(2, 1, 1, 16, 16, generator=dice)
    W = random_filters(4, 3, generator=dice)
    goals = grams(style, W)
    shares = []
    for mine, goal in zip(grams(x, W), goals, strict=True):
        both = zip(mine.flatten(), goal.flatten(), strict=True)
        off = sum((a - b) ** 2 for a, b in both)
        shares.append(off / sum(b**2 for b in goal.flatten()))
    expected = sum(shares) / 3
    torch.testing.assert_close(style_loss(x, goals, W), expected)
    assert style_loss(style, goals, W) == 0
    black = torch.zeros_like(x)
    assert style_loss(black, goals, W).item() == pytest.approx(1)


def test_rejects_counts_and_filters_that_do_not_fit():
    x = torch.rand(1, 1, 16, 20)
    said = "^count is 0: give 1 or more$"
    refuses(lambda n: random_filters(n, 3), said, good=[1], bad=[0])
    said = "^kernel is 0: give 1 or more$"
    refuses(lambda n: random_filters(2, n), said, good=[1], bad=[0])
    said = "^x is 16 by 20: give a picture of 20 by 20 or more, or smaller filters$"
    refuses(lambda n: grams(x, random_filters(2, n)), said, good=[4], bad=[5])
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        grams(x[..., :0], random_filters(2, 3))
    with pytest.raises(ValueError, match=r"^W is empty: give at least one filter$"):
        grams(x, random_filters(2, 3)[:0])
    with pytest.raises(ValueError, match=r"^a is empty: give at least one map$"):
        gram_matrix(torch.zeros(0, 3, 3))
    said = "^a has NaN or infinity: look at the picture and at the filters$"
    bad = spoilt(maps(0), math.nan, math.inf)
    refuses(gram_matrix, said, good=[maps(0)], bad=bad)


def test_rejects_what_is_no_picture_and_a_goal_of_zeros():
    dice = torch.Generator().manual_seed(0)
    x = torch.rand(1, 1, 16, 20, generator=dice)
    said_of_x = "^x has NaN or infinity: drop or mend that picture$"
    bad = spoilt(x, math.nan, math.inf)
    W = random_filters(3, 3, generator=dice)
    goals = grams(x, W)
    nothing = torch.zeros(3, 3)
    said = r"^goals\[1\] is all zeros: give those of another picture$"
    refuses(
        lambda goal: style_loss(x, [goals[0], goal, goals[2]], W),
        said,
        good=[goals[1]],
        bad=[nothing],
    )
    with pytest.raises(ValueError, match=r"^goals are 2: give 3, one a scale$"):
        style_loss(x, goals[:2], W)
    with pytest.raises(ValueError, match=r"^goals\[2\] has NaN or infinity: give"):
        style_loss(x, [*goals[:2], goals[2] * math.nan], W)
    refuses(lambda x: style_loss(x, goals, W), said_of_x, good=[x], bad=bad)
    with pytest.raises(ValueError, match=r"^x is torch.float64, W is torch.float32: "):
        grams(x.double(), W)
