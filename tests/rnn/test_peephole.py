"""Gates with peepholes, number by number; without any it is the LSTM."""

import pytest
import torch

from ml2020.rnn import Cell, Weights, lstm_step, peephole_step


def drawn_cell(seed=0, m=3, inputs=2):
    dice = torch.Generator().manual_seed(seed)
    shapes = (4 * m, inputs), (4 * m, m), (4 * m,), (3, m), (5, inputs), (5, m), (5, m)
    W, U, b, peep, x, h, c = (torch.randn(s, generator=dice).double() for s in shapes)
    return Weights(W, U, b), peep, x, Cell(h, c)


@pytest.mark.equation("eq-rnn-peephole")
def test_two_gates_see_the_old_memory_and_one_the_new():
    (W, U, b), peep, x, (h, c) = drawn_cell()
    found = peephole_step(x, Cell(h, c), Weights(W, U, b), peep)
    for n in range(5):
        for k in range(3):
            z, i, f, o = (
                W[g * 3 + k] @ x[n] + U[g * 3 + k] @ h[n] + b[g * 3 + k]
                for g in range(4)
            )
            i, f = i + peep[0, k] * c[n, k], f + peep[1, k] * c[n, k]
            new = torch.sigmoid(f) * c[n, k] + torch.sigmoid(i) * torch.tanh(z)
            o = o + peep[2, k] * new
            torch.testing.assert_close(found.c[n, k], new)
            said = torch.sigmoid(o) * torch.tanh(new)
            torch.testing.assert_close(found.h[n, k], said)


def test_with_shut_holes_it_is_the_lstm():
    weights, peep, x, state = drawn_cell(1)
    found = peephole_step(x, state, weights, peep * 0)
    expected = lstm_step(x, state, weights)
    torch.testing.assert_close(found.h, expected.h)
    torch.testing.assert_close(found.c, expected.c)
