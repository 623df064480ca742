"""Adder: the frame, and that each architecture stands in it."""

import pytest
import torch

from ml2020.new_architectures import (
    Benes,
    Reversible,
    Shared,
    Stack,
    asked,
    drawn_adder,
    weights_of,
)
from ml2020.new_architectures.adder import KINDS, body_of
from ml2020.transformer import MultiHead, descended, sinusoids
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def test_the_frame_is_table_places_body_scores():
    model = drawn_adder(0, "sf", 8)
    X = torch.randint(2, (3, 8, 2), generator=dice(0))
    table = model.table.weight
    a = table[X[..., 0]] + table[2 + X[..., 1]] + sinusoids(8, 32).float()
    torch.testing.assert_close(model(X), model.says(model.ends(model.body(a))))


def test_each_name_is_its_architecture():
    kinds = {kind: body_of(kind, 16, 8, 2) for kind in KINDS}
    assert [part.kind for part in kinds["Transformer"].parts] == list("sfsfsf")
    assert [part.kind for part in kinds["sandwich"].parts] == list("ssfsff")
    assert isinstance(kinds["ALBERT"], Shared)
    assert not kinds["ALBERT"].told
    assert isinstance(kinds["Universal"], Shared)
    assert kinds["Universal"].told
    assert kinds["Universal"].times == 3
    assert isinstance(kinds["shuffle-exchange"], Benes)
    assert isinstance(kinds["Reformer"], Reversible)
    assert not kinds["Reformer"].kept
    assert kinds["Reformer"].F[0].part.R.shape == (2, 4, 4)
    assert isinstance(body_of("fs", 16, 8, 2), Stack)


def test_weights_are_as_many_as_the_page_says():
    count = {kind: weights_of(drawn_adder(0, kind, 16)) for kind in KINDS}
    assert count["Transformer"] == count["sandwich"]
    layer = weights_of(Stack("sf", 32, 2))
    assert count["Transformer"] - count["Universal"] == 2 * layer
    table = 4 * 32 - (4 * 8 + 8 * 32)
    assert count["Universal"] - count["ALBERT"] == table  # four words: nothing saved


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_them_learns(kind):
    model, losses = drawn_adder(1, kind, 8), []
    cost = asked(8, 8, generator=dice(1))
    X = torch.randint(2, (8, 8, 2), generator=dice(2))
    Y = X[..., 0]

    def easy(model):
        scores = model(X).flatten(0, 1)
        return torch.nn.functional.cross_entropy(scores, Y.flatten())

    descended(model, easy, lambda _: 0.01, 12, losses)
    assert losses[-1] < 0.8 * losses[0]
    assert float(cost(model).detach()) > 0


def test_a_seed_draws_the_same_weights_and_leaves_torch_s_dice_alone():
    before = torch.random.get_rng_state()
    one, two, other = (drawn_adder(s, "sf", 8).state_dict() for s in (5, 5, 6))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(one[k], two[k]) for k in one)
    assert not torch.equal(one["says.weight"], other["says.weight"])


def test_the_reversible_one_has_full_attention():
    body = body_of("reversible", 16, 8, 2)
    assert isinstance(body, Reversible)
    assert len(body.F) == 3
    assert all(isinstance(part.part, MultiHead) for part in body.F)
    assert body.F[0].part.h == 2


def test_what_the_reformer_cannot_cut_is_refused():
    refuses(
        lambda T: drawn_adder(0, "Reformer", T),
        "^T is .*: choose a multiple of 4 for its chunks",
        good=[4, 8],
        bad=[2, 6],
    )


def test_what_is_no_bit_is_refused():
    model = drawn_adder(2, "sf", 8)
    X = torch.randint(2, (2, 8, 2), generator=dice(3))
    refuses(
        model,
        "^X (is empty: give at least one place|has something else than bits: give 0 a)",
        good=[X],
        bad=[X[:0], X[:, :0], X + 1, X - 1],
    )
