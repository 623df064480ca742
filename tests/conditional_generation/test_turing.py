"""A head looks, stays, moves and sharpens as the paper says, slot by slot."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.conditional_generation.turing import (
    Head,
    address,
    by_content,
    moved,
    read,
    sharpened,
    written,
)
from tests.refusals import refuses, spoilt

N, D = 5, 3


def things(seed=0, n=2):
    dice = torch.Generator().manual_seed(seed)
    M = torch.randn(n, N, D, generator=dice, dtype=torch.float64)
    w = torch.rand(n, N, generator=dice, dtype=torch.float64).softmax(-1)
    k = torch.randn(n, D, generator=dice, dtype=torch.float64)
    head = Head(
        k,
        torch.rand(n, 1, generator=dice, dtype=torch.float64) * 5,
        torch.rand(n, 1, generator=dice, dtype=torch.float64),
        torch.randn(n, 3, generator=dice, dtype=torch.float64).softmax(-1),
        1 + torch.rand(n, 1, generator=dice, dtype=torch.float64),
    )
    return M, w, head


@pytest.mark.equation("eq-conditional_generation-content")
def test_content_is_a_softmax_of_cosines():
    M, _, head = things()
    w = by_content(M, head.k, head.beta)
    for b in range(2):
        e = []
        for i in range(N):
            dot = sum(M[b, i, j] * head.k[b, j] for j in range(D))
            size = math.sqrt((M[b, i] ** 2).sum()) * math.sqrt((head.k[b] ** 2).sum())
            e.append(math.exp(head.beta[b, 0] * dot / size))
        for i in range(N):
            assert w[b, i].item() == pytest.approx(e[i] / sum(e), abs=1e-6)


@pytest.mark.equation("eq-conditional_generation-move")
def test_a_move_is_a_convolution_round_the_ring():
    _, w, head = things()
    found = moved(w, head.s)
    for b in range(2):
        for i in range(N):
            expected = sum(
                w[b, j] * head.s[b, 1 + step]
                for j in range(N)
                for step in (-1, 0, 1)
                if (j + step) % N == i
            )
            assert torch.allclose(found[b, i], expected)


@pytest.mark.equation("eq-conditional_generation-sharpen")
def test_sharper_is_a_power():
    _, w, head = things()
    found = sharpened(w, head.gamma)
    for b in range(2):
        powers = [w[b, i].item() ** head.gamma[b, 0].item() for i in range(N)]
        assert found[b].tolist() == pytest.approx([p / sum(powers) for p in powers])


@pytest.mark.equation("eq-conditional_generation-stay")
def test_with_g_0_it_stays_and_with_g_1_it_looks():
    M, before, head = things()
    head = head._replace(
        s=torch.tensor([[0.0, 1, 0]]).double().expand(2, 3),
        gamma=torch.ones(2, 1).double(),
    )
    for g, expected in ((0.0, before), (1.0, by_content(M, head.k, head.beta))):
        w = address(M, before, head._replace(g=torch.full_like(head.g, g)))
        assert torch.allclose(w, expected)
    half = address(M, before, head._replace(g=torch.full_like(head.g, 0.25)))
    looked = by_content(M, head.k, head.beta)
    assert torch.allclose(half, 0.25 * looked + 0.75 * before)


@pytest.mark.equation("eq-conditional_generation-write")
def test_writing_erases_and_adds_slot_by_slot():
    M, w, head = things()
    erase, add = head.k.sigmoid(), head.k
    found = written(M, w, erase, add)
    for b in range(2):
        for i in range(N):
            for j in range(D):
                kept = M[b, i, j] * (1 - w[b, i] * erase[b, j])
                assert torch.allclose(found[b, i, j], kept + w[b, i] * add[b, j])


def test_what_is_written_sharply_is_read_again():
    M, _, head = things()
    w = torch.eye(N).double()[[1, 3]]
    M = written(M, w, torch.ones(2, D).double(), head.k)
    assert torch.allclose(read(M, w), head.k)
    assert torch.allclose(by_content(M, head.k, 1e3 * torch.ones(2, 1).double()), w)


@given(st.integers(0, 10_000))
def test_weights_are_shares_whatever_the_head_is_told(seed):
    M, before, head = things(seed)
    w = address(M, before, head)
    assert torch.allclose(w.sum(-1), torch.ones(2).double())
    assert (w >= 0).all()


def test_an_empty_memory_is_looked_at_evenly():
    _, _, head = things()
    w = by_content(torch.zeros(2, N, D).double(), head.k, head.beta)
    assert torch.allclose(w, torch.full((2, N), 1 / N).double())


def test_slopes_are_those_of_differences():
    M, before, head = things()
    M, before = M.requires_grad_(), before.requires_grad_()
    assert torch.autograd.gradcheck(lambda *a: address(*a, head), (M, before))


def test_rejects_heads_of_another_machine():
    M, before, head = things()
    refuses(
        lambda w: address(M, w, head), "^before has", good=[before], bad=[before[:, :4]]
    )
    for name in Head._fields:
        part = getattr(head, name)
        refuses(
            lambda p, name=name: address(M, before, head._replace(**{name: p})),
            rf"^head\.{name} has ",
            good=[part],
            bad=[part[:1], *spoilt(part, math.nan, math.inf)],
        )


def test_rejects_shares_and_powers_outside_their_range():
    M, before, head = things()
    refuses(
        lambda g: address(M, before, head._replace(g=g)),
        r"^head\.g is outside",
        good=[0 * head.g, 0 * head.g + 1],
        bad=[head.g - 1.1, head.g + 1.1, *spoilt(0 * head.g, 1.01, -0.01)],
    )
    refuses(
        lambda gamma: address(M, before, head._replace(gamma=gamma)),
        r"^head\.gamma is below",
        good=[0 * head.gamma + 1],
        bad=[0 * head.gamma + 0.9, *spoilt(0 * head.gamma + 1, 0.99)],
    )
