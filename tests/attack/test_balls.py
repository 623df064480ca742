"""Projections are idempotent, never push apart, and are the nearest allowed change."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.attack import drawn_inside, fix, lengths, project, steepest
from tests.refusals import below, refuses

NORMS = [math.inf, 2]
norms, seeds, radii = st.sampled_from(NORMS), st.integers(0, 999), st.floats(0, 3)


def drawn(seed, *shape, kind=torch.float64):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=kind)


@pytest.mark.equation("eq-attack-project")
@settings(max_examples=30)
@given(seed=seeds, eps=radii, norm=norms)
def test_a_projection_lies_in_the_ball_and_a_second_one_changes_nothing(
    seed, eps, norm
):
    once = project(drawn(seed, 5, 2, 3), eps, norm)
    assert (lengths(once, norm) <= eps + 1e-12).all()
    torch.testing.assert_close(project(once, eps, norm), once)


@settings(max_examples=30)
@given(seed=seeds, eps=radii, norm=norms)
def test_projections_are_no_farther_apart_than_what_is_projected(seed, eps, norm):
    a, b = drawn(seed, 5, 6), drawn(seed + 1000, 5, 6)
    near = lengths(project(a, eps, norm) - project(b, eps, norm))
    assert (near <= lengths(a - b) + 1e-12).all()


@pytest.mark.equation("eq-attack-project")
@pytest.mark.parametrize("norm", NORMS)
def test_nothing_else_in_the_ball_is_nearer(norm):
    change = 2 * drawn(3, 1, 4)
    best = lengths(project(change, 0.7, norm) - change)
    for seed in range(300):
        other = project(drawn(seed, 1, 4), 0.7, norm)
        assert lengths(other - change) >= best - 1e-12


def test_the_ball_of_radius_0_is_the_picture_and_a_short_change_stays():
    x = torch.rand(3, 2, 2)
    for norm in NORMS:
        assert torch.equal(fix(x + 1, x, 0, norm), x)
        assert torch.equal(fix(x, x, 0, norm), x)
        small = torch.full((1, 4), 0.1)
        assert torch.equal(project(small, 0.2001, norm), small)


@settings(max_examples=30)
@given(seed=seeds, eps=radii, norm=norms)
def test_what_is_fixed_is_in_the_box_and_in_the_ball(seed, eps, norm):
    start = drawn(seed, 4, 9).sigmoid()
    x = fix(start + 3 * drawn(seed + 1, 4, 9), start, eps, norm)
    assert (lengths(x - start, norm) <= eps + 1e-12).all()
    assert x.min() >= 0
    assert x.max() <= 1


def test_without_a_box_only_the_ball_counts():
    start = torch.zeros(1, 3)
    assert fix(start - 9, start, 2.0, box=None).tolist() == [[-2, -2, -2]]
    assert fix(start - 9, start, 2.0, box=(-1, 1)).tolist() == [[-1, -1, -1]]


@pytest.mark.equation("eq-attack-steepest")
@settings(max_examples=30)
@given(seed=seeds, norm=norms)
def test_no_change_of_length_1_makes_a_linear_function_grow_more(seed, norm):
    g = drawn(seed, 1, 6)
    most = (g * steepest(g, norm)).sum()
    dual = g.abs().sum() if norm == math.inf else g.square().sum().sqrt()
    torch.testing.assert_close(most, dual)
    for k in range(20):
        u = drawn(seed + k + 1, 1, 6)
        assert (g * u / lengths(u, norm)).sum() <= most + 1e-12


def test_where_the_slope_is_0_nothing_is_steepest():
    for norm in NORMS:
        assert torch.equal(steepest(torch.zeros(2, 3), norm), torch.zeros(2, 3))
    assert steepest(torch.tensor([[3.0, 4.0]]), 2).tolist() == [
        pytest.approx([0.6, 0.8])
    ]


@pytest.mark.parametrize("norm", NORMS)
def test_what_is_drawn_is_inside_everywhere_and_the_same_again(norm):
    start = torch.full((400, 2), 0.5)
    dice = torch.Generator().manual_seed(4)
    x = drawn_inside(start, 0.4, norm, generator=dice)
    again = drawn_inside(start, 0.4, norm, generator=torch.Generator().manual_seed(4))
    assert torch.equal(x, again)
    far = lengths(x - start, norm)
    assert far.max() <= 0.4 + 1e-6
    assert far.min() < 0.1
    assert far.max() > 0.35
    assert (x - start).mean().abs() < 0.05
    wide = drawn_inside(torch.zeros(99, 2), 3.0, norm, None, generator=dice)
    assert wide.min() < -1
    cut = drawn_inside(torch.zeros(99, 2), 3.0, norm, generator=dice)
    assert cut.min() == 0
    assert cut.max() == 1


def test_balls_that_are_none_are_refused():
    x = torch.rand(2, 3)
    for call in (project, lambda c, e, n=math.inf: fix(c, x, e, n)):
        refuses(
            lambda eps, call=call: call(x, eps),
            r"^eps is .*: give 0 or more$",
            good=[0.0, 1.0],
            bad=[below(0.0), math.nan, math.inf],
        )
        refuses(
            lambda norm, call=call: call(x, 0.1, norm),
            r"^norm is .*: give math.inf or 2$",
            good=[math.inf, 2],
            bad=[1, 0, -math.inf, math.nan],
        )
    refuses(lambda n: steepest(x, n), "^norm is", good=[2], bad=[1])
    refuses(lambda e: drawn_inside(x, e), "^eps is", good=[0.0], bad=[below(0.0)])


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_slopes_whose_squares_no_float_holds_still_say_where_to_go(size):
    slope = torch.tensor([[3.0, 4.0]]) * size
    torch.testing.assert_close(steepest(slope, 2), torch.tensor([[0.6, 0.8]]))
