"""The LSTM: torch's cell, its formula, and the way through its memory."""

import pytest
import torch

from ml2020.rnn import Cell, Weights, lstm_step, remember, unrolled

ORDER = (2, 0, 1, 3)  # torch has i, f, z, o below each other; we have z, i, f, o


def ours(torch_lstm, m):
    W, U, b, c = (p.detach() for p in torch_lstm.parameters())
    blocks = [torch.cat([p[k * m : (k + 1) * m] for k in ORDER]) for p in (W, U, b + c)]
    return Weights(*blocks)


@pytest.mark.equation("eq-rnn-lstm-gates")
def test_a_layer_of_it_is_torch_s(device):
    dice = torch.Generator().manual_seed(0)
    lstm = torch.nn.LSTM(3, 5).double().to(device)
    with torch.no_grad():
        for p in lstm.parameters():
            p.copy_(torch.randn(p.shape, generator=dice, dtype=torch.float64))
    X, h, c = (
        torch.randn(s, generator=dice, dtype=torch.float64).to(device)
        for s in ((7, 4, 3), (4, 5), (4, 5))
    )
    weights = ours(lstm, 5)
    mine = unrolled(lambda x, s: lstm_step(x, s, weights), X, Cell(h, c))
    theirs, (last, memory) = lstm(X, (h[None], c[None]))
    torch.testing.assert_close(torch.stack([s.h for s in mine]), theirs.detach())
    torch.testing.assert_close(mine[-1].h, last[0].detach())
    torch.testing.assert_close(mine[-1].c, memory[0].detach())


@pytest.mark.equation("eq-rnn-lstm")
def test_four_numbers_come_in_and_one_goes_out():
    z, i, f, o, c = torch.tensor([0.3, -0.2, 0.9, 0.4, 1.5]).double()
    said = remember(z, (i, f, o), c)

    def s(v):
        return 1 / (1 + torch.exp(-v))

    memory = torch.tanh(z) * s(i) + c * s(f)
    torch.testing.assert_close(said.c, memory)
    torch.testing.assert_close(said.h, torch.tanh(memory) * s(o))
    straight = remember(z, (i, f, o), c, bend=lambda v: v)
    torch.testing.assert_close(straight.c, z * s(i) + c * s(f))
    torch.testing.assert_close(straight.h, (z * s(i) + c * s(f)) * s(o))


@pytest.mark.equation("eq-rnn-keep")
def test_along_the_memory_the_slope_is_the_product_of_the_forget_gates():
    dice = torch.Generator().manual_seed(3)
    m, T = 4, 6
    W = torch.randn(4 * m, 2, generator=dice).double()
    # Gates that read the input alone: the memory is the only way back.
    weights = Weights(W, torch.zeros(4 * m, m).double(), torch.ones(4 * m).double())
    X = torch.randn(T, 1, 2, generator=dice).double()
    c = torch.randn(1, m, generator=dice).double().requires_grad_()
    last = unrolled(
        lambda x, s: lstm_step(x, s, weights), X, Cell(torch.zeros_like(c), c)
    )[-1]
    (slope,) = torch.autograd.grad(last.c.sum(), c)
    kept = [(x @ W[2 * m : 3 * m].T + 1).sigmoid() for x in X]
    torch.testing.assert_close(slope, torch.stack(kept).prod(dim=0))


@pytest.mark.equation("eq-rnn-candidate")
def test_with_the_gates_fixed_a_step_adds_the_way_through_the_candidate():
    dice = torch.Generator().manual_seed(5)
    U, c, z0, gates, o = (
        torch.randn(s, generator=dice).double() for s in ((4, 4), 4, 4, (3, 4), 4)
    )

    def step(memory):
        heard = o.sigmoid() * torch.tanh(memory)
        return remember(z0 + U @ heard, tuple(gates), memory).c

    slope = torch.autograd.functional.jacobian(step, c)
    i, f, _ = gates.sigmoid()
    z = z0 + U @ (o.sigmoid() * torch.tanh(c))
    said = torch.diag(o.sigmoid() * (1 - torch.tanh(c) ** 2))
    through = torch.diag(i * (1 - torch.tanh(z) ** 2)) @ U @ said
    torch.testing.assert_close(slope, torch.diag(f) + through)


def test_a_shut_gate_writes_nothing_and_a_kept_memory_stays():
    far = torch.tensor(1000.0)
    c = torch.tensor([0.7, -3.0])
    z = torch.tensor([5.0, 5.0])
    kept = remember(z, (-far, far, far), c)
    assert torch.equal(kept.c, c)
    assert torch.equal(kept.h, torch.tanh(c))
    wiped = remember(z, (-far, -far, far), c)
    assert torch.equal(wiped.c, torch.zeros(2))
    silent = remember(z, (far, far, -far), c)
    assert torch.equal(silent.h, torch.zeros(2))
    torch.testing.assert_close(silent.c, c + torch.tanh(z))
