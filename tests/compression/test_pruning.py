"""Pruning: how many weights stay, which ones, and what is no pruning."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import prune

from ml2020.compression import (
    density,
    global_masks,
    kept,
    layer_masks,
    magnitudes,
    without,
)
from tests.refusals import below, refuses


def network(seed=0):
    model = nn.Sequential(nn.Linear(7, 5), nn.ReLU(), nn.Linear(5, 3))
    dice = torch.Generator().manual_seed(seed)
    for weight in model.parameters():
        weight.data = torch.randn(weight.shape, generator=dice)
    return model


def test_by_hand():
    scores = torch.tensor([3.0, 0.5, 2.0, 1.0])
    assert kept(scores, 0.5).tolist() == [True, False, True, False]
    assert kept(scores, 0.25).tolist() == [True, False, True, True]
    assert kept(scores, 0.0).all()


def test_what_has_gone_stays_away_and_is_not_counted():
    scores = torch.tensor([-math.inf, 5.0, 4.0, 3.0, 2.0, -math.inf])
    assert kept(scores, 0.5).tolist() == [False, True, True, False, False, False]
    assert kept(scores, 0.0).tolist() == [False, True, True, True, True, False]


def test_of_equal_weights_the_first_go():
    assert kept(torch.ones(4), 0.5).tolist() == [False, False, True, True]


@given(
    st.lists(st.floats(-9, 9), min_size=2, max_size=30),
    st.floats(0, 0.98),
)
def test_the_weakest_go_and_as_many_as_told(values, share):
    scores = torch.tensor(values)
    gone = round(share * len(values))
    if gone == len(values):
        return
    stays = kept(scores, share)
    assert int((~stays).sum()) == gone
    if gone:
        assert scores[~stays].max() <= scores[stays].min()


@pytest.mark.equation("eq-compression-prune-mask")
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.77])
def test_torch_prunes_the_same_weights(share):
    theirs = network()
    parts = [(theirs[0], "weight"), (theirs[2], "weight")]
    prune.global_unstructured(parts, prune.L1Unstructured, amount=share)
    masks = global_masks(magnitudes(network()), share)
    for k in (0, 2):
        assert torch.equal(masks[f"{k}.weight"], theirs[k].weight_mask.bool())
    torch.testing.assert_close(
        without(network(), masks)(torch.ones(1, 7)), theirs(torch.ones(1, 7))
    )


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5])
def test_torch_prunes_the_same_weights_of_each_layer(share):
    theirs = network()
    masks = layer_masks(magnitudes(network()), share)
    for k in (0, 2):
        prune.l1_unstructured(theirs[k], "weight", amount=share)
        assert torch.equal(masks[f"{k}.weight"], theirs[k].weight_mask.bool())


@pytest.mark.equation("eq-compression-prune-rounds")
def test_pruning_twice_is_pruning_what_was_left():
    model = network()
    once = global_masks(magnitudes(model), 0.4)  # of 50 weights 20 go, then 12
    twice = global_masks(magnitudes(model, once), 0.4)
    assert density(once) == pytest.approx(0.6)
    assert density(twice) == pytest.approx(0.36)
    for name, mask in twice.items():
        assert not (mask & ~once[name]).any()
    at_once = global_masks(magnitudes(model), 0.64)
    assert all(torch.equal(twice[name], at_once[name]) for name in twice)


def test_biases_are_left_out():
    assert set(magnitudes(network())) == {"0.weight", "2.weight"}


def test_the_network_stays_as_it_was():
    model = network()
    before = [p.clone() for p in model.parameters()]
    found = without(model, global_masks(magnitudes(model), 0.5))
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), before, strict=1))
    assert int((found[0].weight == 0).sum() + (found[2].weight == 0).sum()) == 25
    assert torch.equal(found[0].bias, model[0].bias)


@pytest.mark.parametrize("masks_of", [global_masks, layer_masks])
def test_shares_outside_0_and_1_are_refused_and_so_is_pruning_everything(masks_of):
    scores = magnitudes(network())
    refuses(
        lambda share: masks_of(scores, share),
        "^share is .*: give a share from 0 to below 1$",
        good=[0.0],
        bad=[below(0.0), 1.0001, -1.0, math.inf, math.nan],
    )
    refuses(
        lambda share: masks_of(scores, share),
        "^share is .* is left; lower it$",
        good=[0.5],
        bad=[1.0, below(1.0)],
    )
    with pytest.raises(ValueError, match=r"^scores is empty: "):
        masks_of({}, 0.5)


def test_all_but_one_may_go():
    assert kept(torch.arange(10.0), 0.94).tolist() == [False] * 9 + [True]
    with pytest.raises(ValueError, match=r"^share is 0.96: of 10 weights none is left"):
        kept(torch.arange(10.0), 0.96)


def test_a_layer_that_would_lose_all_is_named():
    scores = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 4.0])}
    assert global_masks(scores, 0.25)["a"].any()
    with pytest.raises(ValueError, match=r"^share is 0.5: nothing of a is left; lower"):
        global_masks(scores, 0.5)


def test_scores_that_are_no_numbers_are_refused():
    for scores in (torch.tensor([1.0, math.nan]), torch.tensor([math.nan, 1.0])):
        with pytest.raises(ValueError, match=r"^scores has NaN: "):
            kept(scores, 0.5)
    with pytest.raises(ValueError, match=r"^scores is empty: give at least one weight"):
        kept(torch.zeros(0), 0.5)
    with pytest.raises(ValueError, match=r"^scores is empty: "):
        density({})


def test_masks_of_another_network_are_refused():
    with pytest.raises(ValueError, match=r"^masks\['0.weight'\] fits no parameter"):
        without(network(), {"0.weight": torch.ones(5, 6)})
    with pytest.raises(ValueError, match=r"^masks\['1.weight'\] fits no parameter"):
        magnitudes(network(), {"1.weight": torch.ones(5, 7)})
