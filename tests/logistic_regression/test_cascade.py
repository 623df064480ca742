"""Logistic regressions in a row have the gradient of autograd, and learn XOR."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from ml2020.logistic_regression import (
    Cascade,
    answers,
    cascade_gradient,
    draw_cascade,
    gradient,
    learned_features,
    logistic_loss,
    train_cascade,
    xor,
)

seeds = st.integers(0, 2**31)


def dice(seed):
    return torch.Generator().manual_seed(seed)


def examples(seed=0, device="cpu"):
    x = torch.randn(7, 2, generator=dice(seed), dtype=torch.float64)
    y_hat = (torch.rand(7, generator=dice(seed + 1)) < 0.5).double()
    net = draw_cascade(2, 3, generator=dice(seed + 2))
    return x.to(device), y_hat.to(device), Cascade(*(p.to(device) for p in net))


def squash(z):
    return 1 / (1 + math.exp(-z))


@pytest.mark.equation("eq-logistic_regression-cascade")
def test_each_unit_is_a_logistic_regression_and_so_is_the_last(device):
    x, _, net = examples(device=device)
    W, b, v, c = (p.tolist() for p in net)
    for n, row in enumerate(x.tolist()):
        x1 = [
            squash(sum(w * a for w, a in zip(W[j], row, strict=True)) + b[j])
            for j in range(3)
        ]
        y = squash(sum(p * q for p, q in zip(v, x1, strict=True)) + c)
        assert learned_features(x, net)[n].tolist() == pytest.approx(x1)
        assert answers(x, net)[n].item() == pytest.approx(y)


@pytest.mark.equation("eq-logistic_regression-cascade-gradient")
@given(seed=seeds)
def test_the_gradient_is_what_autograd_finds(device, seed):
    x, y_hat, net = examples(seed, device=device)
    loose = [p.clone().requires_grad_() for p in net]
    W, b, v, c = loose
    z = torch.sigmoid(x @ W.T + b) @ v + c
    expected = torch.autograd.grad(logistic_loss(z, y_hat), loose)
    for found, right in zip(cascade_gradient(x, y_hat, net), expected, strict=True):
        torch.testing.assert_close(found, right, rtol=0, atol=1e-10)


def test_the_last_one_alone_has_the_gradient_of_logistic_regression():
    x, y_hat, net = examples(3)
    x1 = learned_features(x, net)
    X = torch.cat([torch.ones(7, 1).double(), x1], dim=1)
    theta = torch.cat([net.c[None], net.v])
    found = cascade_gradient(x, y_hat, net)
    torch.testing.assert_close(
        torch.cat([found.c[None], found.v]), gradient(X, y_hat, theta)
    )


def test_a_step_goes_against_the_gradient_by_the_rate():
    x, y_hat, net = examples(4)
    first, second = train_cascade(x, y_hat, net, 0.3, 1)
    for p, q, g in zip(first, second, cascade_gradient(x, y_hat, net), strict=True):
        torch.testing.assert_close(q, p - 0.3 * g)


def test_three_units_learn_xor_whatever_the_start():
    x, y_hat = xor()
    for seed in range(3):
        start = draw_cascade(2, 3, generator=dice(seed))
        net = train_cascade(x, y_hat, start, 1.0, 700)[-1]
        assert ((answers(x, net) > 0.5) == (y_hat > 0.5)).all()


def test_equal_units_stay_equal():
    x, y_hat = xor()
    start = Cascade(
        torch.tensor([[0.3, -0.2]] * 2).double(),
        torch.full((2,), 0.1).double(),
        torch.full((2,), 0.5).double(),
        torch.tensor(0.0).double(),
    )
    net = train_cascade(x, y_hat, start, 1.0, 100)[-1]
    torch.testing.assert_close(net.W[0], net.W[1])
    assert not torch.allclose(net.W, start.W)


def test_drawn_weights_are_standard_gaussian_and_follow_the_seed():
    net = draw_cascade(200, 100, generator=dice(0))
    assert net.W.shape == (100, 200)
    assert net.W.std().item() == pytest.approx(1, abs=0.02)
    assert net.W.mean().item() == pytest.approx(0, abs=0.02)
    assert net.v.shape == net.b.shape == (100,)
    assert net.c.shape == ()
    assert net.b.std().item() == pytest.approx(1, abs=0.2)
    again = draw_cascade(200, 100, generator=dice(0))
    assert all(map(torch.equal, net, again))


def test_the_global_dice_are_not_touched():
    before = torch.get_rng_state()
    draw_cascade(2, 2, generator=dice(0))
    assert torch.equal(before, torch.get_rng_state())


def test_the_start_is_the_first_point_and_is_left_as_it_is():
    x, y_hat, net = examples(5)
    before = [p.clone() for p in net]
    path = train_cascade(x, y_hat, net, 0.1, 4)
    assert len(path) == 5
    assert all(map(torch.equal, path[0], before))
    assert all(map(torch.equal, net, before))


@pytest.mark.parametrize(("dims", "units"), [(0, 2), (2, 0), (-1, 2)])
def test_rejects_a_cascade_without_units(dims, units):
    with pytest.raises(ValueError, match=r"is (0|-1): give 1 or more"):
        draw_cascade(dims, units)


@pytest.mark.parametrize("lr", [0.0, -1.0, float("nan"), float("inf")])
def test_rejects_a_rate_that_is_not_positive(lr):
    x, y_hat, net = examples()
    with pytest.raises(ValueError, match=r"^lr is .*: give a positive number"):
        train_cascade(x, y_hat, net, lr, 1)


def test_rejects_bad_examples_and_fewer_than_no_steps():
    x, y_hat, net = examples()
    with pytest.raises(ValueError, match=r"^steps is -1: give 0 or more"):
        train_cascade(x, y_hat, net, 0.1, -1)
    with pytest.raises(ValueError, match=r"^x is empty"):
        train_cascade(x[:0], y_hat[:0], net, 0.1, 1)
    with pytest.raises(TypeCheckError):
        train_cascade(x, y_hat[:-1], net, 0.1, 1)
    y_hat[0] = 2
    with pytest.raises(ValueError, match=r"^y_hat is outside \[0, 1\]"):
        train_cascade(x, y_hat, net, 0.1, 1)
    x[0, 0] = float("nan")
    with pytest.raises(ValueError, match=r"^x has NaN or infinity"):
        train_cascade(x, y_hat, net, 0.1, 1)


def test_the_gradient_refuses_what_does_not_fit_the_points():
    x, y_hat, net = examples()
    cases = [
        (x, y_hat[:, None], net, r"^y_hat has the shape \(7, 1\): give it \(7,\)"),
        (x, y_hat[:1], net, r"^y_hat has the shape \(1,\): give it \(7,\)"),
        (x[:, :1], y_hat, net, r"^cascade.W has the shape \(3, 2\): give it \(3, 1\)"),
        (x.float(), y_hat, net, r"^y_hat is torch.float64, X is torch.float32"),
        (
            x.float(),
            y_hat.float(),
            net,
            r"^x is torch.float32, cascade.W is torch.float64: give x.to\(cascade.W\)",
        ),
    ]
    for points, labels, cascade, said in cases:
        with pytest.raises(ValueError, match=said):
            cascade_gradient(points, labels, cascade)
    with pytest.raises(ValueError, match=r"^cascade.W has the shape"):
        train_cascade(x[:, :1], y_hat, net, 0.1, 1)


@pytest.mark.parametrize("call", [learned_features, answers])
def test_every_weight_must_fit_the_points_and_the_other_weights(call):
    x, _, net = examples()
    call(x, net)
    for name, wrong in {
        "W": net.W[:, :1],
        "b": net.b[:1],
        "v": net.v[:2],
        "c": net.c.expand(7),
    }.items():
        with pytest.raises(ValueError, match=rf"^cascade.{name} has the shape .*: giv"):
            call(x, net._replace(**{name: wrong}))
        other = net._replace(**{name: getattr(net, name).float()})
        with pytest.raises(ValueError, match=rf"^x is .*, cascade.{name} is .*32: giv"):
            call(x, other)


def test_no_point_has_no_slope():
    x, y_hat, net = examples()
    none = cascade_gradient(x[:0], y_hat[:0], net)
    assert all((g == 0).all() for g in none)
    assert [g.shape for g in none] == [p.shape for p in net]


def test_a_rate_that_is_far_too_high_shows_in_the_last_cascade():
    x, y_hat, net = examples()
    path = train_cascade(x, y_hat, net, 1e308, 5)
    assert not all(p.isfinite().all() for p in path[-1])
    lost = net._replace(b=net.b * math.nan)
    assert train_cascade(x, y_hat, lost, 0.1, 1)[-1].v.isnan().all()


def test_one_number_and_one_unit_are_enough_and_no_step_is_one_too():
    net = draw_cascade(1, 1, generator=dice(0))
    assert net.W.shape == (1, 1)
    x, y_hat = torch.tensor([[0.0], [1.0]]).double(), torch.tensor([0.0, 1.0]).double()
    assert train_cascade(x, y_hat, net, 0.1, 0) == [net]
