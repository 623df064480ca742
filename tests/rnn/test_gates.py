"""How open the gate is that keeps: it is the one that the step itself uses."""

import math

import pytest
import torch

from ml2020.rnn import (
    Sizes,
    lstm_step,
    networks,
    put_back,
    shares_kept,
    states_of,
    unpacked,
)
from tests.refusals import refuses

SIZES = Sizes(3, 4, 2)


def inputs(T=5, n=6):
    return torch.randn(T, n, 3, generator=torch.Generator().manual_seed(0)).double()


@pytest.mark.equation("eq-rnn-keep")
def test_a_memory_that_is_larger_by_one_stays_larger_by_the_gate():
    theta, X = 3 * networks("LSTM", SIZES, [0, 1]).double(), inputs()
    kept = shares_kept(theta, "LSTM", SIZES, X)
    assert kept.shape == (5, 2, 6, 4)
    weights, _, _ = unpacked(theta, "LSTM", SIZES)
    states = states_of(theta, "LSTM", SIZES, X)
    product = torch.ones(2, 6, 4).double()
    for t in range(1, 5):
        larger = states[t - 1]._replace(c=states[t - 1].c + 1)
        more = lstm_step(X[t], larger, weights).c - states[t].c
        torch.testing.assert_close(kept[t], more)
        product = product * more
    torch.testing.assert_close(kept[1:].prod(dim=0), product)


def test_a_gru_s_is_the_share_of_the_old_in_the_new():
    theta, X = 3 * networks("GRU", SIZES, [0]).double(), inputs()
    kept = shares_kept(theta, "GRU", SIZES, X)[:, 0]
    (W, U, b), _, _ = unpacked(theta[0], "GRU", SIZES)
    states = [torch.zeros(6, 4).double(), *states_of(theta[0], "GRU", SIZES, X)]
    for t, x in enumerate(X):
        h = states[t]
        r = (x @ W[:4].T + h @ U[:4].T + b[:, :4]).sigmoid()
        new = (x @ W[8:].T + (r * h) @ U[8:].T + b[:, 8:]).tanh()
        expected = kept[t] * h + (1 - kept[t]) * new
        torch.testing.assert_close(states[t + 1], expected)


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_without_any_weights_only_the_bias_opens_it(kind):
    theta = networks(kind, SIZES, [0, 1], 3.0) * 0
    assert (shares_kept(theta, kind, SIZES, inputs().float()) == 0.5).all()
    weights, _, _ = unpacked(theta, kind, SIZES)
    weights.b.fill_(3.0)
    kept = shares_kept(theta[0], kind, SIZES, inputs().float())
    expected = torch.tensor(1 / (1 + math.exp(-3))).expand(5, 6, 4)
    torch.testing.assert_close(kept, expected)


@pytest.mark.parametrize(("kind", "block"), [("LSTM", 2), ("GRU", 1)])
def test_gates_that_are_put_back_stand_at_a_half_and_no_other_weight_moves(kind, block):
    theta, X = 3 * networks(kind, SIZES, [0, 1], 2.0).double(), inputs()
    kept = theta.clone()
    units = torch.tensor([[True, False, False, True], [False] * 4])
    found = put_back(theta, kind, SIZES, units)
    half = shares_kept(found, kind, SIZES, X) == 0.5
    assert torch.equal(half.all(dim=2).all(dim=0), units)
    moved = (found != theta)[0].sum()
    assert moved == 2 * (3 + 4 + 1)
    assert torch.equal(found[1], theta[1])
    assert torch.equal(theta, kept)
    (W, U, b), _, _ = unpacked(found[0], kind, SIZES)
    rows = [4 * block, 4 * block + 3]
    assert not W[rows].any()
    assert not U[rows].any()
    assert not b[:, rows].any()
    assert torch.equal(put_back(theta[0], kind, SIZES, units[0]), found[0])


def test_what_has_no_gate_is_refused():
    theta = networks("LSTM", SIZES, [0])
    refuses(
        lambda kind: shares_kept(theta, kind, SIZES, inputs().float()),
        "^kind is .*, which has no gate: choose one of LSTM, GRU$",
        good=["LSTM"],
        bad=["Elman", "RNN"],
    )
    refuses(
        lambda kind: put_back(theta, kind, SIZES, torch.ones(1, 4).bool()),
        "^kind is .*, which has no gate: choose one of LSTM, GRU$",
        good=["LSTM"],
        bad=["Elman", "RNN"],
    )
    refuses(
        lambda X: shares_kept(theta, "LSTM", SIZES, X),
        "^X ",
        good=[inputs().float()],
        bad=[inputs()[:0].float(), inputs()[..., :2].float()],
    )


def test_a_choice_of_other_units_and_watched_numbers_are_refused():
    theta = networks("GRU", SIZES, [0, 1])
    right = torch.ones(2, 4).bool()
    refuses(
        lambda units: put_back(theta, "GRU", SIZES, units),
        r"^units has the shape .*: give it \(2, 4\)$",
        good=[right],
        bad=[right[:, :1], right[:, :3]],
    )
    refuses(
        lambda theta: put_back(theta, "GRU", SIZES, right),
        "^theta is watched by torch: detach it$",
        good=[theta],
        bad=[theta.clone().requires_grad_()],
    )
