"""Layers: torch's own, with the norm behind and before."""

import pytest
import torch
from torch import nn

from ml2020.training_tips import layer_norm
from ml2020.transformer import (
    DecoderLayer,
    EncoderLayer,
    Norm,
    around,
    as_torch,
    causal,
    filled,
)
from tests.refusals import refuses

SIZES = {"dropout": 0.0, "batch_first": True, "dtype": torch.float64}


def stirred(layer, seed):
    """All its numbers drawn anew: a forgotten bias hides at zero."""
    dice = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(torch.randn(p.shape, generator=dice) / 3)
    return layer


@pytest.mark.parametrize("pre", [False, True])
def test_an_encoder_layer_is_torch_s(pre, device):
    theirs = stirred(
        nn.TransformerEncoderLayer(12, 3, 20, norm_first=pre, **SIZES), 0
    ).to(device)
    mine = EncoderLayer(12, 3, 20, pre).double().to(device)
    as_torch(theirs, mine)
    X = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(1)).double()
    X, there = X.to(device), filled(torch.tensor([5, 2]), 5).to(device)
    torch.testing.assert_close(mine(X), theirs(X))
    wanted = theirs(X, src_key_padding_mask=~there[:, 0])
    there_alone = there[:, 0]
    torch.testing.assert_close(mine(X, there)[there_alone], wanted[there_alone])


@pytest.mark.parametrize("pre", [False, True])
def test_a_decoder_layer_is_torch_s(pre):
    theirs = stirred(nn.TransformerDecoderLayer(12, 3, 20, norm_first=pre, **SIZES), 2)
    mine = DecoderLayer(12, 3, 20, pre).double()
    as_torch(theirs, mine)
    dice = torch.Generator().manual_seed(3)
    Y, H = (torch.randn(2, n, 12, generator=dice).double() for n in (4, 5))
    there = filled(torch.tensor([5, 2]), 5)
    wanted = theirs(Y, H, tgt_mask=~causal(4), memory_key_padding_mask=~there[:, 0])
    torch.testing.assert_close(mine(Y, H, causal(4), there), wanted)


@pytest.mark.equation("eq-transformer-around")
def test_what_a_part_makes_is_added_and_the_norm_stands_before_or_behind():
    X = torch.tensor([[1.0, 2.0, 6.0]])
    doubled, first = (lambda Z: 2 * Z), (lambda Z: Z - 1)
    assert torch.equal(around(doubled, first, X, pre=True), X + 2 * (X - 1))
    assert torch.equal(around(doubled, first, X, pre=False), (X + 2 * X) - 1)


@pytest.mark.equation("eq-transformer-norm")
def test_the_norm_is_torch_s_and_that_of_the_tips():
    X = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(4)).double()
    norm = stirred(Norm(12).double(), 5)
    theirs = nn.functional.layer_norm(X, (12,), norm.gamma, norm.beta)
    torch.testing.assert_close(norm(X), theirs)
    torch.testing.assert_close(norm(X)[0], layer_norm(X[0], norm.gamma, norm.beta))


def test_the_norm_of_a_place_knows_neither_its_scale_nor_its_neighbours():
    X = torch.randn(1, 4, 12, generator=torch.Generator().manual_seed(6)).double()
    norm = Norm(12).double()
    torch.testing.assert_close(norm(1000 * X + 7), norm(1000 * X))
    torch.testing.assert_close(norm(1000 * X), norm(2000 * X), atol=1e-6, rtol=1e-6)
    assert torch.equal(norm(X)[:, :2], norm(X[:, :2]))
    assert norm.gamma.tolist() == [1] * 12
    assert norm.beta.tolist() == [0] * 12


def test_with_the_causal_mask_no_slope_leads_to_what_comes_later():
    layer = stirred(EncoderLayer(8, 2, 16).double(), 7)
    X = torch.randn(1, 5, 8, generator=torch.Generator().manual_seed(8)).double()
    J = torch.autograd.functional.jacobian(lambda Z: layer(Z, causal(5)), X)
    sizes = J[0].abs().amax(dim=(1, 2, 4))  # from which place to which
    for i in range(5):
        assert not sizes[i, i + 1 :].any()
        assert (sizes[i, : i + 1] > 0).all()


def test_wrong_sizes_are_refused():
    refuses(Norm, "^d is .: give 2 or more", good=[2], bad=[1, 0])
    refuses(lambda n: Norm(8)(torch.ones(2, 3, n)), "^X ", good=[8], bad=[1, 7, 9])
    refuses(
        lambda n: EncoderLayer(4, 2, n), "^hidden is 0: give 1 or", good=[1], bad=[0]
    )


def test_a_layer_that_is_another_is_refused():
    def taken(mine, kind=nn.TransformerEncoderLayer, **settings):
        sizes = {"d_model": 12, "nhead": 3, "dim_feedforward": 20} | settings
        as_torch(kind(**sizes), mine)

    refuses(
        lambda settings: taken(EncoderLayer(12, 3, 20), **settings),
        "^layer: (hidden|norm_first|relu|epsilon|bias|decoder) is .*: give one with ",
        good=[{}],
        bad=[
            {"dim_feedforward": 21},
            {"norm_first": True},
            {"activation": "gelu"},
            {"layer_norm_eps": 1e-3},
            {"bias": False},
            {"kind": nn.TransformerDecoderLayer},
        ],
    )
    said = "^layer: decoder is False: give one with True$"
    refuses(
        lambda kind: taken(DecoderLayer(12, 3, 20), kind),
        said,
        good=[nn.TransformerDecoderLayer],
        bad=[nn.TransformerEncoderLayer],
    )


def test_a_norm_is_in_32_bits_whatever_the_default_is():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        assert {p.dtype for p in Norm(3).parameters()} == {torch.float32}
    finally:
        torch.set_default_dtype(before)
