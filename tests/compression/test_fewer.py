"""Fewer: the largest weights stay, before the tuning and behind it."""

import copy

import torch

from ml2020.compression.fewer import pruned
from ml2020.compression.small_task import dense
from tests.refusals import refuses


def test_pruning_keeps_the_largest(short):
    model = dense(0)
    every = torch.cat([p.abs().flatten() for p in model.parameters() if p.ndim > 1])
    found = pruned(copy.deepcopy(model), 0.1, 0, 0).model
    left = torch.cat([p.flatten() for p in found.parameters() if p.ndim > 1])
    assert int((left != 0).sum()) == round(0.1 * len(every))
    assert left[left != 0].abs().min() == every.sort().values[-int((left != 0).sum())]
    tuned = pruned(copy.deepcopy(model), 0.1, 0.01, 0).model
    for p, q in zip(found.parameters(), tuned.parameters(), strict=True):
        if p.ndim > 1:
            assert torch.equal(p != 0, q != 0)
    assert not torch.equal(found[5].weight, tuned[5].weight)


def test_pruning_everything_in_the_chain_is_refused():
    said = "^kept is .*: keep more than 0"
    refuses(lambda k: pruned(dense(0), k, 0, 0), said, good=[1], bad=[0.0, -0.1, 1.1])
