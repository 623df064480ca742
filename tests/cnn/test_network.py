"""The network: the lecture's shapes and counts, and the first layer that goes wrong."""

import math

import pytest
import torch
from torch import nn

from ml2020.cnn import drawn, walk
from ml2020.cnn.network import convnet
from tests.refusals import refuses, spoilt


def lecture():
    return nn.Sequential(
        nn.Conv2d(1, 25, 3),
        nn.MaxPool2d(2),
        nn.Conv2d(25, 50, 3),
        nn.MaxPool2d(2),
        nn.Flatten(),
    )


def small(shrink="max"):
    return drawn(lambda: convnet(28, (2, 3), 4, 10, shrink), 0)


def test_the_lectures_shapes():
    steps = walk(lecture(), torch.zeros(1, 1, 28, 28))
    shapes = [tuple(step.says.shape[1:]) for step in steps]
    expected = [(25, 26, 26), (25, 13, 13), (50, 11, 11), (50, 5, 5), (1250,)]
    assert shapes == expected


@pytest.mark.equation("eq-cnn-count")
def test_a_convolution_has_a_window_of_weights_and_a_bias_for_each_filter():
    steps = walk(lecture(), torch.zeros(1, 1, 28, 28))
    counts = [step.parameters for step in steps]
    first, second = 25 * (9 * 1 + 1), 50 * (9 * 25 + 1)
    assert counts == [first, 0, second, 0, 0]
    # Two numbers of 225: all weights of the first layer, those of one filter here.
    assert first - 25 == (second - 50) // 50 == 225
    assert second - 50 == 11_250


@pytest.mark.parametrize(
    ("shrink", "sides"),
    [("max", [26, 13, 11, 5]), ("stride", [13, 6])],
)
def test_each_way_of_making_maps_smaller(shrink, sides):
    steps = walk(small(shrink), torch.zeros(2, 1, 28, 28))
    maps = [s for s in steps if s.says.ndim == 4 and s.name != "ReLU"]
    assert [step.says.shape[-1] for step in maps] == sides
    names = {"max": "MaxPool2d"}
    assert [s.name for s in maps].count(names.get(shrink)) == 2 * (shrink in names)
    assert steps[-1].says.shape == (2, 10)
    hidden = [s.name for s in steps][-4:]
    assert hidden == ["Flatten", "Linear", "ReLU", "Linear"]
    assert [s.name for s in steps].count("ReLU") == 3


def test_a_walk_says_what_the_network_says():
    model, x = small(), torch.rand(2, 1, 28, 28)
    steps = walk(model, x)
    assert torch.equal(steps[-1].says, model(x))
    assert sum(s.parameters for s in steps) == sum(
        p.numel() for p in model.parameters()
    )


def test_the_seed_draws_the_weights_and_nothing_else(monkeypatch):
    def spoil(seed):
        raise AssertionError("the GPU's state is another's")

    monkeypatch.setattr(torch.cuda, "manual_seed_all", spoil)
    monkeypatch.setattr(torch.cuda, "get_rng_state", spoil)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    before = torch.random.get_rng_state()
    models = [drawn(lambda: convnet(9, (2,), 3, 4), seed) for seed in (0, 0, 1)]
    assert torch.equal(before, torch.random.get_rng_state())
    firsts = [model[0].weight for model in models]
    assert torch.equal(firsts[0], firsts[1])
    assert not torch.equal(firsts[0], firsts[2])


# ---- refusals


def test_rejects_a_network_that_cannot_be_made():
    def make(**plan):
        usual = {"side": 28, "filters": (2,), "hidden": 3, "classes": 4}
        return convnet(**(usual | plan))

    with pytest.raises(ValueError, match=r"^filters is empty: give how many"):
        make(filters=())
    refuses(lambda n: make(filters=(1, n)), "^filters is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: make(hidden=n), "^hidden is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: make(classes=n), "^classes is 0: give 1", good=[1], bad=[0])
    said = "^shrink is median: give one of max, stride$"
    ways = ["max", "stride"]
    refuses(lambda s: make(shrink=s), said, good=ways, bad=["median"])
    refuses(lambda n: make(side=n), "^kernel spans ", good=[4], bad=[2, 3])


def test_names_the_first_layer_that_says_what_is_no_number():
    model, x = small(), torch.rand(3, 1, 28, 28)
    places = {k: layer for k, layer in enumerate(model) if hasattr(layer, "weight")}
    assert len(places) == 4
    for k, layer in places.items():
        name = type(layer).__name__
        said = rf"^model\[{k}\] \({name}\) is the first to say NaN or infinity: look at"
        for bad in (math.nan, math.inf):
            old = layer.weight.data.clone()
            layer.weight.data.view(-1)[-1] = bad
            with pytest.raises(ValueError, match=said):
                walk(model, x + 0.1)
            layer.weight.data = old
    walk(model, x)


def test_one_bad_picture_among_good_ones_is_noticed():
    model, x = small(), torch.rand(3, 1, 28, 28)
    said = "^x has NaN or infinity: drop or mend those pictures$"
    bad = spoilt(x, math.nan, math.inf)
    refuses(lambda x: walk(model, x), said, good=[x], bad=bad)
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        walk(model, x[:0])


@pytest.mark.parametrize(
    ("shape", "k", "name"),
    [
        ((2, 3, 28, 28), 0, "Conv2d"),
        ((2, 1, 2, 2), 0, "Conv2d"),
        ((2, 1, 3, 3), 2, "MaxPool2d"),
        ((2, 1, 27, 40), 7, "Linear"),
    ],
)
def test_names_the_layer_that_does_not_take_what_comes(shape, k, name):
    said = rf"^model\[{k}\] \({name}\) does not take the shape \(.*\): give it another"
    said += r" picture, or mend the layer \(\S.*\)$"
    with pytest.raises(ValueError, match=said):
        walk(small(), torch.zeros(shape))


def test_a_picture_of_another_kind_of_numbers_is_named_by_torch():
    with pytest.raises(ValueError, match=r"^model\[0\] .*\([^(]*double.*\)$"):
        walk(small(), torch.zeros(1, 1, 28, 28, dtype=torch.float64))


def test_a_layer_that_says_no_tensor_is_named():
    model = nn.Sequential(nn.Flatten(1), nn.LSTM(64, 3))
    said = r"^model\[1\] \(LSTM\) says a tuple: take layers that say one tensor$"
    with pytest.raises(ValueError, match=said):
        walk(model, torch.zeros(2, 1, 8, 8))
