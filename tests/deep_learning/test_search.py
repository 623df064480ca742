"""The built network meets the sine, descent is torch's, and neurons are counted."""

import math

import pytest
import torch

from ml2020.deep_learning import (
    built_start,
    drawn_starts,
    fit_sine,
    forward,
    interpolation_bound,
    neurons,
    relu,
    straight,
    unpack,
)
from ml2020.optimization import Adam
from tests.refusals import refuses, spoilt

ROOT3 = math.sqrt(3)


def standardised(x):
    return (x - math.pi) / (2 * math.pi / math.sqrt(12))


def says(theta, x):
    layers = unpack(theta, (1, len(theta) // 3, 1))
    return forward(standardised(x), layers, [relu, straight]).a[-1]


def test_a_standardised_input_has_mean_0_and_variance_1():
    few = standardised(torch.linspace(0, 2 * math.pi, 2001))
    assert few.mean().item() == pytest.approx(0, abs=1e-5)
    assert few.var().item() == pytest.approx(1, abs=0.002)
    assert few[-1].item() == pytest.approx(ROOT3)


@pytest.mark.parametrize("width", [1, 16])
def test_the_built_network_meets_the_sine_at_the_knots(width):
    (theta,) = built_start(width)
    knots = torch.linspace(0, 2 * math.pi, width + 1)[:, None]
    torch.testing.assert_close(says(theta, knots), knots.sin(), rtol=0, atol=1e-5)


def test_its_worst_error_is_just_below_the_bound():
    fits = fit_sine(Adam(0.001), built_start(16), 0)
    bound = interpolation_bound(1, 2 * math.pi / 16)
    assert 0.95 * bound < fits.worst.item() < bound
    assert torch.equal(fits.theta, built_start(16))


def test_errors_are_measured_on_one_period():
    theta = drawn_starts(16, [0, 1])
    fits = fit_sine(Adam(0.001), theta, 0)
    many = torch.linspace(0, 2 * math.pi, 2001)[:, None]
    for k in range(2):
        miss = says(theta[k], many) - many.sin()
        assert fits.worst[k].item() == pytest.approx(miss.abs().max().item(), rel=1e-5)


def test_two_steps_are_those_of_torch():
    theta = drawn_starts(16, [4])
    mine = fit_sine(Adam(0.01), theta, 2).theta[0]
    p = theta[0].clone().requires_grad_()
    optimizer = torch.optim.Adam([p], lr=0.01)
    x = torch.linspace(0, 2 * math.pi, 257)[:, None]
    for _ in range(2):
        optimizer.zero_grad()
        ((says(p, x) - x.sin()) ** 2).mean().backward()
        optimizer.step()
    torch.testing.assert_close(mine, p.detach(), rtol=1e-4, atol=1e-5)


def test_networks_side_by_side_do_not_meet():
    theta = drawn_starts(16, [0, 1])
    both = fit_sine(Adam(0.01), theta, 3).theta
    alone = fit_sine(Adam(0.01), theta[1:], 3).theta
    torch.testing.assert_close(both[1:], alone)


def test_a_start_is_torchs_and_spread_moves_only_where_it_bends():
    plain, moved = (drawn_starts(8, [3, 5], spread=spread) for spread in (False, True))
    W, b = moved[:, :8], moved[:, 8:16]
    assert torch.equal(plain[:, :8], W)
    assert torch.equal(plain[:, 16:], moved[:, 16:])
    evenly = torch.linspace(-ROOT3, ROOT3, 17)[1::2].expand(2, -1)
    torch.testing.assert_close(-b / W, evenly)
    assert plain[:, :8].abs().max() <= 1
    assert plain[:, 16:].abs().max() <= 1 / math.sqrt(8)
    assert not torch.equal(plain[0], plain[1])


def test_neurons_that_bend_inside_and_dead_ones_are_counted():
    W = torch.tensor([1.0, -1.0, 1.0, -1.0, 0.0, 0.0])
    b = torch.tensor([0.5, 0.5, -2.0, 3.0, -1.0, 1.0])
    theta = torch.cat([W, b, torch.ones(7)])
    other = torch.cat([torch.ones(6), 9 * torch.ones(6), torch.ones(7)])
    inside, dead = neurons(torch.stack([theta, other]))
    assert inside.tolist() == [2, 0]
    assert dead.tolist() == [2, 0]


def test_a_neuron_that_bends_at_an_end_counts_as_what_it_says():
    at_end = torch.tensor([ROOT3])  # sums up to 0 at one end
    rows = [
        (1.0, ROOT3, 1, 0),  # 0 on the left, above 0 elsewhere
        (-1.0, ROOT3, 1, 0),
        (1.0, -ROOT3, 0, 1),  # 0 on the right, below 0 elsewhere
        (-1.0, -ROOT3, 0, 1),
    ]
    for w, b, inside, dead in rows:
        theta = torch.tensor([[w, b, 1.0, 0.0]])
        assert at_end.item() == pytest.approx(abs(b))
        counted = neurons(theta)
        assert [c.item() for c in counted] == [inside, dead]


def test_what_is_counted_is_what_the_neurons_say():
    theta = drawn_starts(16, range(5))
    x = torch.linspace(0, 2 * math.pi, 4001)[:, None]
    inside, dead = neurons(theta)
    for k in range(5):
        (hidden, _) = unpack(theta[k], (1, 16, 1))
        on = forward(standardised(x), [hidden], [straight]).a[-1] > 0
        assert inside[k] == (on.any(dim=0) & ~on.all(dim=0)).sum()
        assert dead[k] == (~on.any(dim=0)).sum()
    fits = fit_sine(Adam(0.01), theta, 1)
    assert torch.equal(torch.stack(neurons(fits.theta)), torch.stack(fits[3:]))


def test_the_loss_is_the_mean_squared_error_at_257_points():
    theta = drawn_starts(16, [0, 1])
    fits = fit_sine(Adam(0.01), theta, 1)
    x = torch.linspace(0, 2 * math.pi, 257)[:, None]
    for k in range(2):
        expected = ((says(fits.theta[k], x) - x.sin()) ** 2).mean().item()
        assert fits.loss[k].item() == pytest.approx(expected, rel=1e-4)


def test_an_error_that_is_no_number_is_infinite():
    fits = fit_sine(Adam(1e30), drawn_starts(4, [0]), 3)
    assert [fits.loss.item(), fits.worst.item()] == [math.inf, math.inf]
    fits = fit_sine(Adam(1), 1e25 * drawn_starts(4, [0]).abs(), 0)
    assert [fits.loss.item(), fits.worst.item()] == [math.inf, math.inf]


@pytest.mark.parametrize("steps", [0, 1])
def test_rejects_a_start_that_is_no_number(steps):
    refuses(
        lambda theta: fit_sine(Adam(0.01), theta, steps),
        "^theta has NaN or infinity: draw it anew$",
        good=[drawn_starts(2, [0])],
        bad=spoilt(drawn_starts(2, [0]), math.nan, math.inf),
    )


def test_rejects_steps_below_zero_and_no_neuron():
    refuses(
        lambda steps: fit_sine(Adam(0.01), built_start(2), steps),
        "^steps is -1: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )
    for start in (built_start, lambda width: drawn_starts(width, [0])):
        refuses(start, "^width is .*: give 1 or more$", good=[1], bad=[0, -1])


@pytest.mark.parametrize(
    "call", [neurons, lambda theta: fit_sine(Adam(0.01), theta, 0)]
)
def test_rejects_a_theta_of_another_kind_of_network(call):
    said = "^theta has [0-9]+ numbers a row: give 3 a neuron, and one$"
    good = [torch.ones(1, 4), torch.ones(2, 7)]
    bad = [torch.ones(1, count) for count in (1, 3, 5, 6)]
    refuses(call, said, good=good, bad=bad)
    with pytest.raises(ValueError, match=r"^theta is empty: give a row for each"):
        call(torch.ones(0, 4))
