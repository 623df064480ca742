"""Starts: only the biases differ, and corners lie where they should."""

import math

import pytest
import torch

from ml2020.deep_learning import (
    draw_layers,
    draws,
    he_layers,
    layer_by_layer,
    relu,
    straight,
    unpack,
)
from ml2020.why_deep import (
    centred,
    spread,
    spread_awake,
    tent_sizes,
    uniform_layers,
    with_biases,
)
from tests.refusals import refuses

SIZES = tent_sizes(2, 8)


def only_biases_differ(mine, other, sizes, layers):
    """Assert that two networks differ in the biases of these layers, and no others."""
    pairs = zip(unpack(mine, sizes), unpack(other, sizes), strict=True)
    for k, (his, hers) in enumerate(pairs):
        assert torch.equal(his.W, hers.W)
        assert torch.equal(his.b, hers.b) == (k not in layers)


def test_corners_are_spread_over_the_line_and_nothing_else_moves():
    sizes = tent_sizes(2, 300)
    theta = draws(he_layers, sizes, [0, 1])
    before = theta.clone()
    moved = spread(theta, sizes, [5, 6])
    assert torch.equal(theta, before)
    for old, new in zip(theta, moved, strict=True):
        only_biases_differ(old, new, sizes, [0])
        W, b = unpack(new, sizes)[0]
        place = -b / W[:, 0]
        assert place.min() >= 0
        assert place.max() <= 1
        assert place.mean().item() == pytest.approx(0.5, abs=0.06)
        assert place.std().item() == pytest.approx(12**-0.5, abs=0.04)
    assert torch.equal(spread(theta[1:], sizes, [6])[0], moved[1])
    assert not torch.equal(moved[0, 300:600], moved[1, 300:600])


def test_in_a_plane_creases_run_through_places_of_the_square():
    sizes = (2, 400, 3, 1)
    theta = draws(he_layers, sizes, [0])
    W, b = unpack(spread(theta, sizes, [1], -2, 3)[0], sizes)[0]
    place = -2 + 5 * torch.rand(400, 2, generator=torch.Generator().manual_seed(1))
    assert ((W * place).sum(dim=1) + b).abs().max() < 1e-4


def test_who_was_dead_stays_dead_and_the_others_are_spread():
    theta = draws(he_layers, SIZES, [0, 1, 2])
    before = theta.clone()
    half, whole = (f(theta, SIZES, [3, 4, 5]) for f in (spread_awake, spread))
    assert torch.equal(theta, before)
    for old, mine, moved in zip(theta, half, whole, strict=True):
        only_biases_differ(old, mine, SIZES, [0])
        (W, b), spread_b = unpack(mine, SIZES)[0], unpack(moved, SIZES)[0].b
        dead = W[:, 0] < 0
        assert dead.any()
        assert not b[dead].any()
        assert torch.equal(b[~dead], spread_b[~dead])
        assert b[~dead].all()


@pytest.mark.parametrize("sizes", [(1, 5, 4, 1), (3, 6, 1)])
def test_a_centred_start_sees_what_a_centred_input_shows(sizes):
    dice = torch.Generator().manual_seed(1)
    x = torch.rand(9, sizes[0], generator=dice)
    theta = draws(draw_layers, sizes, [3, 4])
    before, bends = theta.clone(), [relu] * (len(sizes) - 2) + [straight]
    for at in (0.5, 2.0):
        moved = centred(theta, sizes, at)
        assert torch.equal(theta, before)
        for old, new in zip(theta, moved, strict=True):
            only_biases_differ(old, new, sizes, [0])
            expected = layer_by_layer(x - at, unpack(old, sizes), bends).a[-1]
            found = layer_by_layer(x, unpack(new, sizes), bends).a[-1]
            torch.testing.assert_close(found, expected)
    assert torch.equal(centred(theta, sizes), centred(theta, sizes, 0.5))
    torch.testing.assert_close(
        centred(draws(he_layers, SIZES, [3]), SIZES),
        spread(draws(he_layers, SIZES, [3]), SIZES, [0], 0.5, 0.5),
    )


def test_uniform_layers_are_drawn_in_the_order_of_theta_as_torch_would():
    sizes = (3, 40, 60, 2)
    layers = uniform_layers(sizes, generator=torch.Generator().manual_seed(5))
    dice, inputs = torch.Generator().manual_seed(5), 3
    for (W, b), outputs in zip(layers, sizes[1:], strict=True):
        assert W.shape == (outputs, inputs)
        expected = 2 * torch.rand(outputs * (inputs + 1), generator=dice) - 1
        found = torch.cat([W.flatten(), b])
        torch.testing.assert_close(found, expected / inputs**0.5)
        inputs = outputs
    state = torch.random.get_rng_state()
    torch.manual_seed(5)
    again = uniform_layers(sizes)
    torch.random.set_rng_state(state)
    assert torch.equal(again[0].W, layers[0].W)
    theirs = torch.nn.Linear(40, 60).weight
    assert theirs.abs().max() <= 40**-0.5
    assert layers[1].W.std().item() == pytest.approx(theirs.std().item(), rel=0.1)
    torch.set_default_dtype(torch.float64)
    try:
        assert uniform_layers(sizes)[0].W.dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)
    for wrong in ((3,), (3, 0, 1)):
        with pytest.raises(ValueError, match=r"^sizes"):
            uniform_layers(wrong)


def test_only_the_biases_differ():
    he, other = (draws(draw, SIZES, [0, 1]) for draw in (he_layers, draw_layers))
    both = with_biases(he, other, SIZES)
    for k in range(2):
        only_biases_differ(he[k], both[k], SIZES, [0, 1, 2])
        pairs = zip(unpack(both[k], SIZES), unpack(other[k], SIZES), strict=True)
        assert all(torch.equal(mine.b, his.b) for mine, his in pairs)


def test_rejects_what_has_no_such_first_layer():
    theta, sizes = draws(he_layers, (1, 2, 1), [0, 1]), (1, 2, 1)
    for call in (spread, spread_awake):
        refuses(
            lambda seeds, call=call: call(theta, sizes, seeds),
            "^seeds, networks are [013]: give 2$",
            good=[[0, 1]],
            bad=[[], [0], [0, 1, 2]],
        )
    for call in (
        lambda sizes: spread(theta, sizes, [0, 1]),
        lambda sizes: centred(theta, sizes),
    ):
        refuses(call, "^theta has the shape", good=[sizes], bad=[(1, 3, 1)])
    refuses(
        lambda ends: spread(theta, sizes, [0, 1], *ends),
        "^low, high are .*: give the lower end first$",
        good=[(0.0, 1.0), (-1.0, -1.0)],
        bad=[(1.0, 0.0), (0.0, math.inf), (-math.inf, 0.0), (math.nan, 1.0)],
    )
    with pytest.raises(ValueError, match=r"^sizes are \(2, 2, 1\): give 1 first"):
        spread_awake(draws(he_layers, (2, 2, 1), [0]), (2, 2, 1), [0])
    refuses(
        lambda at: centred(theta, sizes, at),
        "^low, high are .*: give the lower end first$",
        good=[0.0, -1.0],
        bad=[math.nan, math.inf, -math.inf],
    )
    with pytest.raises(ValueError, match=r"^theta has 7 numbers: give 10$"):
        with_biases(theta, theta, (1, 3, 1))
