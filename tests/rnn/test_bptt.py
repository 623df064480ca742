"""The way back through time gives autograd's slopes; a window leaves some out."""

import math

import pytest
import torch

from ml2020.rnn import Weights, elman_step, through_time, unrolled
from tests.refusals import refuses, spoilt


def task(T=6, n=3, inputs=2, m=4, seed=0, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    shapes = (m, inputs), (m, m), (m,), (T, n, inputs), (n, m), (T, n, m)
    drawn = (torch.randn(s, generator=dice).double().to(device) for s in shapes)
    W, U, b, X, first, V = drawn
    return Weights(W, U, b), X, first, V


def forward(weights, X, first):
    states = unrolled(lambda x, h: elman_step(x, h, weights), X, first)
    return torch.stack([first, *states])


def by_autograd(weights, X, first, V):
    watched = Weights(*(p.clone().requires_grad_() for p in weights))
    h = forward(watched, X, first)
    cost = 0.5 * ((h[1:] - V) ** 2).sum()
    return Weights(*torch.autograd.grad(cost, watched))


@pytest.mark.equation("eq-rnn-bptt")
@pytest.mark.parametrize("T", [1, 2, 6])
def test_the_slopes_are_those_of_autograd(device, T):
    weights, X, first, V = task(T, device=device)
    h = forward(weights, X, first)
    found = through_time(h[1:] - V, X, h, weights.U)
    for mine, theirs in zip(found, by_autograd(weights, X, first, V), strict=True):
        torch.testing.assert_close(mine, theirs)


def test_a_single_unit_by_hand():
    w, u, b, x, goal = 0.5, 0.9, 0.1, [1.0, -1.0, 0.5], 0.2
    h = [0.0]
    for value in x:
        h.append(math.tanh(w * value + u * h[-1] + b))
    delta, by_w, by_u, by_b = h[3] - goal, 0.0, 0.0, 0.0
    for t in (3, 2, 1):
        delta *= 1 - h[t] ** 2
        by_w, by_u, by_b = (
            by_w + delta * x[t - 1],
            by_u + delta * h[t - 1],
            by_b + delta,
        )
        delta *= u

    def column(values):
        return torch.tensor(values, dtype=torch.float64)[:, None, None]

    slopes = column([0, 0, h[3] - goal])
    U = torch.tensor([[u]], dtype=torch.float64)
    found = through_time(slopes, column(x), column(h), U)
    assert [p.item() for p in found] == pytest.approx([by_w, by_u, by_b])


@pytest.mark.equation("eq-rnn-product")
def test_a_slope_goes_back_as_a_product_of_jacobians():
    weights, X, first, _ = task(5)
    x, h0 = X[:, :1], first[:1].clone().requires_grad_()
    h = forward(weights, x, h0)
    product = torch.eye(4).double()
    for t in range(1, 6):
        product = torch.diag(1 - h[t, 0] ** 2) @ weights.U @ product
    for unit in range(4):
        (slope,) = torch.autograd.grad(h[5, 0, unit], h0, retain_graph=True)
        torch.testing.assert_close(slope[0], product[unit].detach())


def test_it_takes_slices_of_a_longer_sequence():
    weights, X, first, V = task()
    h = forward(weights, X, first)
    found = through_time(V[2:5], X[2:5], h[2:6], weights.U)
    watched = Weights(*(p.clone().requires_grad_() for p in weights))
    later = forward(watched, X[2:5], h[2])[1:]  # what was stored before is fixed
    slopes = torch.autograd.grad((later * V[2:5]).sum(), watched)
    for mine, theirs in zip(found, slopes, strict=True):
        torch.testing.assert_close(mine, theirs)


def test_nothing_is_written_in_place():
    weights, X, first, V = task()
    h = forward(weights, X, first)
    kept = [t.clone() for t in (V, X, h, weights.U)]
    through_time(V, X, h, weights.U)
    assert all(map(torch.equal, kept, (V, X, h, weights.U)))


def test_what_is_no_forward_pass_is_refused():
    weights, X, first, V = task()
    h = forward(weights, X, first)
    said = "^(slopes|X|h) (has the shape|is empty|has NaN or infinity: lower the rate)"
    refuses(
        lambda h: through_time(V, X, h, weights.U),
        said,
        good=[h],
        bad=[h[1:], torch.cat([h, first[None]]), *spoilt(h, math.nan)],
    )
    refuses(
        lambda slopes: through_time(slopes, X, h, weights.U),
        said,
        good=[V],
        bad=spoilt(V, math.inf),
    )
    refuses(
        lambda X: through_time(V[: len(X)], X, h[: len(X) + 1], weights.U),
        said,
        good=[X, X[:1]],
        bad=[X[:0], *spoilt(X, math.nan, math.inf)],
    )
    refuses(
        lambda U: through_time(V, X, h, U),
        "^U has NaN or infinity: lower the rate",
        good=[weights.U],
        bad=spoilt(weights.U, math.nan),
    )
    for k, name in enumerate(("slopes", "X", "h")):
        refuses(
            lambda part, k=k: through_time(
                *(part if j == k else same for j, same in enumerate((V, X, h))),
                weights.U,
            ),
            f"^{name} is torch.float32, U is torch.float64: ",
            good=[(V, X, h)[k]],
            bad=[(V, X, h)[k].float()],
        )
