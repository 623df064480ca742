"""Kept: bytes of what slopes need, each store once, without the weights."""

import torch
from torch import nn

from ml2020.new_architectures import kept_bytes


def test_a_linear_layer_keeps_its_input_once():
    layer = nn.Linear(5, 3, bias=False)
    X = torch.randn(7, 5)
    assert kept_bytes(layer, lambda: layer(X)) == 7 * 5 * 4
    both = nn.ModuleList([nn.Linear(5, 3), nn.Linear(5, 3)])
    assert kept_bytes(both, lambda: both[0](X) + both[1](X)) == 7 * 5 * 4


def test_the_most_counts_what_is_kept_at_once():
    layers = nn.Sequential(*[nn.Linear(4, 4, bias=False) for _ in range(3)])
    X = torch.randn(6, 4)
    assert kept_bytes(layers, lambda: layers(X)) == 3 * 6 * 4 * 4


def test_a_weight_is_not_counted():
    layer = nn.Linear(4, 4, bias=False)
    X = torch.randn(2, 4, requires_grad=True)
    assert kept_bytes(layer, lambda: layer(X)) == 2 * 4 * 4
