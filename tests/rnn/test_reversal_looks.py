"""Looks of a reversal: counted by hand, and read with other weights."""

import pytest
import torch

from ml2020.rnn import (
    drawn_seq2seq,
    just_said,
    mirrored,
    reversal_pairs,
    right_with,
    share_greatest,
)
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_places_of_each_step():
    assert mirrored(3).tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert just_said(3).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    for T in (2, 7):  # what is said at step j stands at the mirrored place of j
        x = torch.arange(T).float()
        assert torch.equal(mirrored(T) @ x, x.flip(0))
        assert torch.equal((just_said(T) @ x)[1:], x.flip(0)[:-1])


def test_the_greatest_weights_are_counted_from_the_second_step_on():
    alpha = torch.tensor(
        [
            [[0.9, 0.05, 0.05], [0.1, 0.6, 0.3], [0.2, 0.5, 0.3], [0.0, 0.0, 1.0]],
            [[0.1, 0.8, 0.10], [0.1, 0.3, 0.6], [0.5, 0.3, 0.2], [0.0, 0.0, 1.0]],
        ]
    )
    assert share_greatest(alpha, mirrored(3)) == 0.5
    assert share_greatest(alpha, just_said(3)) == 0.5
    assert share_greatest(alpha[:, :3], mirrored(3)) == 0.5


def test_with_its_own_weights_it_says_what_it_says():
    model = drawn_seq2seq(10, 11, 3, "dot", 0)
    pairs = reversal_pairs(200, 4, generator=dice())
    with torch.no_grad():
        scores, _, alpha = model(pairs)
    own = scores.argmax(dim=-1)[:, 1:4] == pairs.Y[:, 1:4]
    wanted = own.double().mean().item()
    assert 0 < wanted < 1
    assert right_with(model, pairs, alpha[:, :4]) == pytest.approx(wanted)
    one_for_all = mirrored(4).expand(200, -1, -1)
    assert right_with(model, pairs, mirrored(4)) == right_with(
        model, pairs, one_for_all
    )


def test_weights_of_other_places_are_refused():
    model = drawn_seq2seq(10, 11, 2, "dot", 0)
    pairs = reversal_pairs(2, 3, generator=dice())
    refuses(
        lambda alpha: right_with(model, pairs, alpha),
        "^alpha has the shape .*: give it ",
        good=[mirrored(3)],
        bad=[mirrored(4), mirrored(2)],
    )
