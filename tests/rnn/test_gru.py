"""The GRU: the paper's formula, torch's where both agree, and the two limits."""

import pytest
import torch

from ml2020.rnn import Weights, gru_step


def drawn_unit(seed=0, m=3, inputs=2):
    dice = torch.Generator().manual_seed(seed)
    shapes = (3 * m, inputs), (3 * m, m), (3 * m,), (5, inputs), (5, m)
    W, U, b, x, h = (torch.randn(s, generator=dice).double() for s in shapes)
    return Weights(W, U, b), x, h


@pytest.mark.equation("eq-rnn-gru")
def test_it_is_the_paper_s_formula_number_by_number():
    (W, U, b), x, h = drawn_unit()
    found = gru_step(x, h, Weights(W, U, b))
    for n in range(5):
        r = [torch.sigmoid(W[k] @ x[n] + U[k] @ h[n] + b[k]) for k in range(3)]
        z = [torch.sigmoid(W[k] @ x[n] + U[k] @ h[n] + b[k]) for k in range(3, 6)]
        for k in range(3):
            inner = sum(U[6 + k, j] * r[j] * h[n, j] for j in range(3))
            new = torch.tanh(W[6 + k] @ x[n] + inner + b[6 + k])
            said = z[k] * h[n, k] + (1 - z[k]) * new
            torch.testing.assert_close(found[n, k], said)


def test_with_open_reset_gates_it_is_torch_s(device):
    (W, U, b), x, h = drawn_unit(1)
    b[:3] = 1000  # r = 1: before or after the product makes no difference
    cell = torch.nn.GRUCell(2, 3).double().to(device)
    with torch.no_grad():
        for p, mine in zip(cell.parameters(), (W, U, b, b * 0), strict=True):
            p.copy_(mine)
    mine = gru_step(
        x.to(device), h.to(device), Weights(*(p.to(device) for p in (W, U, b)))
    )
    torch.testing.assert_close(mine, cell(x.to(device), h.to(device)).detach())


def test_torch_s_resets_after_the_product_which_is_another_function():
    (W, U, b), x, h = drawn_unit(2)
    cell = torch.nn.GRUCell(2, 3).double()
    with torch.no_grad():
        for p, mine in zip(cell.parameters(), (W, U, b, b * 0), strict=True):
            p.copy_(mine)
    apart = (gru_step(x, h, Weights(W, U, b)) - cell(x, h)).abs().max()
    assert apart > 0.01
    r, z = torch.sigmoid(x @ W[:6].T + h @ U[:6].T + b[:6]).chunk(2, dim=-1)
    theirs = torch.tanh(x @ W[6:].T + b[6:] + r * (h @ U[6:].T))
    torch.testing.assert_close(cell(x, h).detach(), z * h + (1 - z) * theirs)


def test_an_open_update_gate_keeps_all_and_a_shut_one_nothing():
    (W, U, b), x, h = drawn_unit(3)
    b[3:6] = 1000
    assert torch.equal(gru_step(x, h, Weights(W, U, b)), h)
    b[3:6], b[:3] = -1000, -1000  # and nothing of the old is read either
    new = torch.tanh(x @ W[6:].T + b[6:])
    torch.testing.assert_close(gru_step(x, h, Weights(W, U, b)), new)
