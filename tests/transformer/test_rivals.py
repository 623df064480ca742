"""Rivals of a reader: they learn nearness at any length, and refuse sizes of none."""

import torch

from ml2020.transformer import (
    Convolution,
    Recurrent,
    descended,
    echoes,
    right_at_places,
    short_ones,
)
from tests.refusals import refuses


def dice(k):
    return torch.Generator().manual_seed(k)


def test_rivals_learn_it_at_any_length():
    torch.manual_seed(0)
    for rival, least in ((Recurrent(10, 32), 0.2), (Convolution(10, 24, 7), 0.95)):
        cost = short_ones(64, generator=dice(4))
        learned = descended(rival, cost, lambda t: 0.03, 60)
        shares = right_at_places(learned, echoes(50, 60, generator=dice(5)))
        assert shares.shape == (57,)
        assert shares.mean() > least


def test_who_reads_from_the_left_does_not_know_what_comes():
    torch.manual_seed(1)
    X = echoes(2, 9, generator=dice(6)).X
    other = X.clone()
    other[:, 5:] = 0
    one = Recurrent(10, 4)
    assert torch.allclose(one(X)[:, :5], one(other)[:, :5])
    window = Convolution(10, 4, 5)
    assert torch.allclose(window(X)[:, :3], window(other)[:, :3])
    assert not torch.allclose(window(X)[:, 3], window(other)[:, 3])


def test_wrong_sizes_are_refused():
    for kind in (Recurrent, lambda s, m: Convolution(s, m, 3)):
        refuses(lambda s, k=kind: k(s, 2), "^symbols is 0: give", good=[1], bad=[0])
        refuses(lambda m, k=kind: k(2, m), "^m is 0: give 1 or", good=[1], bad=[0])
    refuses(
        lambda w: Convolution(2, 2, w),
        "^w is .: choose an odd number, 3 or more$",
        good=[3],
        bad=[1, 2, 4],
    )


def test_no_symbol_and_unknown_ones_are_refused():
    X = torch.tensor([[0, 1, 2]])
    for rival in (Recurrent(3, 4), Convolution(3, 4, 3)):
        refuses(
            rival,
            "^X (is empty: give at .* symbol|has unknown symbols: give 0 to 2)$",
            good=[X],
            bad=[X + 1, X - 1, X[:, :0]],
        )
