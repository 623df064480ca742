"""What was trained beforehand is whole, and does what it was trained for."""

import pytest
import torch

from ml2020.cnn import accuracy, trained
from ml2020.data import explainable_weights as module
from ml2020.data.explainable_weights import decoder_weights, reader_weights
from ml2020.explainable import decoder, framed, shape_net, shapes
from tests.refusals import refuses


def test_fair_networks_read_shapes_and_framed_ones_frames():
    data = shapes(300, generator=torch.Generator().manual_seed(77))
    with_frames = framed(data.X, data.y == 1)
    for k in range(5):
        fair = trained(shape_net, reader_weights("fair"), k)
        assert accuracy(fair, data.X, data.y) > 0.9
        hans = trained(shape_net, reader_weights("framed"), k)
        assert accuracy(hans, with_frames, data.y) > 0.99
        assert accuracy(hans, data.X, data.y) < 0.65


def test_the_decoder_makes_pictures_that_differ():
    G = trained(decoder, decoder_weights(), 0)
    x = G(torch.randn(20, 8, generator=torch.Generator().manual_seed(0)))
    assert x.min() >= 0
    assert x.max() <= 1
    assert torch.pdist(x.flatten(1)).mean() > 3


def test_other_kinds_and_files_are_refused(monkeypatch):
    refuses(reader_weights, "^kind is .*: give", good=["fair", "framed"], bad=["x"])
    for name in module.SHA256:
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        said = rf"^trained/explainable_{name}.npz is not the c"
        load = module.decoder_weights if name == "decoder" else module.reader_weights
        with pytest.raises(ValueError, match=said):
            load.__wrapped__(*([] if name == "decoder" else [name]))
