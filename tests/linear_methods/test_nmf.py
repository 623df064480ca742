"""The error never grows, factors stay at 0 or above, and scikit-learn is near."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import NMF

from ml2020.data.digits import digits
from ml2020.linear_methods import codes_of_parts, nmf, nmf_round
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


def test_shares_of_given_parts_are_found():
    W, H = table(1, 12, 3), table(2, 3, 7)
    torch.testing.assert_close(codes_of_parts(W @ H, H, 20_000), W, atol=1e-3, rtol=0)
    one = codes_of_parts(W @ H, H, 1)
    start = (W @ H).mean() / (3 * H.mean()) * torch.ones(12, 3).double()
    expected = start * (W @ H @ H.T) / (start @ H @ H.T)
    torch.testing.assert_close(one, expected)


def test_the_same_dice_give_the_same_parts():
    one, two = (nmf(table(), 3, 5, generator=dice(4)) for _ in range(2))
    assert torch.equal(one.H, two.H)
    assert nmf(table().float(), 3, 5, generator=dice(4)).H.dtype == torch.float32


def test_rejects_negative_entries():
    V = table()
    H = table(2, 3, 7)
    for name, call in (
        ("V", lambda V: nmf(V, 2, 1)),
        ("V", lambda V: codes_of_parts(V, H, 1)),
    ):
        good = V.clone()
        good[0] = 0
        said = f"^{name} has negative entries: shift them, or use PCA$"
        refuses(call, said, good=[good], bad=spoilt(V, -1e-9))
        refuses(call, f"^{name} has NaN", good=[V], bad=spoilt(V, math.nan))
        refuses(call, f"^{name} is 0 everywhere: give", good=[V], bad=[0 * V])
    refuses(
        lambda H: codes_of_parts(V, H, 1),
        "^H has negative entries",
        good=[H],
        bad=spoilt(H, -1.0),
    )
    with pytest.raises(ValueError, match=r"^H is torch.float32, V is torch.float64"):
        codes_of_parts(V, H.float(), 1)


def test_rejects_counts_out_of_range():
    V = table()
    refuses(
        lambda k: nmf(V, k, 1), "^count is .*: give 1 to 7$", good=[1, 7], bad=[0, 8]
    )
    said = "^rounds is 0: give 1 or more$"
    refuses(lambda r: nmf(V, 2, r), said, good=[1], bad=[0])
    refuses(lambda r: codes_of_parts(V, V[:2], r), said, good=[1], bad=[0])
