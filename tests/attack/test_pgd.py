"""One step is exact on a linear model; many are the papers' slow loop."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.attack import fgsm, non_targeted, pgd, slope_of
from tests.refusals import below, only_positive, refuses, spoilt


def network(seed=0, kind=torch.float64):
    dice = torch.Generator().manual_seed(seed)
    W = [torch.randn(*s, generator=dice, dtype=kind) for s in ((7, 6), (3, 7))]
    return lambda x: (x.flatten(1) @ W[0].T).relu() @ W[1].T


def pictures(n=5, kind=torch.float64):
    dice = torch.Generator().manual_seed(9)
    return torch.rand(n, 2, 3, generator=dice, dtype=kind)


y = torch.tensor([0, 1, 2, 0, 1])


def loss(x):
    return non_targeted(network(kind=x.dtype)(x), y[: len(x)])


@pytest.mark.equation("eq-attack-linear")
@settings(max_examples=30)
@given(seed=st.integers(0, 999), eps=st.floats(0, 2))
def test_of_a_linear_loss_one_step_takes_eps_times_the_dual_length(seed, eps):
    w = torch.randn(4, generator=torch.Generator().manual_seed(seed)).double()
    linear = lambda x: x @ w  # noqa: E731
    x = torch.zeros(1, 4, dtype=torch.float64)
    for norm, dual in ((math.inf, w.abs().sum()), (2, w.norm())):
        fall = linear(x) - linear(fgsm(linear, x, eps, norm, None))
        torch.testing.assert_close(fall[0], eps * dual)


@pytest.mark.equation("eq-attack-fgsm")
def test_fgsm_is_the_paper_s_formula():
    x = pictures().requires_grad_()
    (g,) = torch.autograd.grad(-loss(x).sum(), x)  # of the cross-entropy
    expected = (x + 0.1 * g.sign()).clamp(0, 1).detach()
    torch.testing.assert_close(fgsm(loss, x.detach(), 0.1), expected)
    assert torch.equal(fgsm(loss, x.detach(), 0.1), pgd(loss, x.detach(), 0.1, 1, 0.1))


@pytest.mark.equation("eq-attack-pgd")
@pytest.mark.parametrize("norm", [math.inf, 2])
def test_many_steps_are_a_slow_loop_over_pictures_and_dots(norm):
    eps, rate = 0.2, 0.07
    found = pgd(loss, pictures(), eps, 5, rate, norm)
    for k, start in enumerate(pictures()):
        x = start.clone()
        for _ in range(5):
            x.requires_grad_()
            alone = non_targeted(network()(x[None]), y[k : k + 1])[0]
            (g,) = torch.autograd.grad(alone, x)
            x, size = x.detach().clone(), math.sqrt(sum(v * v for v in g.flatten()))
            for i in range(2):
                for j in range(3):
                    way = (
                        math.copysign(1, g[i, j])
                        if norm == math.inf
                        else g[i, j] / size
                    )
                    x[i, j] -= rate * way
            if norm == math.inf:
                for i in range(2):
                    for j in range(3):
                        low, high = start[i, j] - eps, start[i, j] + eps
                        x[i, j] = min(max(x[i, j], low), high)
            else:
                far = math.sqrt(sum(v * v for v in (x - start).flatten()))
                x = start + (x - start) * min(1.0, eps / far)
            x = x.clamp(0, 1)
        torch.testing.assert_close(found[k], x)


def test_it_lowers_the_loss_and_the_pictures_and_the_random_state_stay():
    x = pictures()
    before, state = x.clone(), torch.get_rng_state()
    dice = torch.Generator().manual_seed(1)
    moved = pgd(loss, x, 0.2, 10, 0.05, generator=dice)
    assert (loss(moved) < loss(x)).all()
    assert torch.equal(x, before)
    assert torch.equal(torch.get_rng_state(), state)
    assert not moved.requires_grad
    again = pgd(loss, x, 0.2, 10, 0.05, generator=torch.Generator().manual_seed(1))
    assert torch.equal(moved, again)
    assert not torch.equal(moved, pgd(loss, x, 0.2, 10, 0.05))


def test_no_step_and_no_radius_change_nothing():
    x = pictures()
    assert torch.equal(pgd(loss, x, 0.2, 0, 0.1), x)
    assert torch.equal(pgd(loss, x, 0.0, 3, 0.1), x)
    assert torch.equal(fgsm(loss, x, 0.0), x)


def test_float32_stays_float32(device):
    x = pictures(kind=torch.float32).to(device)
    flat = lambda v: v.flatten(1).square().sum(dim=1)  # noqa: E731
    assert pgd(flat, x, 0.1, 2, 0.1).dtype == torch.float32
    torch.testing.assert_close(slope_of(flat, x), 2 * x)


def test_attacks_that_cannot_be_made_are_refused():
    x = pictures()
    for call in (
        lambda x=x, eps=0.1, norm=math.inf: fgsm(loss, x, eps, norm),
        lambda x=x, eps=0.1, norm=math.inf: pgd(loss, x, eps, 1, 0.1, norm),
    ):
        refuses(
            lambda eps, call=call: call(eps=eps),
            "^eps is .*: give 0 or more$",
            good=[0.0],
            bad=[below(0.0), math.nan],
        )
        refuses(lambda norm, call=call: call(norm=norm), "^norm is", good=[2], bad=[1])
        refuses(
            lambda x, call=call: call(x),
            "^start has",
            good=[x],
            bad=spoilt(x, 1.1, -0.1, math.nan),
        )
    only_positive(lambda rate: pgd(loss, x, 0.1, 1, rate), "rate")
    refuses(
        lambda steps: pgd(loss, x, 0.1, steps, 0.1),
        "^steps is .*: give 0 or more$",
        good=[0],
        bad=[-1],
    )
    for call in (fgsm, lambda loss, x, eps: pgd(loss, x, eps, 1, 0.1)):
        refuses(
            lambda loss, call=call: call(loss, x, 0.1),
            "^loss does not depend on x",
            good=[loss],
            bad=[lambda x: torch.zeros(len(x))],
        )


def test_a_slope_that_is_no_number_is_refused():
    x = torch.rand(3, 2)
    for bad in (torch.nan, torch.inf):
        refuses(
            lambda v: pgd(lambda x: (x * v).sum(dim=1), x, 0.1, 1, 0.1),
            "^the slope of the loss has NaN",
            good=[torch.ones(3, 2)],
            bad=spoilt(torch.ones(3, 2), bad),
        )
