"""Bounds hold, are exact for one layer, and are the paper's in loops."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.attack import (
    Interval,
    all_layers,
    as_model,
    bent,
    certified,
    lead,
    through,
)
from ml2020.attack.bounds import all_least_leads, worst_scores
from ml2020.deep_learning import Layer, draws, he_layers
from tests.refusals import below, refuses, spoilt

SMALL = (4, 5, 5, 3)


def some(seed=0, sizes=SMALL, n=6):
    theta = draws(he_layers, sizes, [seed, seed + 1]).double()
    dice = torch.Generator().manual_seed(seed)
    theta = theta + 0.1 * torch.randn(theta.shape, generator=dice).double()
    x = torch.rand(2 * n, sizes[0], generator=dice, dtype=torch.float64)
    return theta, x, as_model(theta, sizes)(x).argmax(dim=1)


@pytest.mark.equation("eq-attack-interval")
def test_through_a_layer_an_interval_is_the_paper_s_and_every_corner_fits():
    dice = torch.Generator().manual_seed(1)
    W = torch.randn(2, 3, 4, generator=dice).double()
    b = torch.randn(2, 1, 3, generator=dice).double()
    low = torch.rand(2, 5, 4, generator=dice).double()
    high = low + torch.rand(2, 5, 4, generator=dice).double()
    found = through(Interval(low, high), Layer(W, b))
    for k, n, out in itertools.product(range(2), range(5), range(3)):
        sums = [
            b[k, 0, out].item()
            + sum(W[k, out, i].item() * v for i, v in enumerate(corner))
            for corner in itertools.product(
                *zip(low[k, n].tolist(), high[k, n].tolist(), strict=True)
            )
        ]
        assert found.low[k, n, out].item() == pytest.approx(min(sums))
        assert found.high[k, n, out].item() == pytest.approx(max(sums))


@pytest.mark.equation("eq-attack-bent")
def test_rectifiers_bend_both_ends():
    ends = Interval(torch.tensor([[[-2.0, -1, 1]]]), torch.tensor([[[-1.0, 2, 3]]]))
    assert bent(ends).low.tolist() == [[[0, 0, 1]]]
    assert bent(ends).high.tolist() == [[[0, 2, 3]]]


@pytest.mark.equation("eq-attack-certificate")
@settings(max_examples=20)
@given(seed=st.integers(0, 300), eps=st.floats(0, 0.5))
def test_no_picture_of_the_ball_has_a_smaller_lead(seed, eps):
    theta, x, y = some(seed)
    bound = all_least_leads(theta, x, y, eps, SMALL)
    dice = torch.Generator().manual_seed(seed)
    for k in range(10):
        way = 2 * torch.rand(x.shape, generator=dice, dtype=x.dtype) - 1
        way = way.sign() if k % 2 else way
        z = as_model(theta, SMALL)((x + eps * way).clamp(0, 1))
        leads = z.gather(1, y[:, None]) - z
        assert (leads >= bound - 1e-9).all()


def test_without_a_ball_it_is_the_lead_itself():
    theta, x, y = some()
    z = as_model(theta, SMALL)(x)
    leads = z.gather(1, y[:, None]) - z
    torch.testing.assert_close(all_least_leads(theta, x, y, 0.0, SMALL), leads)
    torch.testing.assert_close(
        worst_scores(theta, x, y, 0.0, SMALL).log_softmax(1), z.log_softmax(1)
    )
    assert torch.equal(certified(theta, x, y, 0.0, SMALL), lead(z, y) > 0)


@pytest.mark.equation("eq-attack-linear")
def test_of_a_linear_network_the_certificate_is_exact():
    sizes = (4, 3)
    theta, x, y = some(3, sizes)
    x = 0.4 + 0.2 * x
    eps, layers = 0.1, all_layers(theta, sizes)
    bound = all_least_leads(theta, x, y, eps, sizes)
    for k in range(12):
        W, b = (part[k // 6] for part in layers[0])
        for c in range(3):
            w = W[y[k]] - W[c]
            level = (w @ x[k] + b[0, y[k]] - b[0, c]).item()
            expected = level - eps * w.abs().sum().item()
            assert bound[k, c].item() == pytest.approx(expected)


def test_dots_never_leave_the_box():
    theta, x, y = some()
    white = torch.zeros_like(x)
    near = all_least_leads(theta, white, y, 0.3, SMALL)
    ball = Interval(white.view(2, 6, 4), white.view(2, 6, 4) + 0.3)
    for layer in all_layers(theta, SMALL)[:-1]:
        ball = bent(through(ball, layer))
    W, b = all_layers(theta, SMALL)[-1]
    for k in range(12):
        net = k // 6
        for c in range(3):
            w = W[net, y[k]] - W[net, c]
            ends = zip(ball.low[net, k % 6], ball.high[net, k % 6], strict=True)
            least = sum(
                min(v * lo, v * hi) for v, (lo, hi) in zip(w, ends, strict=True)
            )
            level = b[net, 0, y[k]] - b[net, 0, c]
            assert near[k, c].item() == pytest.approx((least + level).item())


def test_the_bound_falls_as_the_ball_grows_and_a_certificate_is_for_all_classes():
    theta, x, y = some()
    bounds = [all_least_leads(theta, x, y, e, SMALL) for e in (0.0, 0.1, 0.3)]
    assert (bounds[1] <= bounds[0] + 1e-12).all()
    assert (bounds[2] <= bounds[1] + 1e-12).all()
    found = certified(theta, x, y, 0.01, SMALL)
    rows = all_least_leads(theta, x, y, 0.01, SMALL)
    for k in range(12):
        others = [v for c, v in enumerate(rows[k].tolist()) if c != int(y[k])]
        assert bool(found[k]) == (min(others) > 0)
    assert found.any()
    assert not certified(theta, x, (y + 1) % 3, 0.01, SMALL).any()


def test_bad_input_is_refused():
    theta, x, y = some()
    refuses(
        lambda e: certified(theta, x, y, e, SMALL),
        "^eps is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), math.nan],
    )
    bad = spoilt(x, 1.1, math.nan)
    call = lambda x: certified(theta, x, y, 0.1, SMALL)  # noqa: E731
    refuses(call, "^x has", good=[x], bad=bad)
    refuses(
        lambda c: certified(theta, x, torch.cat([c, y[1:]]), 0.1, SMALL),
        "^y is not from 0 to 2: mend it$",
        good=[y[:1]],
        bad=[torch.tensor([3]), torch.tensor([-1])],
    )
    refuses(
        lambda c: certified(theta, x, c, 0.1, SMALL), "^y has", good=[y], bad=[y[1:]]
    )
    refuses(
        lambda n: certified(theta, x[:n], y[:n], 0.1, SMALL),
        "^x has 1[13]: give as many",
        good=[12],
        bad=[11],
    )
    call = lambda sizes: certified(theta, x, y, 0.1, sizes)  # noqa: E731
    refuses(call, "^theta has rows", good=[SMALL], bad=[(4, 5, 3)])
