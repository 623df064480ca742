"""Lottery: where a ticket begins, what it keeps, and what each control changes."""

import copy
from functools import partial

import pytest
import torch
from torch import nn

from ml2020.compression import (
    density,
    each,
    global_masks,
    layer_masks,
    many_networks,
    only_signs,
    other_places,
    signs_of,
    tickets,
)
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def network(seed=0):
    model = nn.Sequential(nn.Linear(7, 5), nn.ReLU(), nn.Linear(5, 3))
    generator = dice(seed)
    for weight in model.parameters():
        weight.data = torch.randn(weight.shape, generator=generator)
    return model


def doubled(met):
    """A training that doubles, and writes down where it began and with which masks."""

    def train(start, masks):
        met.append((start, masks))
        model = copy.deepcopy(start)
        with torch.no_grad():
            for name, w in model.named_parameters():
                w *= 2 * masks.get(name, 1)
        return model

    return train


@pytest.mark.equation("eq-compression-prune-ticket")
def test_every_round_begins_at_the_start_with_the_masks_of_the_last():
    start, met = network(), []
    found = list(tickets(start, doubled(met), 0.4, 3))
    assert all(begun is start for begun, _ in met)
    assert [masks for _, masks in met] == [{}, *found[:-1]]
    assert [density(masks) for masks in found] == pytest.approx([0.6, 0.36, 0.22])
    one = global_masks(
        {n: w.abs() for n, w in start.named_parameters() if w.ndim > 1}, 0.4
    )
    assert all(torch.equal(found[0][name], one[name]) for name in one)


def test_layers_and_many_networks_can_be_pruned_too():
    found = list(tickets(network(), doubled([]), 0.4, 2, layer_masks))
    assert found[1]["0.weight"].sum() == 13  # 35, 21, 13
    many = many_networks([0, 1], 7, 5, 3)
    (masks,) = tickets(many, doubled([]), 0.4, 1, partial(each, global_masks))
    assert (
        sum(mask.flatten(1).sum(dim=1) for mask in masks.values()).tolist() == [30] * 2
    )


def test_only_signs_keeps_signs_biases_and_the_mean_square():
    start = network()
    found = only_signs(start)
    for k in (0, 2):
        w, v = start[k].weight, found[k].weight
        assert torch.equal(w.sign(), v.sign())
        torch.testing.assert_close(v.abs(), w.square().mean().sqrt().expand_as(w))
        assert torch.equal(start[k].bias, found[k].bias)
    assert len(start[0].weight.abs().unique()) > 1


def test_signs_of_takes_the_sizes_of_the_other_start():
    start, other = network(), network(1)
    found = signs_of(start, other)
    for k in (0, 2):
        assert torch.equal(found[k].weight.abs(), other[k].weight.abs())
        assert torch.equal(found[k].weight.sign(), start[k].weight.sign())
        assert torch.equal(found[k].bias, start[k].bias)
    assert not torch.equal(start[0].weight.abs(), other[0].weight.abs())


def test_other_places_are_as_many():
    masks = {
        "a": torch.rand(6, 9, generator=dice()) < 0.3,
        "b": torch.rand(3, 8, 9, generator=dice())
        < torch.tensor([0.1, 0.5, 0.9])[:, None, None],
    }
    found = other_places(masks, generator=dice())
    assert found["a"].sum() == masks["a"].sum()
    counts = [m["b"].flatten(1).sum(dim=1).tolist() for m in (masks, found)]
    assert counts[0] == counts[1]
    for name, mask in masks.items():
        assert found[name].dtype == torch.bool
        assert not torch.equal(found[name], mask)
    again, other = (other_places(masks, generator=dice(s)) for s in (0, 1))
    assert torch.equal(again["a"], found["a"])
    assert not torch.equal(other["a"], found["a"])


def test_places_are_drawn_evenly():
    mask = {"a": torch.tensor([[True, False, False, False]] * 3)}
    drawn = [other_places(mask, generator=dice(s))["a"].float() for s in range(300)]
    assert (torch.stack(drawn).mean(dim=0) - 0.25).abs().max() < 0.1


def test_bad_rounds_shares_and_starts_are_refused():
    refuses(
        lambda rounds: list(tickets(network(), doubled([]), 0.4, rounds)),
        "^rounds is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda share: list(tickets(network(), doubled([]), share, 1)),
        "^share is ",
        good=[0.0],
        bad=[-0.1, 1.0, 1.1],
    )
    with pytest.raises(ValueError, match=r"^masks\['0.weight'\] fits no parameter"):
        signs_of(network(), nn.Sequential(nn.Linear(3, 5)))
