"""The reader and its heads have the sizes that the page says."""

import torch
from torch import nn

from ml2020.self_supervised import projection, reader
from ml2020.self_supervised.reader import two_layers
from tests.refusals import refuses


def sizes(model):
    return [
        (layer.in_features, layer.out_features)
        for layer in model
        if isinstance(layer, nn.Linear)
    ]


def test_the_reader_reads_a_canvas_to_64_features_that_are_not_negative():
    model = reader()
    h = model(torch.randn(3, 1, 14, 14))
    assert h.shape == (3, 64)
    assert h.min() == 0
    assert sizes(model) == [(196, 256), (256, 64)]
    assert [type(layer) for layer in model[2::2]] == [nn.ReLU] * 2


def test_heads_have_two_layers_one_or_none():
    assert sizes(projection("two layers")) == [(64, 64), (64, 32)]
    assert isinstance(projection("two layers")[1], nn.ReLU)
    assert sizes(projection("linear")) == [(64, 32)]
    h = torch.randn(2, 64)
    assert torch.equal(projection("none")(h), h)


def test_two_layers_have_the_sizes_asked_for():
    assert sizes(two_layers(5, 7)) == [(64, 5), (5, 7)]


def test_rejects_unknown_heads_and_sizes_below_1():
    said = "^kind is .*: choose one of two layers, linear, none$"
    refuses(projection, said, good=["none", "linear"], bad=["deep"])
    refuses(lambda n: two_layers(n, 2), "^inner is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: two_layers(2, n), "^out is 0: give 1", good=[1], bad=[0])
