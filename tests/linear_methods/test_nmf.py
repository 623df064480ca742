"""The error never grows, factors stay at 0 or above, and scikit-learn is near."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import NMF

from ml2020.data.digits import digits
from ml2020.linear_methods import nmf, nmf_round
from tests.refusals import refuses, spoilt


def dice(seed):
    return torch.Generator().manual_seed(seed)


def table(seed=0, n=12, features=7):
    return torch.rand(n, features, generator=dice(seed), dtype=torch.float64)


@pytest.mark.equation("eq-linear_methods-nmf")
def test_a_round_is_the_loop_of_the_paper():
    V, W, H = table(), table(1, 12, 3), table(2, 3, 7)
    had = W @ H
    new_H = H.clone()
    for k in range(3):
        for j in range(7):
            up = sum(W[i, k] * V[i, j] for i in range(12))
            new_H[k, j] = H[k, j] * up / sum(W[i, k] * had[i, j] for i in range(12))
    had = W @ new_H
    new_W = W.clone()
    for i in range(12):
        for k in range(3):
            up = sum(V[i, j] * new_H[k, j] for j in range(7))
            new_W[i, k] = W[i, k] * up / sum(had[i, j] * new_H[k, j] for j in range(7))
    W2, H2 = nmf_round(V, W, H)
    torch.testing.assert_close(H2, new_H)
    torch.testing.assert_close(W2, new_W)


@settings(max_examples=20)
@given(seed=st.integers(0, 100), count=st.integers(1, 7))
def test_the_error_never_grows_and_nothing_is_negative(seed, count):
    V = table(seed)
    V[0, 0] = 0
    found = nmf(V, count, 60, generator=dice(seed))
    assert (found.path.diff() <= 1e-9).all()
    assert len(found.path) == 61
    assert min(found.W.min(), found.H.min()) >= 0
    assert found.path[-1].item() == pytest.approx(
        ((V - found.W @ found.H) ** 2).sum().item()
    )


def test_true_factors_stay_as_they_are():
    W, H = table(1, 12, 3), table(2, 3, 7)
    W2, H2 = nmf_round(W @ H, W, H)
    torch.testing.assert_close(W2, W)
    torch.testing.assert_close(H2, H)


def test_five_hundred_rounds_end_near_sklearn():
    V = digits().images[:500].flatten(1).double()
    ours = nmf(V, 10, 500, generator=dice(0))
    assert (ours.path.diff() <= 1e-9).all()
    theirs = NMF(10, init="random", random_state=0, max_iter=2000).fit(V.numpy())
    ratio = ours.path[-1].sqrt().item() / theirs.reconstruction_err_
    assert 0.95 < ratio < 1.05


def test_the_start_has_about_the_size_of_the_table():
    V = 50 * table(0, 200, 100)
    start = nmf(V, 4, 1, generator=dice(0)).path[0]
    assert start < 3 * ((V - V.mean()) ** 2).sum()


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_units_do_not_matter(unit):
    V = table()
    one, other = (nmf(X, 3, 200, generator=dice(0)) for X in (V, unit * V))
    torch.testing.assert_close(other.H, one.H)
    torch.testing.assert_close(other.W, unit * one.W)
    torch.testing.assert_close(other.path, unit**2 * one.path)
    low = nmf(unit * V.float(), 3, 200, generator=dice(0))
    assert low.path[-1] < 0.2 * ((unit * V) ** 2).sum()


def test_the_same_dice_give_the_same_parts():
    one, two = (nmf(table(), 3, 5, generator=dice(4)) for _ in range(2))
    assert torch.equal(one.H, two.H)
    assert nmf(table().float(), 3, 5, generator=dice(4)).H.dtype == torch.float32


def test_rejects_negative_entries():
    V = table()
    good = V.clone()
    good[0] = 0
    call = lambda V: nmf(V, 2, 1)  # noqa: E731
    said = "^V has negative entries: shift them, or use PCA$"
    refuses(call, said, good=[good], bad=spoilt(V, -1e-9))
    refuses(call, "^V has NaN", good=[V], bad=spoilt(V, math.nan))
    refuses(call, "^V is 0 everywhere: give", good=[V], bad=[0 * V])
    huge = 1e20 * V.float()
    refuses(call, "^X has numbers so large", good=[V], bad=[huge])


def test_rejects_counts_out_of_range():
    V = table()
    refuses(
        lambda k: nmf(V, k, 1), "^count is .*: give 1 to 7$", good=[1, 7], bad=[0, 8]
    )
    said = "^rounds is 0: give 1 or more$"
    refuses(lambda r: nmf(V, 2, r), said, good=[1], bad=[0])


def test_the_start_is_drawn_in_the_table_s_kind_of_number():
    V, rolls = table(), dice(6)
    W, H = (
        2 / 3**0.5 * torch.rand(*size, generator=rolls, dtype=torch.float64)
        for size in ((12, 3), (3, 7))
    )
    start = ((V - V.mean() * W @ H) ** 2).sum()
    found = nmf(V, 3, 1, generator=dice(6)).path[0]
    torch.testing.assert_close(found, start, rtol=1e-12, atol=0)
