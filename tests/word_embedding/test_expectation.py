"""Skip-gram's expected loss is a sum over pairs; at shifted PMI nothing moves."""

import math

import pytest
import torch
from torch.nn.functional import logsigmoid

from ml2020.support.checks import check_descended
from ml2020.word_embedding import (
    best_products,
    expected_slopes,
    fit_expected,
    pmi,
    unit,
)
from ml2020.word_embedding.expectation import by_chance, softmax_loss
from tests.refusals import only_positive, refuses


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


def counts(n=5):
    N = drawn(n, n).abs() + 0.1
    return N + N.T


def shares(N):
    return N.sum(0) / N.sum()


@pytest.mark.equation("eq-word_embedding-expected")
def test_it_is_the_sum_over_all_pairs_and_words_of_chance():
    N, V, U = counts(), drawn(5, 3, seed=1), drawn(5, 3, seed=2)
    p, k, slow = shares(N), 4, 0.0
    for i in range(5):
        for j in range(5):
            slow -= (N[i, j] * logsigmoid(V[i] @ U[j])).item()
            for m in range(5):  # for each pair, k draws
                chance = N[i, j] * k * p[m] * logsigmoid(-V[i] @ U[m])
                slow -= chance.item()
    loss, *_ = expected_slopes(N, p, k, V, U)
    assert (loss * N.sum()).item() == pytest.approx(slow)


def test_slopes_are_autograd_s():
    N, V, U = counts(), drawn(5, 3, seed=1), drawn(5, 3, seed=2)
    V, U = V.requires_grad_(), U.requires_grad_()
    loss, *ours = expected_slopes(N, shares(N), 5, V, U)
    for own, other in zip(ours, torch.autograd.grad(loss, (V, U)), strict=True):
        torch.testing.assert_close(own.detach(), other)


@pytest.mark.equation("eq-word_embedding-optimum")
def test_at_shifted_pmi_nothing_moves():
    N = counts()
    wanted = pmi(N) - math.log(5)
    torch.testing.assert_close(best_products(N, shares(N), 5), wanted)
    _, by_V, by_U = expected_slopes(N, shares(N), 5, torch.eye(5).double(), wanted.T)
    assert by_V.abs().max() < 1e-12
    assert by_U.abs().max() < 1e-12


def test_descent_gets_there_if_the_dimension_allows():
    N = counts(8)
    dice = torch.Generator().manual_seed(1)
    V, U = fit_expected(N, shares(N), 8, 5, steps=2000, generator=dice)
    wanted = best_products(N, shares(N), 5)
    assert (V @ U.T - wanted).abs().max() < 0.05


def test_words_of_chance_come_k_times_for_each_pair():
    N = counts()
    found = by_chance(N, shares(N), 3)
    torch.testing.assert_close(found.sum(1), 3 * N.sum(1))
    only_positive(lambda k: by_chance(N, shares(N), k), "negatives")


@pytest.mark.equation("eq-word_embedding-softmax")
def test_the_softmax_loss_is_that_of_each_pair():
    N, V, U = counts(), drawn(5, 3, seed=1), drawn(5, 3, seed=2)
    slow = 0.0
    for c in range(5):
        total = sum(math.exp(U[j] @ V[c]) for j in range(5))
        for o in range(5):
            slow -= N[c, o].item() * math.log(math.exp(U[o] @ V[c]) / total)
    assert softmax_loss(N, V, U).item() == pytest.approx(slow / N.sum().item())


def test_settings_below_1_are_refused():
    N = counts()
    for name in ("dimension", "steps"):
        refuses(
            lambda v, name=name: fit_expected(
                N, shares(N), **{"dimension": 2, "steps": 1, name: v}
            ),
            f"^{name} is 0",
            good=[1],
            bad=[0],
        )


@pytest.mark.equation("eq-word_embedding-free")
def test_any_change_of_axes_leaves_the_loss_and_changes_cosines():
    N, V, U, G = counts(), drawn(5, 3, seed=1), drawn(5, 3, seed=2), drawn(3, 3, seed=3)
    W, H = V @ G, U @ torch.linalg.inv(G).T
    losses = [expected_slopes(N, shares(N), 5, *pair)[0] for pair in ((V, U), (W, H))]
    torch.testing.assert_close(*losses)
    assert (unit(V) @ unit(V).T - unit(W) @ unit(W).T).abs().max() > 0.1
    Q = torch.linalg.qr(G).Q  # a rotation keeps them
    torch.testing.assert_close(unit(V @ Q) @ unit(V @ Q).T, unit(V) @ unit(V).T)


def test_words_that_are_never_drawn_are_refused():
    N = counts(2)
    said = "^shares are 0, negative or NaN: leave such words out$"
    bad = [[0.0, 1], [-1.0, 2], [math.nan, 1]]
    refuses(
        lambda p: best_products(N, torch.tensor(p).double(), 5),
        said,
        good=[[0.1, 0.9]],
        bad=bad,
    )
    only_positive(lambda lr: fit_expected(N, shares(N), 2, steps=1, lr=lr), "lr")


def test_vectors_that_run_away_are_refused():
    N = counts()
    with pytest.raises(ValueError, match=r"^lr is 1000000.0: the loss rose from "):
        fit_expected(N, shares(N), 2, 5, 50, 1e6)
    with pytest.raises(ValueError, match=r"^lr is 1: the loss rose from "):
        check_descended(torch.tensor(1.0), torch.tensor(math.nan), 1)
    check_descended(torch.tensor(1.0), torch.tensor(1.0), 1)
