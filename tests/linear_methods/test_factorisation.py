"""Slopes are autograd's; the full table ends at the tail; hidden entries are read."""

import math

import pytest
import torch

from ml2020.linear_methods import (
    Factors,
    als,
    descended_factors,
    factor_loss,
    factor_slopes,
    first_factors,
    made_ratings,
    predicted,
)
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def small(seed=0, tastes=2):
    N, seen = made_ratings((8, 6), tastes, 0.6, generator=dice(seed))
    return N, seen, first_factors(N, seen, tastes, generator=dice(seed + 50))


def other(f):
    return Factors(*(part + 0.1 * torch.arange(part.numel()).view(part.shape)
                     for part in f))  # fmt: skip


@pytest.mark.equation("eq-linear_methods-predicted")
def test_a_prediction_is_mean_biases_and_product():
    _, _, f = small()
    f, says = other(f), predicted(other(f))
    for i in range(8):
        for j in range(6):
            product = sum(a * b for a, b in zip(f.P[i], f.Q[j], strict=True))
            torch.testing.assert_close(says[i, j], f.mu + f.b[i] + f.c[j] + product)


@pytest.mark.equation("eq-linear_methods-factor-loss")
def test_the_loss_is_a_loop_over_the_known():
    N, seen, f = small()
    f = other(f)
    says, loop = predicted(f), 0.0
    for i in range(8):
        for j in range(6):
            if seen[i, j]:
                loop += (says[i, j] - N[i, j]).item() ** 2
    for part in (f.P, f.Q, f.b, f.c):
        loop += 0.3 * sum(v**2 for v in part.flatten().tolist())
    assert factor_loss(f, N, seen, 0.3).item() == pytest.approx(loop)


@pytest.mark.equation("eq-linear_methods-factor-slopes")
def test_slopes_are_autograd_s_and_mu_stays():
    N, seen, f = small()
    f = Factors(*(part.requires_grad_() for part in other(f)))
    theirs = torch.autograd.grad(factor_loss(f, N, seen, 0.3), f[:4])
    ours = factor_slopes(f, N, seen, 0.3)
    for mine, its in zip(ours[:4], theirs, strict=True):
        torch.testing.assert_close(mine, its)
    assert ours.mu == 0


def test_what_is_not_seen_is_not_read():
    N, seen, f = small()
    blind = N.where(seen, math.nan)
    for table in (N, blind):
        end, path = descended_factors(f, table, seen, 0.1, 0.01, 20)
        assert path.isfinite().all()
        if table is N:
            first = end
    for one, two in zip(first, end, strict=True):
        assert torch.equal(one, two)


def test_a_full_table_ends_at_the_tail_of_singular_values():
    N = made_ratings((8, 6), 3, 1.0, generator=dice(0)).N
    N = N - N.mean(dim=0) - N.mean(dim=1, keepdim=True) + N.mean()
    seen = torch.ones_like(N).bool()
    start = first_factors(N, seen, 2, generator=dice(3))
    end, path = descended_factors(start, N, seen, 0.0, 0.01, 2000)
    tail = (torch.linalg.svdvals(N)[2:] ** 2).sum()
    torch.testing.assert_close(path[-1], tail)
    assert len(path) == 2001
    assert (path.diff() < 1e-10).all()
    torch.testing.assert_close(factor_loss(end, N, seen, 0.0), path[-1])


def test_five_people_and_four_characters_with_a_fifth_missing():
    errors, fills = [], []
    for k in range(10):
        N = made_ratings((5, 4), 2, 1.0, 0.0, 0.0, generator=dice(k)).N
        seen = torch.ones(5, 4).bool()
        seen[torch.arange(4), torch.arange(4)] = False
        start = first_factors(N, seen, 2, generator=dice(k))
        end, _ = als(start, N, seen, 0.03, 150)
        errors.append((predicted(end) - N)[~seen].norm().item())
        fills.append((N[seen].mean() - N)[~seen].norm().item())
    assert sum(e < f for e, f in zip(errors, fills, strict=True)) >= 6


def test_first_factors_are_small_and_begin_at_the_mean():
    N, seen, _ = small()
    f = first_factors(N, seen, 500, generator=dice(0))
    assert f.mu == N[seen].mean()
    assert not f.b.any()
    assert not f.c.any()
    assert len(f.b) == 8
    assert len(f.c) == 6
    for part in (f.P, f.Q):
        assert part.std().item() == pytest.approx(0.1, rel=0.1)
    assert first_factors(N, seen, 0).P.shape == (8, 0)


def test_rejects_the_unrated():
    N, seen, f = small()
    nobody, nothing = seen.clone(), seen.clone()
    nobody[3], nothing[:, 5] = False, False
    for call in (
        lambda s: first_factors(N, s, 1),
        lambda s: descended_factors(f, N, s, 0.1, 0.01, 1),
        lambda s: als(f, N, s, 0.1, 1),
    ):
        refuses(call, "^seen leaves person 3 unrated: ", good=[seen], bad=[nobody])
        refuses(call, "^seen leaves character 5 unrated", good=[seen], bad=[nothing])


def test_rejects_bad_settings():
    N, seen, f = small()
    refuses(
        lambda lr: descended_factors(f, N, seen, 0.1, lr, 1),
        "^lr is .*: give a positive number$",
        good=[1e-300],
        bad=[0.0, -1.0, math.nan],
    )
    refuses(
        lambda ridge: descended_factors(f, N, seen, ridge, 0.001, 1),
        "^ridge is -1: give 0 or more$",
        good=[0],
        bad=[-1],
    )
    refuses(
        lambda steps: descended_factors(f, N, seen, 0.1, 0.001, steps),
        "^steps is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda tastes: first_factors(N, seen, tastes),
        "^tastes is -1: give 0 or more$",
        good=[0],
        bad=[-1],
    )
    with pytest.raises(ValueError, match=r"^lr is 1.0: the loss rose"):
        descended_factors(f, N, seen, 0.1, 1.0, 50)
    with pytest.raises(ValueError, match=r"^N has NaN or infinity"):
        first_factors(N.where(seen, 0) / 0, seen, 1)


def test_rejects_a_rate_at_which_the_loss_falls_first_and_then_rises():
    N, seen = made_ratings((60, 40), 2, 0.4, generator=dice(1))
    start = first_factors(N, seen, 2, generator=dice(2))
    short = descended_factors(start, N, seen, 1.0, 0.022, 20)[1]
    assert short[-1] < short[0]
    with pytest.raises(ValueError, match=r"^lr is 0.022: the loss rose from"):
        descended_factors(start, N, seen, 1.0, 0.022, 400)
