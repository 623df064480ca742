"""What a network is but for its numbers."""

import pytest
import torch

from ml2020.deep_learning import he_layers, pack, parameter_count
from ml2020.training_tips import Plan, begin, weights
from tests.refusals import only_shares, refuses

SIZES = (4, 3, 2, 3)


def dice(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("norm", ["", "batch", "layer"])
def test_it_begins_with_drawn_layers_and_gammas_of_one(norm):
    theta = begin(Plan(SIZES, norm=norm), he_layers, [5, 6])
    count = parameter_count(SIZES)
    for row, seed in zip(theta, (5, 6), strict=True):
        assert torch.equal(row[:count], pack(he_layers(SIZES, generator=dice(seed))))
        assert row[count:].tolist() == ([1] * 5 if norm else [])


@pytest.mark.parametrize("norm", ["", "layer"])
def test_weights_are_what_no_bias_is(norm):
    layers = he_layers(SIZES, generator=dice(0))
    marked = [
        part.new_full(part.shape, part.ndim - 1) for both in layers for part in both
    ]
    expected = torch.cat([part.flatten() for part in marked]).bool().tolist()
    assert weights(Plan(SIZES, norm=norm)).tolist() == expected + [False] * 5 * bool(
        norm
    )


def test_rejects_networks_that_cannot_be():
    refuses(
        lambda norm: Plan((4, 2, 3), norm=norm),
        "^norm is '.*': give 'batch', 'layer', or '' for none$",
        good=["", "batch", "layer"],
        bad=["group", "Batch"],
    )
    refuses(
        lambda sizes: Plan(sizes, norm="layer"),
        r"^sizes are \(.*\), norm is 'layer': give 2 or more a layer$",
        good=[(4, 2, 3), (1, 2, 1)],
        bad=[(4, 1, 3), (4, 2, 1, 3)],
    )
    Plan((4, 1, 3), norm="batch")
    refuses(
        lambda given: Plan((4, 3), norm=given[0], p=given[1]),
        r"^sizes are \(4, 3\): give a hidden layer, or norm '' and p 0$",
        good=[("", 0.0)],
        bad=[("layer", 0.0), ("batch", 0.0), ("", 0.5)],
    )
    Plan((4, 2, 3), norm="batch", p=0.5)
    only_shares(lambda p: Plan((4, 2, 3), p=p), "p")
    refuses(Plan, "^sizes has [01]: give 2 or more", good=[(1, 1)], bad=[(), (3,)])
    with pytest.raises(ValueError, match=r"^seeds is empty"):
        begin(Plan(SIZES), he_layers, [])
