"""Dead neurons: they are counted as autograd counts them, and all can be woken."""

import pytest
import torch

from ml2020.deep_learning import (
    Layer,
    draw_layers,
    draws,
    he_layers,
    layer_by_layer,
    pack,
    parameter_count,
    relu,
    straight,
    unpack,
)
from ml2020.why_deep import awake, dead_shares, tent_sizes
from tests.refusals import refuses

SIZES = tent_sizes(3, 8)


def test_by_hand():
    first = Layer(torch.tensor([[1.0], [-1.0], [-1.0], [1.0]]), torch.zeros(4))
    first.b[2] = 0.5  # on for x below one half
    first.b[3] = -1.0  # would begin at the end of the line
    then = Layer(torch.tensor([[1.0, 0, 0, 0], [0, 1.0, 0, 0]]), torch.zeros(2))
    last = Layer(torch.ones(1, 2), torch.zeros(1))
    shares = dead_shares(pack([first, then, last])[None], (1, 4, 2, 1))
    assert shares.tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("draw", [he_layers, draw_layers])
def test_dead_is_who_has_no_gradient(draw):
    theta = draws(draw, SIZES, range(6))
    x = torch.linspace(0, 1, 65)[:, None]
    for row, shares in zip(theta, dead_shares(theta, SIZES), strict=True):
        layers = [Layer(W, b.clone().requires_grad_()) for W, b in unpack(row, SIZES)]
        for k in range(3):
            bends = [relu] * (k + 1)
            layer_by_layer(x, layers[: k + 1], bends).a[-1].sum().backward()
            dead = (layers[k].b.grad == 0).float().mean()
            assert shares[k].item() == pytest.approx(dead.item())
            layers[k].b.grad = None


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_nobody_is_dead_in_any_layer_that_was_woken(layers):
    theta = draws(he_layers, SIZES, range(20))
    before = theta.clone()
    woken = awake(theta, SIZES, layers)
    assert torch.equal(theta, before)
    assert torch.equal(woken.abs(), theta.abs())
    shares = dead_shares(woken, SIZES)
    assert not shares[:, :layers].any()
    assert (shares[:, layers:].mean(dim=0) > 0.3).all()
    for old, new in zip(theta, woken, strict=True):
        pairs = list(zip(unpack(old, SIZES), unpack(new, SIZES), strict=True))
        assert all(torch.equal(mine.W, his.W) for mine, his in pairs[layers:])
        for mine, his in pairs:  # a whole row changes its sign, or none of it
            same = (mine.W == his.W).all(dim=1)
            assert torch.equal(same, ~(mine.W == -his.W).all(dim=1))


def test_who_is_awake_stays_as_it_is():
    woken = awake(draws(he_layers, SIZES, range(5)), SIZES, 3)
    assert torch.equal(awake(woken, SIZES, 3), woken)
    x = torch.linspace(0, 1, 9)[:, None]
    for row in woken:  # one straight line, still
        said = layer_by_layer(x, unpack(row, SIZES), [relu] * 3 + [straight]).a[-1]
        torch.testing.assert_close(said, x * said[-1], atol=1e-4, rtol=1e-4)


def test_rejects_what_sees_no_line_or_has_biases():
    theta = draws(he_layers, SIZES, [0])
    refuses(
        lambda layers: awake(theta, SIZES, layers),
        "^layers is .*: give 0 to 3$",
        good=[0, 3],
        bad=[-1, 4],
    )
    for call in (dead_shares, lambda theta, sizes: awake(theta, sizes, 0)):
        refuses(
            lambda sizes, call=call: call(
                torch.zeros(1, parameter_count(sizes)), sizes
            ),
            "^sizes are .*: give 1 first, and a hidden layer$",
            good=[(1, 1, 1)],
            bad=[(1, 1), (2, 3, 1)],
        )
        with pytest.raises(ValueError, match=r"^theta has 169 numbers: give 7$"):
            call(theta, (1, 2, 1))
    with pytest.raises(ValueError, match=r"^theta is empty: give at least one net"):
        dead_shares(theta[:0], SIZES)
    for place in (8, -1):
        biased = theta.clone()
        biased[0, place] = 0.1
        with pytest.raises(ValueError, match=r"^theta has biases: give networks with"):
            awake(biased, SIZES, 1)
