"""Fused attention: the same function and the same slopes, with fewer bytes kept."""

import pytest
import torch

from ml2020.new_architectures import drawn_adder, kept_bytes, sums
from ml2020.new_architectures.fused import FusedHeads, fused
from ml2020.transformer import MultiHead
from tests.refusals import refuses


@pytest.mark.parametrize("masked", [False, True])
def test_it_reads_what_the_unfused_heads_read(masked):
    torch.manual_seed(0)
    heads = MultiHead(8, 2).double()
    for part in heads.parameters():
        torch.nn.init.normal_(part)
    X, Z = torch.randn(3, 5, 8).double(), torch.randn(3, 4, 8).double()
    seen = torch.rand(3, 5, 4) < 0.7 if masked else None
    if masked:
        seen[..., 0] = True
    wanted, found = heads(X, Z, seen).b, FusedHeads(heads)(X, Z, seen).b
    torch.testing.assert_close(found, wanted)


def test_a_whole_network_has_the_same_scores_and_slopes():
    model = drawn_adder(0, "Transformer", 9)
    other = fused(model)
    X = sums(3, 9, generator=torch.Generator().manual_seed(1)).X
    slopes = []
    for network in (model, other):
        said = network(X)
        by = torch.autograd.grad(said.sin().sum(), [*network.parameters()])
        slopes.append([said, *by])
    assert len(slopes[0]) == len(slopes[1])
    for one, two in zip(*slopes, strict=True):
        torch.testing.assert_close(one, two, atol=1e-4, rtol=1e-4)


def test_the_given_network_stays_as_it_was():
    model = drawn_adder(0, "Transformer", 9)
    other = fused(model)
    kinds = [[type(part) for part in one.modules()] for one in (model, other)]
    assert kinds[0].count(MultiHead) == kinds[1].count(FusedHeads) == 3
    assert FusedHeads not in kinds[0]
    assert MultiHead not in kinds[1]
    assert not {id(x) for x in model.parameters()} & {id(x) for x in other.parameters()}


def test_it_keeps_no_table_of_scores():
    model = drawn_adder(0, "Transformer", 64)
    X = torch.zeros(1, 256, 2, dtype=torch.long)
    many = [kept_bytes(one, lambda one=one: one(X)) for one in (model, fused(model))]
    assert many[1] < 0.6 * many[0]


def test_heads_that_turn_are_refused():
    refuses(
        lambda rotary: FusedHeads(MultiHead(4, 2, rotary=rotary)),
        "^heads turn queries and keys: give",
        good=[False],
        bad=[True],
    )


def test_what_heads_refuse_fused_ones_refuse():
    heads = FusedHeads(MultiHead(4, 2))
    X, nobody = torch.zeros(1, 3, 4), torch.zeros(3, 3, dtype=torch.bool)
    for call, said, good, bad in (
        (lambda Z: heads(X, Z), r"^Z (has|is) ", [X], [X[..., :2], X[:, :0], X / 0]),
        (lambda Z: heads(Z, X), r"^X (has|is) ", [X], [X[..., :2], X[:, :0], X / 0]),
        (lambda seen: heads(X, X, seen), "^seen ", [~nobody], [nobody, 1.0 * ~nobody]),
    ):
        refuses(call, said, good=good, bad=bad)


def test_what_holds_no_heads_is_refused():
    refuses(
        fused,
        "^model holds no MultiHead: give a network that has some$",
        good=[drawn_adder(0, "s", 9)],
        bad=[drawn_adder(0, "f", 9), MultiHead(4, 2)],
    )
