"""Networks in rows of theta: shapes, side by side, and what is refused."""

import pytest
import torch

from ml2020.rnn import (
    KINDS,
    Sizes,
    last_scores,
    networks,
    shapes,
    states_of,
    unpacked,
)
from tests.refusals import refuses

SIZES = Sizes(5, 3, 2)


def inputs(T=4, n=6, seed=0):
    return torch.randn(T, n, 5, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("kind", "count"), [("Elman", 27), ("LSTM", 108), ("GRU", 81)])
def test_an_lstm_has_four_times_and_a_gru_three_times_the_numbers(kind, count):
    rows = shapes(kind, SIZES)[:3]
    assert sum(a * b for a, b in rows) == count


@pytest.mark.equation("eq-rnn-count")
@pytest.mark.parametrize(
    ("kind", "layer"),
    [("Elman", torch.nn.RNN), ("LSTM", torch.nn.LSTM), ("GRU", torch.nn.GRU)],
)
def test_the_count_is_that_of_torch_but_for_its_second_biases(kind, layer):
    theirs = sum(p.numel() for p in layer(5, 3).parameters())
    (rows, k), (_, m), _, _, _ = shapes(kind, SIZES)
    assert rows == KINDS[kind].blocks * 3
    assert theirs - rows == KINDS[kind].blocks * m * (k + m + 1)


@pytest.mark.parametrize("kind", KINDS)
def test_theta_is_cut_into_views_in_order(kind):
    theta = networks(kind, SIZES, [0, 1])
    weights, V, a = unpacked(theta, kind, SIZES)
    parts = [*weights, V, a]
    assert [tuple(p.shape[1:]) for p in parts] == shapes(kind, SIZES)
    again = torch.cat([p.flatten(1) for p in parts], dim=1)
    assert torch.equal(again, theta)
    assert weights.W.data_ptr() == theta.data_ptr()


@pytest.mark.parametrize("kind", KINDS)
def test_side_by_side_is_each_alone(kind, device):
    theta = networks(kind, SIZES, [0, 1, 2]).to(device)
    X = inputs().to(device)
    together = last_scores(theta, kind, SIZES, X)
    assert together.shape == (3, 6, 2)
    for k in range(3):
        alone = last_scores(theta[k], kind, SIZES, X)
        torch.testing.assert_close(together[k], alone)


def test_the_last_scores_are_read_out_of_the_last_state():
    theta = networks("LSTM", SIZES, [0])
    states = states_of(theta, "LSTM", SIZES, inputs())
    _, V, a = unpacked(theta, "LSTM", SIZES)
    assert len(states) == 4
    expected = states[-1].h[0] @ V[0].T + a[0]
    torch.testing.assert_close(last_scores(theta, "LSTM", SIZES, inputs())[0], expected)


def test_all_begin_with_zeros():
    theta = networks("LSTM", SIZES, [0])
    weights, _, _ = unpacked(theta, "LSTM", SIZES)
    x = inputs(T=1)
    z, i, _, o = (x[0] @ weights.W[0].T + weights.b[0]).chunk(4, dim=-1)
    c = i.sigmoid() * z.tanh()  # nothing to keep
    (state,) = states_of(theta, "LSTM", SIZES, x)
    torch.testing.assert_close(state.c[0], c)
    torch.testing.assert_close(state.h[0], o.sigmoid() * c.tanh())


def test_without_memory_only_the_last_input_counts():
    theta, X = networks("no memory", SIZES, [0]), inputs()
    alone = last_scores(theta, "no memory", SIZES, X[-1:])
    assert torch.equal(last_scores(theta, "no memory", SIZES, X), alone)
    elman = networks("Elman", SIZES, [0])
    apart = last_scores(elman, "Elman", SIZES, X) - last_scores(
        elman, "Elman", SIZES, X[-1:]
    )
    assert apart.abs().max() > 0.01


def test_what_is_no_network_is_refused():
    refuses(
        lambda kind: shapes(kind, SIZES),
        "^kind is .*: choose one of no memory, Elman, LSTM, GRU$",
        good=list(KINDS),
        bad=["RNN", ""],
    )
    refuses(
        lambda sizes: shapes("GRU", sizes),
        "^sizes.(inputs|m|outputs) is 0: give 1 or more$",
        good=[Sizes(1, 1, 1)],
        bad=[Sizes(0, 1, 1), Sizes(1, 0, 1), Sizes(1, 1, 0)],
    )
    theta = networks("GRU", SIZES, [0])
    refuses(
        lambda theta: last_scores(theta, "GRU", SIZES, inputs()),
        "^theta has .* numbers a row: give 89$",
        good=[theta],
        bad=[theta[:, :-1], torch.cat([theta, theta], dim=1)],
    )
    refuses(
        lambda X: last_scores(theta, "GRU", SIZES, X),
        "^X is empty: give",
        good=[inputs()],
        bad=[inputs()[:0], inputs()[:, :0]],
    )
    refuses(
        lambda X: last_scores(theta, "GRU", SIZES, X),
        r"^X has the shape .*: give it \(4, 6, 5\)$",
        good=[inputs()],
        bad=[inputs()[..., :4], torch.cat([inputs(), inputs()], dim=-1)],
    )
    refuses(
        lambda X: last_scores(theta, "GRU", SIZES, X),
        r"^X is torch.float64, theta is torch.float32: give X.to\(theta\)$",
        good=[inputs()],
        bad=[inputs().double()],
    )
