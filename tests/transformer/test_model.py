"""The whole model: torch's own, and what it is told."""

import pytest
import torch
from torch import nn

from ml2020.rnn import pairs_of
from ml2020.transformer import as_torch, causal, drawn_transformer, sinusoids
from tests.refusals import refuses

PAIRS = pairs_of([[1, 2, 3], [4]], [[0, 1], [2, 1, 0]], stop=3)


@pytest.mark.parametrize("pre", [False, True])
def test_it_is_torch_s_transformer(pre):
    torch.manual_seed(0)
    settings = {"dropout": 0.0, "batch_first": True, "norm_first": pre}
    reads = nn.TransformerEncoderLayer(12, 3, 48, **settings)
    speaks = nn.TransformerDecoderLayer(12, 3, 48, **settings)
    # behind its last norms the paper has no other one
    norms = [nn.LayerNorm(12) if pre else None for _ in range(2)]
    theirs = nn.Transformer(
        12,
        3,
        custom_encoder=nn.TransformerEncoder(
            reads, 2, norms[0], enable_nested_tensor=False
        ),
        custom_decoder=nn.TransformerDecoder(speaks, 2, norms[1]),
        batch_first=True,
    )
    mine = drawn_transformer(1, 5, 4, 12, 3, 2, pre=pre)
    for stack, layers in (
        (theirs.encoder, mine.encoder),
        (theirs.decoder, mine.decoder),
    ):
        for one, layer in zip(stack.layers, layers, strict=True):
            as_torch(one, layer)
    a = mine.hears.symbols(PAIRS.X) + sinusoids(3, 12).float()
    told = mine.shifted(PAIRS)
    y = mine.told.symbols(told) + sinusoids(4, 12).float()
    behind = torch.tensor([[False, False, False], [False, True, True]])
    wanted = theirs(
        a,
        y,
        tgt_mask=~causal(4),
        src_key_padding_mask=behind,
        memory_key_padding_mask=behind,
    )
    torch.testing.assert_close(mine(PAIRS), mine.says(wanted))


def test_it_is_told_what_was_right_before_each_step():
    mine = drawn_transformer(2, 5, 4, 8, 2, 1)
    assert mine.shifted(PAIRS).tolist() == [[4, 0, 1, 3], [4, 2, 1, 0]]


def test_what_fills_up_a_batch_changes_nothing():
    mine = drawn_transformer(3, 5, 4, 8, 2, 1)
    alone = mine(pairs_of([[4]], [[2, 1, 0]], stop=3))
    torch.testing.assert_close(mine(PAIRS)[1:], alone)


def test_what_is_no_transformer_is_refused():
    for k, name in enumerate(("inputs", "outputs")):
        refuses(
            lambda n, k=k: drawn_transformer(
                0, *[n if j == k else 3 for j in (0, 1)], 4, 2, 1
            ),
            f"^{name} is 0: give 1 or more$",
            good=[1],
            bad=[0],
        )
    refuses(
        lambda n: drawn_transformer(0, 3, 3, 4, 2, n),
        "^layers is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    mine = drawn_transformer(0, 5, 4, 8, 2, 1)
    refuses(
        mine,
        "^pairs.(X has unknown symbols: give 0 to 4|Y has unknown .*: give 0 to 3)$",
        good=[PAIRS],
        bad=[
            PAIRS._replace(X=PAIRS.X + 1),
            PAIRS._replace(X=PAIRS.X - 1),
            PAIRS._replace(Y=PAIRS.Y + 1),
            PAIRS._replace(Y=PAIRS.Y - 1),
        ],
    )
    refuses(
        lambda begin: mine.speak(
            torch.full((len(PAIRS.X), 1), begin), mine.encode(PAIRS)
        ),
        "^told has unknown symbols: give 0 to 4$",
        good=[0, 4],
        bad=[-1, 5],
    )


def test_each_side_has_a_last_norm_of_its_own():
    model = drawn_transformer(0, 5, 4, 8, 2, 1)
    read, told = model.encode(PAIRS), model.shifted(PAIRS)
    scores = model.speak(told, read)
    with torch.no_grad():
        model.norms[1].gamma.mul_(2)
    torch.testing.assert_close(model.encode(PAIRS).H, read.H)
    with torch.no_grad():
        model.norms[1].gamma.div_(2)
        model.norms[0].gamma.mul_(2)
    torch.testing.assert_close(model.encode(PAIRS).H, 2 * read.H)
    torch.testing.assert_close(model.speak(told, read), scores)


def test_a_table_has_64_places_if_nothing_is_said():
    model = drawn_transformer(0, 5, 4, 8, 2, 1, "table")
    refuses(
        lambda T: model.encode(pairs_of([[1] * T], [[0]], stop=3)),
        "^T is 65: the table has 1 to 64",
        good=[64],
        bad=[65],
    )
