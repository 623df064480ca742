"""Each filter in a slow loop over dots."""

import math

import pytest
import torch

from ml2020.attack import smoothed, squeezed, stepped_aside, straight_through
from ml2020.cnn import moved
from tests.refusals import refuses, spoilt

X = torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(0))


@pytest.mark.equation("eq-attack-smooth")
def test_each_dot_is_the_mean_of_its_window():
    means = smoothed(X)
    for k in range(3):
        for i in range(4):
            for j in range(5):
                window = [
                    X[k, min(max(a, 0), 3), min(max(b, 0), 4)].item()
                    for a in (i - 1, i, i + 1)
                    for b in (j - 1, j, j + 1)
                ]
                assert means[k, i, j].item() == pytest.approx(sum(window) / 9)


@pytest.mark.equation("eq-attack-squeeze")
@pytest.mark.parametrize(("bits", "levels"), [(1, 2), (2, 4), (4, 16)])
def test_dots_are_rounded_to_the_nearest_level(bits, levels):
    found = squeezed(X, bits)
    steps = torch.linspace(0, 1, levels)
    for dot, seen in zip(X.flatten(), found.flatten(), strict=True):
        gaps = (steps - dot).abs()
        assert seen.item() == pytest.approx(steps[gaps.argmin()].item())
    torch.testing.assert_close(squeezed(found, bits), found)


@pytest.mark.equation("eq-attack-straight")
def test_straight_through_has_the_value_of_one_and_the_slope_of_the_other():
    x = X.clone().requires_grad_()
    seen = straight_through(x, squeezed(x, 2))
    torch.testing.assert_close(seen.detach(), squeezed(X, 2))
    (g,) = torch.autograd.grad((3 * seen).sum(), x)
    assert torch.equal(g, torch.full_like(X, 3))
    (none,) = torch.autograd.grad(squeezed(x, 2).sum(), x)
    assert torch.equal(none, torch.zeros_like(X))


def test_pictures_step_aside_by_a_dot_at_most_each_for_itself():
    many = X[:1].expand(300, -1, -1)
    found = stepped_aside(many, generator=torch.Generator().manual_seed(1))
    ways = [
        moved(X[:1, None], down, right)[0, 0]
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    ]
    met = [[torch.equal(x, way) for way in ways].index(True) for x in found]
    assert set(met) == set(range(9))
    again = stepped_aside(many, generator=torch.Generator().manual_seed(1))
    assert torch.equal(found, again)


def test_the_slope_of_smoothing_passes_and_bad_input_is_refused():
    x = torch.rand(1, 3, 3, requires_grad=True)
    smoothed(x)[0, 1, 1].backward()
    torch.testing.assert_close(x.grad, torch.full((1, 3, 3), 1 / 9))
    refuses(lambda b: squeezed(X, b), "^bits is", good=[1, 16], bad=[0, -1, 17])
    bad = spoilt(X, 1.1, -0.1, math.nan)
    refuses(lambda x: squeezed(x, 2), "^x has", good=[X], bad=bad)
