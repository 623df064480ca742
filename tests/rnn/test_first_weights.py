"""The first weights: their spread, their seeds, and the gate that is opened."""

import math

import pytest
import torch

from ml2020.rnn import KINDS, Sizes, drawn, networks, opened, unpacked
from tests.refusals import refuses

SIZES = Sizes(4, 25, 3)


@pytest.mark.parametrize("kind", ["Elman", "LSTM", "GRU", "no memory"])
def test_they_fill_the_span_of_torch_s(kind):
    theta = drawn(kind, SIZES, generator=torch.Generator().manual_seed(0))
    assert theta.abs().max() <= 0.2
    assert theta.max() > 0.19
    assert theta.min() < -0.19
    assert abs(theta.mean()) < 0.02
    assert theta.std().item() == pytest.approx(0.2 / 3**0.5, rel=0.1)


@pytest.mark.parametrize(("kind", "count"), [("Elman", 1), ("GRU", 3), ("LSTM", 4)])
def test_orthogonal_blocks_keep_lengths_and_differ_in_nothing_else(kind, count):
    weights, V, a = unpacked(
        networks(kind, SIZES, range(6), orthogonal="blocks"), kind, SIZES
    )
    blocks = weights.U.unflatten(1, (count, 25))
    eye = torch.eye(25).expand(6, count, 25, 25)
    torch.testing.assert_close(blocks @ blocks.mT, eye, atol=1e-5, rtol=0)
    other, V2, a2 = unpacked(networks(kind, SIZES, range(6)), kind, SIZES)
    pairs = (weights.W, other.W), (weights.b, other.b), (V, V2), (a, a2)
    assert all(torch.equal(mine, theirs) for mine, theirs in pairs)
    with_mirror = torch.linalg.det(blocks) < 0
    assert 0 < with_mirror.sum() < 6 * count


def test_as_a_whole_it_keeps_lengths_and_a_block_of_four_a_half():
    theta = networks("LSTM", SIZES, range(6), orthogonal="whole")
    U = unpacked(theta, "LSTM", SIZES)[0].U
    torch.testing.assert_close(
        U.mT @ U, torch.eye(25).expand(6, 25, 25), atol=1e-5, rtol=0
    )
    lengths = U.unflatten(1, (4, 25)).square().sum(dim=2).mean(dim=(0, 2))
    assert lengths.tolist() == pytest.approx([0.25] * 4, abs=0.01)
    both = [networks("Elman", SIZES, [0], orthogonal=o) for o in ("whole", "blocks")]
    assert torch.equal(*both)


def test_without_memory_there_is_no_u():
    theta = networks("no memory", SIZES, [0], orthogonal="blocks")
    assert unpacked(theta, "no memory", SIZES)[0].U.shape == (1, 25, 0)


def test_a_seed_gives_its_network_and_leaves_torch_s_dice_alone():
    before = torch.get_rng_state()
    both = networks("LSTM", SIZES, [3, 4])
    dice = torch.Generator().manual_seed(4)
    assert torch.equal(both[1], drawn("LSTM", SIZES, generator=dice))
    assert not torch.equal(both[0], both[1])
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(("kind", "block"), [("LSTM", 2), ("GRU", 1)])
def test_only_the_bias_of_the_gate_that_keeps_is_set(kind, block):
    theta = networks(kind, SIZES, [0, 1])
    kept = theta.clone()
    weights, _, _ = unpacked(opened(theta, kind, SIZES, 3.0), kind, SIZES)
    before, _, _ = unpacked(theta, kind, SIZES)
    gate = slice(25 * block, 25 * (block + 1))
    assert (weights.b[..., gate] == 3).all()
    assert (weights.b != before.b).sum() == 2 * 25
    assert torch.equal(weights.W, before.W)
    assert torch.equal(theta, kept)
    assert torch.equal(
        networks(kind, SIZES, [0, 1], 3.0), opened(theta, kind, SIZES, 3)
    )
    one = opened(theta[0], kind, SIZES, 3.0)
    assert torch.equal(one, opened(theta, kind, SIZES, 3.0)[0])


def test_what_has_no_gate_and_no_seed_is_refused():
    refuses(
        lambda kind: networks(kind, SIZES, [0], 1.0),
        "^kind is .*, which has no gate: choose one of LSTM, GRU$",
        good=["LSTM", "GRU"],
        bad=["Elman", "no memory"],
    )
    refuses(
        lambda kind: opened(networks("GRU", SIZES, [0]), kind, SIZES, 1.0),
        "^kind is .*, which has no gate: choose one of LSTM, GRU$",
        good=["GRU"],
        bad=["RNN", ""],
    )
    refuses(
        lambda seeds: networks("GRU", SIZES, seeds),
        "^seeds is empty: give one for each network$",
        good=[[0]],
        bad=[[]],
    )
    refuses(
        lambda bias: networks("GRU", SIZES, [0], bias),
        "^bias is .*: give a finite number, or None$",
        good=[None, -1.0, 0.0],
        bad=[math.nan, math.inf, -math.inf],
    )
    refuses(
        lambda orthogonal: networks("GRU", SIZES, [0], None, orthogonal),
        "^orthogonal is .*: choose one of None, blocks, whole$",
        good=[None, "blocks", "whole"],
        bad=["", "rows"],
    )
    gated = {"LSTM", "GRU"}
    assert set(KINDS) - gated == {"no memory", "Elman"}
