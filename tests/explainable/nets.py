"""Small networks and pictures that the tests of this folder share."""

import torch
from torch import nn

from ml2020.cnn import drawn


def dice(seed):
    return torch.Generator().manual_seed(seed)


def pictures(n=3, side=9, seed=0, dtype=torch.float64):
    return torch.rand(n, 1, side, side, generator=dice(seed), dtype=dtype)


def conv_net(shrink="max", dtype=torch.float64, seed=0):
    """Two bends, pooling or a stride, three scores, for pictures of 9 by 9."""

    def make():
        layers = [nn.Conv2d(1, 3, 3, stride=2 if shrink == "stride" else 1), nn.ReLU()]
        if shrink == "max":
            layers.append(nn.MaxPool2d(2))
        side = 4 if shrink == "stride" else 3
        layers += [nn.Flatten(), nn.Linear(3 * side**2, 5), nn.ReLU(), nn.Linear(5, 3)]
        return nn.Sequential(*layers)

    return drawn(make, seed).to(dtype)


def linear(w):
    """A score that is linear in each example."""
    return lambda x: (w * x).flatten(1).sum(dim=1)
