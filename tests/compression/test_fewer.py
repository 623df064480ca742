"""Fewer: the largest weights and filters stay; nobody misses those that were silent."""

import copy

import torch

from ml2020.compression.fewer import fewer, pruned
from ml2020.compression.small_task import clothes, dense, half
from tests.refusals import refuses


def test_the_dearest_are_kept_by_their_size():
    model = dense(0)
    small = fewer(model, 0)
    sizes = [tuple(p.shape) for p in half(0).parameters()]
    assert [tuple(p.shape) for p in small.parameters()] == sizes
    first = model[0].weight.flatten(1).norm(dim=1)
    kept = first.topk(4).indices.sort().values
    assert torch.equal(small[0].weight, model[0].weight[kept])
    second = model[2].weight[:, kept]
    rows = second.flatten(1).norm(dim=1).topk(8).indices.sort().values
    assert torch.equal(small[2].weight, second[rows])
    assert torch.equal(small[2].bias, model[2].bias[rows])
    large = model[5].weight.view(32, 16, 36)[:, rows].flatten(1)
    neurons = large.norm(dim=1).topk(16).indices.sort().values
    assert torch.equal(small[5].weight, large[neurons])
    assert torch.equal(small[7].weight, model[7].weight[:, neurons])


def test_fewer_neurons_say_the_same_if_the_others_were_silent():
    model = dense(0)
    with torch.no_grad():
        for layer, count in ((model[0], 4), (model[2], 8), (model[5], 16)):
            layer.weight[:count] = layer.bias[:count] = 0
    x = clothes().X[:5]
    torch.testing.assert_close(fewer(model, 0)(x), model(x))


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
