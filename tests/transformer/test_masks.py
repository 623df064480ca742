"""Masks: who sees whom."""

import torch

from ml2020.transformer import causal, filled
from tests.refusals import refuses


def test_nobody_sees_what_comes_after_it(device):
    seen = causal(4, device)
    assert seen.tolist() == [[j <= i for j in range(4)] for i in range(4)]
    assert seen.device.type == device.type


def test_what_fills_up_is_seen_by_nobody():
    there = filled(torch.tensor([2, 3, 1]), 3)
    assert there.shape == (3, 1, 3)
    assert there[:, 0].tolist() == [
        [True, True, False],
        [True, True, True],
        [True, False, False],
    ]


def test_no_place_is_refused():
    refuses(causal, "^T is .*: give 1 or more$", good=[1], bad=[0, -1])
    refuses(
        lambda lengths: filled(torch.tensor(lengths, dtype=torch.int64), 3),
        "^lengths (are outside 1 to 3: drop empty sequences|is empty: give at least)",
        good=[[1, 3], [3]],
        bad=[[0, 3], [1, 4], [-1], []],
    )
