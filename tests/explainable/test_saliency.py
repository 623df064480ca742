"""Slopes are those of a quotient of differences; SmoothGrad is a mean over copies."""

import math

import pytest
import torch

from ml2020.explainable import (
    deeplift,
    integrated,
    lead,
    saliency,
    slope,
    slope_times_input,
    smooth_slope,
)
from tests.explainable.nets import conv_net, dice, linear, pictures
from tests.refusals import only_positive, refuses, spoilt


@pytest.mark.equation("eq-explainable-slope")
def test_the_slope_is_that_of_a_quotient_of_differences():
    x = pictures(2)
    score = lead(conv_net(), torch.tensor([0, 2]))
    found, h = slope(score, x), 1e-6
    for k, i, j in ((0, 3, 4), (1, 0, 0), (1, 7, 2)):
        up, down = x.clone(), x.clone()
        up[k, 0, i, j] += h
        down[k, 0, i, j] -= h
        quotient = (score(up) - score(down))[k] / (2 * h)
        assert found[k, 0, i, j].item() == pytest.approx(quotient.item(), abs=1e-6)
    torch.testing.assert_close(saliency(score, x), found.abs())
    torch.testing.assert_close(slope_times_input(score, x), found * x)


def test_of_a_linear_score_the_products_add_up_to_it():
    x, w = pictures(3), pictures(1, seed=5) - 0.5
    torch.testing.assert_close(
        slope_times_input(linear(w), x).sum(dim=(1, 2, 3)), linear(w)(x)
    )


@pytest.mark.equation("eq-explainable-euler")
@pytest.mark.parametrize("shrink", ["max", "stride"])
def test_the_products_miss_of_the_score_what_the_biases_do(shrink):
    model, x, classes = conv_net(shrink), pictures(1), torch.tensor([2])
    biases = [p for name, p in model.named_parameters() if name.endswith("bias")]
    for p in biases:
        p.data.normal_(generator=dice(4))
    score = lead(model, classes)
    slopes = torch.autograd.grad(score(x).sum(), biases)
    by_biases = sum((p * d).sum() for p, d in zip(biases, slopes, strict=True))
    assert abs(by_biases) > 0.1
    found = slope_times_input(score, x).sum()
    torch.testing.assert_close(found, (score(x)[0] - by_biases).detach())


@pytest.mark.parametrize("shrink", ["max", "stride"])
def test_without_biases_products_integrals_and_differences_from_0_are_one(shrink):
    model, x, classes = conv_net(shrink), pictures(2), torch.tensor([2, 0])
    for name, p in model.named_parameters():
        if name.endswith("bias"):
            p.data.zero_()
    score, nothing = lead(model, classes), torch.zeros_like(x)
    found = slope_times_input(score, x)
    torch.testing.assert_close(found, integrated(score, x, nothing, 3))
    torch.testing.assert_close(found, deeplift(model, x, nothing, classes))
    torch.testing.assert_close(found.sum(dim=(1, 2, 3)), score(x).detach())
    assert not torch.allclose(score(x), -score(-x))  # it is not linear


@pytest.mark.equation("eq-explainable-smooth")
def test_smooth_is_the_mean_over_the_noise_of_its_generator():
    x, score = pictures(2), lead(conv_net(), torch.tensor([0, 2]))
    found = smooth_slope(score, x, 0.3, 4, generator=dice(3))
    rolls, total = dice(3), 0
    for _ in range(4):
        noise = torch.randn(x.shape, generator=rolls, dtype=x.dtype)
        total = total + slope(score, x + 0.3 * noise)
    torch.testing.assert_close(found, total / 4)
    again = smooth_slope(score, x, 0.3, 4, generator=dice(3))
    assert torch.equal(found, again)


def test_of_a_square_the_smooth_slope_comes_to_the_slope():
    x = pictures(1)
    score = lambda x: x.square().sum(dim=(1, 2, 3))  # noqa: E731
    found = smooth_slope(score, x, 0.1, 500, generator=dice(0))
    torch.testing.assert_close(found, 2 * x, atol=0.04, rtol=0)


def test_examples_stay_as_they_are():
    x = pictures(2)
    before, score = x.clone(), lead(conv_net(), torch.tensor([0, 2]))
    smooth_slope(score, x, 0.1, 2, generator=dice(0))
    assert torch.equal(x, before)
    assert not x.requires_grad


def test_bad_settings_are_refused():
    x, score = pictures(1), lead(conv_net(), torch.tensor([0]))
    only_positive(lambda noise: smooth_slope(score, x, noise, 1), "noise")
    said = "^copies is .*: give 1 or more"
    refuses(lambda n: smooth_slope(score, x, 0.1, n), said, good=[1], bad=[0, -1])
    said = "^x has NaN or infinity: "
    for ask in (slope, saliency, slope_times_input):
        refuses(lambda x: ask(score, x), said, good=[x], bad=spoilt(x, math.nan))  # noqa: B023
    refuses(
        lambda x: smooth_slope(score, x, 0.1, 1),
        said,
        good=[x],
        bad=spoilt(x, math.inf),
    )
    said = "^score does not depend on x: "
    deaf = lambda x: torch.zeros(len(x))  # noqa: E731
    refuses(lambda s: slope(s, x), said, good=[score], bad=[deaf])
