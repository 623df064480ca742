"""Neurons: the smaller network says what the masked one says, and costs less."""

import math

import pytest
import torch
from torch import nn

from ml2020.compression import (
    activity,
    incoming,
    multiplications,
    small_network,
    smaller,
    strongest,
)
from ml2020.compression.neurons import layers
from tests.refusals import below, refuses, spoilt


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=4):
    return torch.rand(n, 1, 28, 28, generator=dice())


def silenced(model, stays):
    """The same network, whose other neurons are multiplied by 0 behind their layer."""
    said = pictures()
    for k, layer in enumerate(model):
        said = layer(said)
        if k in stays:
            shape = [1, -1] + [1] * (said.ndim - 2)
            said = said * stays[k].view(shape)
    return said


def test_what_is_left_says_what_the_whole_says_with_the_others_silent():
    model = small_network(0)
    stays = strongest(incoming(model), 0.5)
    found = smaller(model, stays)
    torch.testing.assert_close(found(pictures()), silenced(model, stays))
    assert [len(layer.weight) for layer in layers(found).values()] == [4, 8, 16, 10]
    assert [len(layer.weight) for layer in layers(model).values()] == [8, 16, 32, 10]


@pytest.mark.parametrize("k", [0, 2, 5])
def test_one_layer_alone_can_be_cut(k):
    model = small_network(1)
    stay = torch.rand(len(model[k].weight), generator=dice()) < 0.6
    found = smaller(model, {k: stay})
    torch.testing.assert_close(found(pictures()), silenced(model, {k: stay}))


def test_its_layers_know_their_sizes():
    found = smaller(small_network(0), strongest(incoming(small_network(0)), 0.75))
    assert (found[0].in_channels, found[0].out_channels) == (1, 2)
    assert (found[2].in_channels, found[2].out_channels) == (2, 4)
    assert (found[5].in_features, found[5].out_features) == (144, 8)
    assert (found[7].in_features, found[7].out_features) == (8, 10)


def test_nothing_taken_away_changes_nothing():
    model = small_network(0)
    assert torch.equal(smaller(model, {})(pictures()), model(pictures()))
    plain = nn.Sequential(nn.Linear(3, 2, bias=False), nn.ReLU(), nn.Linear(2, 2))
    cut = smaller(plain, {0: torch.tensor([True, False])})
    assert cut[0].bias is None
    assert cut[0].weight.shape == (1, 3)


@pytest.mark.equation("eq-compression-prune-sums")
def test_scores_by_hand():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[1.0, -2.0], [0.0, 0.5], [3.0, 3.0]]))
        model[0].bias.copy_(torch.tensor([0.0, -9.0, 9.0]))
    assert incoming(model)[0].tolist() == [3.0, 0.5, 6.0]
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0], [0.0, 0.0]])
    assert activity(model, X)[0].tolist() == [0.5, 0.0, 1.0]
    assert set(incoming(model)) == set(activity(model, X)) == {0}


def test_a_filters_activity_is_the_mean_over_its_map():
    model = small_network(0)
    found = activity(model, pictures())
    assert {k: len(s) for k, s in found.items()} == {0: 8, 2: 16, 5: 32}
    said = model[0](pictures())
    torch.testing.assert_close(found[0][3], (said[:, 3] > 0).float().mean())


def test_multiplications_by_hand():
    assert multiplications(small_network(0), pictures()) == (
        13 * 13 * 8 * 9 + 6 * 6 * 16 * 8 * 9 + 16 * 36 * 32 + 32 * 10
    )


def test_shares_outside_0_and_1_and_whole_layers_are_refused():
    model = small_network(0)
    scores = incoming(model)
    refuses(
        lambda share: strongest(scores, share),
        "^share is ",
        good=[0.0, 0.9],
        bad=[below(0.0), 1.0, 1.5, math.nan],
    )
    with pytest.raises(ValueError, match=r"^stays\[0\] leaves nothing of the layer: "):
        smaller(model, {0: torch.zeros(8, dtype=torch.bool)})
    for k, size in ((0, 7), (1, 8), (7, 10), (9, 3)):
        with pytest.raises(ValueError, match=rf"^stays\[{k}\] fits no hidden layer: "):
            smaller(model, {k: torch.ones(size, dtype=torch.bool)})


def test_bad_examples_are_refused():
    model, X = small_network(0), pictures(2)
    for call in (activity, multiplications):
        refuses(
            lambda X, call=call: call(model, X),
            "^[Xx] has NaN or infinity: ",
            good=[X],
            bad=spoilt(X, math.nan, math.inf),
        )
        with pytest.raises(ValueError, match=r"^[Xx] is empty: "):
            call(model, X[:0])


def test_layers_that_are_not_seen_are_refused():
    x, part = torch.rand(2, 4), nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    flat, nested = nn.Sequential(*part), nn.Sequential(part)
    for call in (lambda m: multiplications(m, x), lambda m: activity(m, x)):
        refuses(call, r"^model\[0\] is Sequential", good=[flat], bad=[nested])
        refuses(call, "^model has no layer", good=[flat], bad=[nn.Sequential()])
    model = nn.Sequential(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2), nn.Conv2d(2, 2, 1))
    with pytest.raises(ValueError, match=r"^model\[1\] is BatchNorm2d: fold it"):
        smaller(model, {})
    model[1] = nn.Conv2d(2, 2, 1, groups=2)
    with pytest.raises(ValueError, match=r"^model\[1\] has groups: give conv"):
        smaller(model, {})
