"""Tree-LSTMs: loops over gates, and the LSTM that is their chain."""

import pytest
import torch

from ml2020.recursive import child_sum_cell, tree_lstm_cell
from ml2020.rnn import Cell, Weights, lstm_step
from tests.recursive.cells import normal
from tests.refusals import refuses


def cell(*shape, seed):
    return Cell(normal(*shape, seed=seed), normal(*shape, seed=seed + 1))


@pytest.mark.equation("eq-recursive-tree-lstm-gates")
def test_each_gate_sees_both_parts_and_shuts_alone():
    m, n = 2, 3
    left, right = cell(n, m, seed=0), cell(n, m, seed=2)
    U, b = normal(5 * m, 2 * m, seed=4), normal(1, 5 * m, seed=5)
    heard = torch.cat([left.h, right.h], dim=1)
    u, i, f_l, f_r, o = (
        heard @ U[k * m : (k + 1) * m].T + b[:, k * m : (k + 1) * m] for k in range(5)
    )
    met = tree_lstm_cell(left, right, U, b)
    c = i.sigmoid() * u.tanh() + f_l.sigmoid() * left.c + f_r.sigmoid() * right.c
    torch.testing.assert_close(met.c, c)
    torch.testing.assert_close(met.h, o.sigmoid() * c.tanh())


@pytest.mark.equation("eq-recursive-tree-lstm")
def test_what_is_stored_passes_by_the_forget_gate_of_its_side():
    m, n = 2, 3
    left, right = cell(n, m, seed=0), cell(n, m, seed=2)
    U = torch.zeros(5 * m, 2 * m).double()
    for open_gate, kept in ((2, left.c), (3, right.c)):
        b = torch.full((1, 5 * m), -1000.0).double()
        b[:, open_gate * m : (open_gate + 1) * m] = 1000
        b[:, 4 * m :] = 1000
        met = tree_lstm_cell(left, right, U, b)
        torch.testing.assert_close(met.c, kept)
        torch.testing.assert_close(met.h, kept.tanh())


def test_networks_side_by_side_are_each_their_own():
    left, right = cell(2, 4, 3, seed=0), cell(2, 4, 3, seed=2)
    U, b = normal(2, 15, 6, seed=4), normal(2, 1, 15, seed=5)
    both = tree_lstm_cell(left, right, U, b)
    for k in range(2):
        one = tree_lstm_cell(
            Cell(left.h[k], left.c[k]), Cell(right.h[k], right.c[k]), U[k], b[k]
        )
        torch.testing.assert_close(both.h[k], one.h)
        torch.testing.assert_close(both.c[k], one.c)


@pytest.mark.equation("eq-recursive-child-sum")
def test_every_part_has_a_forget_gate_of_its_own_and_the_rest_sees_their_sum(device):
    n, k, m, inputs = 2, 3, 4, 5
    x, h, c = (
        normal(*shape, seed=s).to(device)
        for s, shape in enumerate([(n, inputs), (n, k, m), (n, k, m)])
    )
    W, U, b = (
        normal(*shape, seed=s).to(device)
        for s, shape in enumerate([(4 * m, inputs), (4 * m, m), (4 * m,)])
    )
    met = child_sum_cell(x, Cell(h, c), Weights(W, U, b))
    for row in range(n):
        whole = h[row].sum(dim=0)
        u, i, _, o = (W @ x[row] + U @ whole + b).chunk(4)
        stored = i.sigmoid() * u.tanh()
        for part in range(k):
            f = (W @ x[row] + U @ h[row, part] + b)[2 * m : 3 * m]
            stored = stored + f.sigmoid() * c[row, part]
        torch.testing.assert_close(met.c[row], stored)
        torch.testing.assert_close(met.h[row], o.sigmoid() * stored.tanh())
    order = torch.tensor([2, 0, 1], device=device)
    turned = child_sum_cell(x, Cell(h[:, order], c[:, order]), Weights(W, U, b))
    torch.testing.assert_close(turned.c, met.c)


def test_with_one_part_it_is_the_lstm_and_without_any_its_first_step():
    m, inputs = 4, 5
    x, before = normal(3, inputs), cell(3, m, seed=1)
    weights = Weights(
        normal(4 * m, inputs, seed=3), normal(4 * m, m, seed=4), normal(4 * m, seed=5)
    )
    one = Cell(before.h[:, None], before.c[:, None])
    none = Cell(before.h[:, None][:, :0], before.c[:, None][:, :0])
    zeros = torch.zeros_like(before.h)
    for parts, state in ((one, before), (none, Cell(zeros, zeros))):
        met, chain = child_sum_cell(x, parts, weights), lstm_step(x, state, weights)
        torch.testing.assert_close(met.h, chain.h, rtol=0, atol=1e-12)
        torch.testing.assert_close(met.c, chain.c, rtol=0, atol=1e-12)


def test_rejects_weights_of_another_cell():
    x, parts = normal(2, 5), cell(2, 3, 4, seed=0)
    good = Weights(normal(16, 5), normal(16, 4), normal(16))

    def call(changed):
        return child_sum_cell(x, parts, good._replace(**changed))

    for name, bad in (("W", normal(16, 4)), ("U", normal(12, 4)), ("b", normal(1, 16))):
        refuses(call, rf"^weights\.{name} ", good=[{}], bad=[{name: bad}])
    refuses(
        lambda c: child_sum_cell(x, Cell(parts.h, c), good),
        r"^parts\.c ",
        good=[parts.c],
        bad=[parts.c[:, :2], parts.c[..., :3]],
    )


def test_rejects_the_weights_of_an_lstm_and_parts_that_do_not_fit():
    m = 3
    good = {
        "left": cell(2, m, seed=0),
        "right": cell(2, m, seed=2),
        "U": normal(5 * m, 2 * m),
        "e": normal(1, 5 * m),
    }
    narrow = normal(2, 1)
    for said, changed in (
        (r"^U ", {"U": normal(4 * m, 2 * m)}),
        (r"^U ", {"U": normal(10 * m, 2 * m)}),
        (r"^e ", {"e": normal(1, 5)}),
        (r"^left\.c ", {"left": Cell(good["left"].h, narrow)}),
        (r"^right\.h ", {"right": Cell(narrow, good["right"].c)}),
        (r"^right\.c ", {"right": Cell(good["right"].h, narrow)}),
    ):
        refuses(
            lambda new: tree_lstm_cell(**(good | new)), said, good=[{}], bad=[changed]
        )
