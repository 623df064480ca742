"""Multi-head attention: torch's layer, a loop over heads, and heads that do not fit."""

import pytest
import torch
from torch import nn

from ml2020.transformer import (
    MultiHead,
    attention,
    causal,
    in_heads,
    joined,
    like_torch,
)
from tests.refusals import refuses


def layers(h, seed=0, device="cpu"):
    torch.manual_seed(seed)
    theirs = nn.MultiheadAttention(12, h, batch_first=True).double().to(device)
    nn.init.normal_(theirs.in_proj_bias)
    nn.init.normal_(theirs.out_proj.bias)
    mine = MultiHead(12, h).double().to(device)
    like_torch(theirs, mine)
    return theirs, mine


@pytest.mark.parametrize("h", [1, 3, 4])
def test_it_is_torch_s_layer(h, device):
    theirs, mine = layers(h, device=device)
    dice = torch.Generator().manual_seed(1)
    X, Z = (torch.randn(2, n, 12, generator=dice).double().to(device) for n in (4, 5))
    wanted, weights = theirs(X, Z, Z, average_attn_weights=False)
    torch.testing.assert_close(mine(X, Z).b, wanted)
    torch.testing.assert_close(mine(X, Z).alpha, weights)
    hidden = ~causal(4, device)  # torch's mask says what is hidden, ours what is seen
    wanted, _ = theirs(X, X, X, attn_mask=hidden)
    torch.testing.assert_close(mine(X, X, ~hidden).b, wanted)


@pytest.mark.equation("eq-transformer-heads")
def test_heads_are_small_attentions_whose_answers_are_added():
    _, mine = layers(3, seed=2)
    X = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(3)).double()
    total = mine.W_o.bias
    for r in range(3):
        rows = slice(4 * r, 4 * r + 4)
        Q, K, V = (
            X @ W.weight[rows].mT + W.bias[rows] for W in (mine.W_q, mine.W_k, mine.W_v)
        )
        total = total + attention(Q, K, V).b @ mine.W_o.weight[:, rows].mT
    torch.testing.assert_close(mine(X, X).b, total)


def test_pieces_are_put_together_as_they_were():
    X = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(4))
    assert in_heads(X, 4).shape == (2, 4, 5, 3)
    assert torch.equal(in_heads(X, 4)[:, 1, :, 0], X[..., 3])
    assert torch.equal(joined(in_heads(X, 4)), X)


def test_more_heads_are_no_more_weights():
    counts = {sum(p.numel() for p in MultiHead(12, h).parameters()) for h in (1, 2, 6)}
    assert counts == {4 * 12 * 13}


def test_a_rotary_head_sees_only_how_far_apart_places_are():
    torch.manual_seed(5)
    mine = MultiHead(12, 3, rotary=True).double()
    part = torch.randn(1, 4, 12).double()
    pad = torch.randn(1, 3, 12).double()
    seen = torch.tensor([False] * 3 + [True] * 4)[None, None].expand(1, 7, 7)
    alone = mine(part, part).b
    behind = mine(*(torch.cat([pad, part], dim=1),) * 2, seen).b[:, 3:]
    torch.testing.assert_close(behind, alone)
    plain = MultiHead(12, 3).double()
    plain.load_state_dict(mine.state_dict())
    assert not torch.allclose(plain(part, part).b, alone)


def test_first_weights_are_spread_as_glorot_says_and_biases_are_0():
    torch.manual_seed(6)
    for W in (mine := MultiHead(64, 2)).children():
        assert W.weight.abs().max() <= (6 / 128) ** 0.5
        assert float(W.weight.detach().var()) == pytest.approx(2 / 128, rel=0.1)
        assert not W.bias.any()
    assert len([*mine.children()]) == 4


def test_heads_that_do_not_divide_are_refused():
    said = "^h is -?[0-9]+: choose a divisor of d, 12$"
    refuses(lambda h: MultiHead(12, h), said, good=[1, 12], bad=[0, -1, 5, 24])
    X = torch.ones(1, 2, 12)
    refuses(lambda h: in_heads(X, h), said, good=[1, 12], bad=[0, -1, 5, 24])
    refuses(lambda d: MultiHead(d, 1), "^d is 0: give 1 or", good=[1], bad=[0])
    refuses(
        lambda h: MultiHead(12, h, rotary=True),
        "^d is .: choose an even number",
        good=[6, 3],
        bad=[4, 12],
    )


def test_a_mask_that_does_not_fit_is_refused_as_it_was_given():
    _, mine = layers(3)
    X, Z = torch.ones(2, 4, 12).double(), torch.ones(2, 5, 12).double()
    refuses(
        lambda shape: mine(X, Z, torch.ones(shape, dtype=torch.bool)),
        "^seen has (. axes: give it two or more|the shape .*: give it .2, 4, 5.)",
        good=[(4, 5), (1, 5), (2, 4, 5), (2, 1, 5)],
        bad=[(), (5,), (5, 5), (2, 4, 4), (3, 4, 5)],
    )


def test_a_layer_whose_weights_do_not_fit_is_refused():
    mine = MultiHead(12, 3)

    def taken(**settings):
        sizes = {"embed_dim": 12, "num_heads": 3} | settings
        like_torch(nn.MultiheadAttention(**sizes), mine)

    refuses(
        lambda sizes: taken(embed_dim=sizes[0], num_heads=sizes[1]),
        r"^layer has \(d, h\) = .*: give one with \(12, 3\)$",
        good=[(12, 3)],
        bad=[(12, 4), (6, 3), (24, 3)],
    )
    refuses(
        lambda settings: taken(**settings),
        "^layer has no twin of ours: give one with biases",
        good=[{}, {"kdim": 12, "vdim": 12}],
        bad=[
            {"bias": False},
            {"kdim": 4},
            {"add_bias_kv": True},
            {"add_zero_attn": True},
        ],
    )
    refuses(
        lambda rotary: like_torch(
            nn.MultiheadAttention(12, 3), MultiHead(12, 3, rotary)
        ),
        "^layer has no twin of ours",
        good=[False],
        bad=[True],
    )


def test_places_of_another_width_or_type_are_refused():
    mine, X = MultiHead(12, 3), torch.ones(2, 4, 12)
    said = "has .* numbers a place in torch.float..: give 12 numbers a place in torch."
    for name, call in (("X", lambda Z: mine(Z, X)), ("Z", lambda Z: mine(X, Z))):
        refuses(
            call, f"^{name} {said}float32$", good=[X], bad=[X[..., :11], X.double()]
        )
