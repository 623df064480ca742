"""Dream: the slope that is the answer sent back, and pictures that say more."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import dream, dream_slope
from tests.refusals import only_positive, refuses, spoilt


def layer(seed=0):
    torch.manual_seed(seed)
    conv = torch.nn.Conv2d(1, 4, 3).double().requires_grad_(False)
    return lambda x: conv(x).relu()


def picture(seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.rand(2, 1, 9, 9, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-cnn-dream")
@given(seed=st.integers(0, 100))
def test_the_answer_sent_back_is_the_slope_of_half_its_squares(seed):
    features, x = layer(seed), picture(seed).requires_grad_()
    half = (features(x) ** 2).sum() / 2
    (expected,) = torch.autograd.grad(half, x)
    torch.testing.assert_close(dream_slope(features, x), expected, rtol=0, atol=1e-12)


def test_a_dream_says_more_and_stays_between_black_and_white():
    features, x = layer(), picture()
    before = x.clone()
    found = dream(features, x, 0.02, 10, generator=torch.Generator().manual_seed(0))
    assert (features(found) ** 2).sum() > 1.2 * (features(x) ** 2).sum()
    assert found.min() >= 0
    assert found.max() <= 1
    assert torch.equal(x, before)
    dream_slope(layer(), x)
    assert not x.requires_grad


def test_a_first_step_has_the_mean_length_of_the_rate():
    x = 0.4 + 0.2 * picture()
    found = dream(layer(), x, 0.001, 1, 0)
    assert (found - x).abs().mean().item() == pytest.approx(0.001)
    slope = dream_slope(layer(), x)
    step = 0.001 * slope / slope.abs().mean()
    torch.testing.assert_close(found - x, step, rtol=0, atol=1e-12)


def test_rolling_is_undone_after_each_step():
    dice = torch.Generator().manual_seed(1)
    nothing = lambda x: 0 * x  # noqa: E731
    x = picture()
    assert torch.equal(dream(nothing, x, 0.1, 5, 3, generator=dice), x)
    # A layer that sees one dot by itself does not notice that it was rolled.
    itself = lambda x: x  # noqa: E731
    rolled = dream(itself, x, 0.01, 4, 3, generator=dice)
    torch.testing.assert_close(rolled, dream(itself, x, 0.01, 4, 0))


def test_the_same_seed_dreams_the_same():
    found = [
        dream(layer(), picture(), 0.05, 3, generator=torch.Generator().manual_seed(s))
        for s in (0, 0, 5)
    ]
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_rejects_settings_and_no_picture():
    x = picture()
    only_positive(lambda lr: dream(layer(), x, lr, 1), "lr")
    said = "^steps is -1: give 0 or more$"
    refuses(lambda n: dream(layer(), x, 0.1, n), said, good=[0], bad=[-1])
    said = "^most is -1: give 0 or more$"
    refuses(lambda n: dream(layer(), x, 0.1, 1, n), said, good=[0], bad=[-1])
    for call in (
        lambda x: dream(layer(), x, 0.1, 0),
        lambda x: dream_slope(layer(), x),
    ):
        with pytest.raises(ValueError, match=r"^x is empty: give at least one picture"):
            call(x[:0])
    said = "^x has NaN or infinity: drop or mend those pictures$"
    bad = spoilt(x, math.nan, math.inf)
    refuses(lambda x: dream(layer(), x, 0.1, 1), said, good=[x], bad=bad)
    for call in (
        lambda features: dream(features, x, 0.1, 1),
        lambda features: dream_slope(features, x),
    ):
        with pytest.raises(ValueError, match=r"^features does not depend on x: let it"):
            call(lambda x: torch.ones(2, 3))
    for off in (x + 1, x - 1):
        with pytest.raises(ValueError, match=r"^x has dots from .* to .*: give 0 to 1"):
            dream(layer(), off, 0.1, 0)
    said = "^features' slope has NaN or infinity: walk through the network$"
    for spoiled in (lambda x: (x - x).sqrt(), lambda x: x / 0):
        with pytest.raises(ValueError, match=said):
            dream(spoiled, x, 0.1, 1)
