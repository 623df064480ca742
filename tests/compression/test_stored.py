"""Stored: a network comes back out of its file, equal in every number."""

import torch
from torch import nn

from ml2020.compression import k_means, restored, stored
from tests.refusals import refuses


def weights(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def network():
    return nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))


def test_a_network_says_the_same_after_its_file():
    one, other = network(), network()
    coded = {"0.weight": k_means(one[0].weight, 4)}
    with torch.no_grad():
        one[0].weight.copy_(coded["0.weight"].values)
    data = stored(one, coded)
    back = restored(other, data)
    x = weights(3, 6)
    assert torch.equal(back(x), one(x))
    assert not torch.equal(other(x), one(x))
    assert len(data) < len(stored(one))


def test_refusals():
    model, code = network(), k_means(weights(2, 3), 2)
    refuses(
        lambda n: stored(model, {n: code}), "^coded has", good=["0.weight"], bad=["1"]
    )
    own, strange = stored(model), stored(nn.Linear(6, 5))
    refuses(lambda d: restored(model, d), "^data is of", good=[own], bad=[strange])


def test_words_are_huffmans_unless_told_otherwise():
    model = nn.Linear(40, 30)
    coded = {"weight": k_means(weights(30, 40), 16)}
    data = stored(model, coded)
    assert data == stored(model, coded, huffman=True)
    assert data != stored(model, coded, huffman=False)
