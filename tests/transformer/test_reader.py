"""A reader: torch's stack, places told or not, and what a mask keeps from it."""

import pytest
import torch
from torch import nn

from ml2020.transformer import as_torch, causal, drawn_reader, sinusoids
from ml2020.transformer.reader import KINDS, Places
from tests.refusals import refuses

X = torch.tensor([[1, 0, 4, 2, 2], [3, 3, 0, 1, 4]])


@pytest.mark.parametrize("pre", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_it_is_torch_s_stack_of_layers(pre, masked):
    torch.manual_seed(0)
    settings = {"dropout": 0.0, "batch_first": True, "norm_first": pre}
    one = nn.TransformerEncoderLayer(12, 3, 48, **settings)
    norm = nn.LayerNorm(12) if pre else None
    stack = nn.TransformerEncoder(one, 2, norm, enable_nested_tensor=False)
    mine = drawn_reader(1, 5, 12, 3, 2, masked=masked, pre=pre)
    for theirs, layer in zip(stack.layers, mine.layers, strict=True):
        as_torch(theirs, layer)
    a = mine.begins.symbols(X) + sinusoids(5, 12).float()
    hidden = ~causal(5) if masked else None
    torch.testing.assert_close(mine(X), mine.says(stack(a, mask=hidden)))


@pytest.mark.parametrize("kind", KINDS)
def test_only_who_is_told_places_knows_an_order(kind):
    mine = drawn_reader(2, 5, 12, 3, 2, kind)
    order = [3, 0, 4, 1, 2]
    alike = torch.allclose(mine(X[:, order]), mine(X)[:, order], atol=1e-5)
    assert alike == (kind == "none")


def test_a_masked_reader_does_not_know_what_comes():
    other = X.clone()
    other[:, 3:] = 0
    for masked in (False, True):
        mine = drawn_reader(3, 5, 12, 3, 2, masked=masked)
        same = torch.equal(mine(X)[:, :3], mine(other)[:, :3])
        assert same == masked
        assert torch.allclose(mine(X)[:, :3], mine(X[:, :3]), atol=1e-5) == masked


def test_a_mask_alone_tells_something_of_the_order():
    mine = drawn_reader(4, 5, 12, 3, 2, "none", masked=True)
    order = [1, 0, 2, 3, 4]
    assert not torch.allclose(mine(X[:, order])[:, 0], mine(X)[:, 1], atol=1e-3)


def test_a_seed_draws_the_same_weights_and_leaves_torch_s_dice_alone():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, other = (drawn_reader(k, 5, 12, 3, 1).state_dict() for k in (6, 7))
    assert torch.equal(torch.random.get_rng_state(), before)
    again = drawn_reader(6, 5, 12, 3, 1).state_dict()
    assert all(torch.equal(one[k], again[k]) for k in one)
    assert not torch.equal(one["says.weight"], other["says.weight"])
    assert one["layers.0.thinks.0.weight"].shape == (48, 12)


def test_a_table_ends_where_it_ends():
    mine = drawn_reader(8, 5, 12, 3, 1, "table", longest=4)
    refuses(
        mine,
        "^T is 5: the table has 1 to 4",
        good=[X[:, :4], X[:, :1]],
        bad=[X],
    )
    assert Places(5, 4, "table").table.e.shape == (64, 4)


def test_what_is_no_symbol_and_no_reader_is_refused():
    mine = drawn_reader(9, 5, 12, 3, 1)
    refuses(
        mine,
        "^X (is empty: give at least one symbol|has unknown symbols: give 0 to 4)$",
        good=[X],
        bad=[X[:, :0], X[:0], X + 1, X - 1],
    )
    draw = drawn_reader
    refuses(
        lambda kind: draw(0, 5, 4, 2, 1, kind),
        "^places is .*: choose one of none, sinusoids, table, rotary$",
        good=KINDS,
        bad=["", "sinus"],
    )
    refuses(lambda n: draw(0, n, 4, 2, 1), "^symbols is 0: give 1", good=[1], bad=[0])
    refuses(lambda n: draw(0, 5, 4, 2, n), "^layers is 0: give 1", good=[1], bad=[0])
    refuses(
        lambda d: draw(0, 5, d, 1, 1), "^d is .: choose an even", good=[2], bad=[3, 1]
    )
