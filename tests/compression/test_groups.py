"""Groups: a shuffle mixes them, and Fire counts its three convolutions."""

import torch
from torch import nn

from ml2020.compression import fire_weights, shuffled
from tests.refusals import refuses


def test_fire_counts_its_three_convolutions():
    layers = nn.Conv2d(6, 2, 1), nn.Conv2d(2, 4, 1), nn.Conv2d(2, 5, 3)
    assert fire_weights(6, 2, 4, 5) == sum(layer.weight.numel() for layer in layers)


def test_a_shuffle_brings_channels_of_every_group_together():
    x = torch.arange(6.0).view(1, 6, 1, 1)
    assert shuffled(x, 2).flatten().tolist() == [0, 3, 1, 4, 2, 5]
    assert torch.equal(shuffled(x, 1), x)
    assert torch.equal(shuffled(shuffled(x, 2), 3), x)
    theirs = nn.ChannelShuffle(2)(x)
    assert torch.equal(shuffled(x, 2), theirs)


def test_refusals():
    for name, call in (
        ("inputs", lambda n: fire_weights(n, 1, 1, 1)),
        ("squeeze", lambda n: fire_weights(1, n, 1, 1)),
        ("ones", lambda n: fire_weights(1, 1, n, 1)),
        ("threes", lambda n: fire_weights(1, 1, 1, n)),
    ):
        refuses(call, f"^{name} is", good=[1], bad=[0, -1])
    x = torch.zeros(1, 4, 1, 1)
    refuses(lambda g: shuffled(x, g), "^groups is", good=[1, 2, 4], bad=[0, 3, -1])
