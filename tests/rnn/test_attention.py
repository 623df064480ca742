"""Attention: by hand, by a loop, by torch's own, and its limits."""

import math

import pytest
import torch
import torch.nn.functional as F

from ml2020.rnn import attend, dot_match
from ml2020.rnn.attention import Match, additive_match
from tests.refusals import refuses


def drawn(n=3, S=4, T=5, d=6, seed=0):
    dice = torch.Generator().manual_seed(seed)
    Z, H = (torch.randn(n, k, d, generator=dice).double() for k in (S, T))
    lengths = torch.tensor([T, 1, 3])
    return Z, H, torch.arange(T) < lengths[:, None]


@pytest.mark.equation("eq-rnn-dot")
def test_a_match_is_the_product_of_two_vectors():
    Z, H, _ = drawn()
    e = dot_match(Z, H)
    for n in range(3):
        for j in range(4):
            for i in range(5):
                said = sum(float(a * b) for a, b in zip(Z[n, j], H[n, i], strict=True))
                assert float(e[n, j, i]) == pytest.approx(said)


@pytest.mark.equation("eq-rnn-additive")
def test_an_additive_match_is_a_network_number_by_number():
    Z, H, _ = drawn()
    dice = torch.Generator().manual_seed(1)
    W, U = (torch.randn(2, 6, generator=dice).double() for _ in range(2))
    v = torch.randn(2, generator=dice).double()
    e = additive_match(Z, H, Match(W, U, v))
    assert e.shape == (3, 4, 5)
    for n, j, i in ((0, 0, 0), (1, 3, 4), (2, 2, 1)):
        said = 0.0
        for k in range(2):
            inner = float(W[k] @ Z[n, j]) + float(U[k] @ H[n, i])
            said += float(v[k]) * math.tanh(inner)
        assert float(e[n, j, i]) == pytest.approx(said)


@pytest.mark.equation("eq-rnn-mean")
def test_what_is_read_is_a_mean_with_the_weights_of_a_softmax():
    H = torch.tensor([[[1.0, 0], [0, 1], [1, 1]]]).double()
    z = torch.tensor([[[math.log(2), 0.0]]]).double()
    c, alpha = attend(dot_match(z, H), H, torch.ones(1, 3, dtype=torch.bool))
    torch.testing.assert_close(alpha[0, 0], torch.tensor([0.4, 0.2, 0.4]).double())
    torch.testing.assert_close(c[0, 0], torch.tensor([0.8, 0.6]).double())
    Z, H, there = drawn(seed=2)
    e = dot_match(Z, H)
    c, alpha = attend(e, H, there)
    for n in range(3):
        T = int(there[n].sum())
        for j in range(4):
            shares = [math.exp(float(e[n, j, i])) for i in range(T)]
            mean = sum(s * H[n, i] for i, s in enumerate(shares)) / sum(shares)
            torch.testing.assert_close(c[n, j], mean)
            assert not alpha[n, j, T:].any()


def test_it_is_torch_s_scaled_attention_with_scale_1(device):
    Z, H, there = (part.to(device) for part in drawn(seed=3))
    theirs = F.scaled_dot_product_attention(
        Z, H, H, attn_mask=there[:, None, :].expand(-1, 4, -1), scale=1.0
    )
    torch.testing.assert_close(attend(dot_match(Z, H), H, there).c, theirs)


def test_one_head_of_torch_s_layer_without_its_matrices_is_ours():
    Z, H, there = drawn(seed=4)
    layer = torch.nn.MultiheadAttention(6, 1, bias=False, batch_first=True).double()
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.eye(6).repeat(3, 1))
        layer.out_proj.weight.copy_(torch.eye(6))
        theirs, weights = layer(Z * 6**0.5, H, H, key_padding_mask=~there)
    mine = attend(dot_match(Z, H), H, there)
    torch.testing.assert_close(mine.c, theirs)
    torch.testing.assert_close(mine.alpha, weights)


def test_a_question_of_zeros_reads_the_plain_mean_and_a_long_one_the_best_match():
    Z, H, there = drawn(seed=5)
    plain = attend(dot_match(0 * Z, H), H, there).c[0, 0]
    torch.testing.assert_close(plain, H[0].mean(dim=0))
    sharp = attend(dot_match(1e4 * Z, H), H, there)
    best = dot_match(Z, H)[0, 1].argmax()
    torch.testing.assert_close(sharp.c[0, 1], H[0, best])


def test_places_that_change_among_each_other_change_nothing_that_is_read():
    Z, H, _ = drawn(seed=6)
    all_there, order = torch.ones(3, 5, dtype=torch.bool), [3, 0, 4, 1, 2]
    one = attend(dot_match(Z, H), H, all_there).c
    other = attend(dot_match(Z, H[:, order]), H[:, order], all_there).c
    torch.testing.assert_close(one, other)


def test_slopes_are_those_of_small_differences():
    Z, H, there = drawn(seed=7)
    watched = Z.requires_grad_(), H.requires_grad_()
    torch.autograd.gradcheck(lambda z, h: attend(dot_match(z, h), h, there), watched)


def test_what_stands_behind_the_end_does_not_matter():
    Z, H, there = drawn(seed=8)
    spoilt = H.masked_fill(~there[..., None], 1e6)
    one, other = (attend(dot_match(Z, h), h, there).c for h in (H, spoilt))
    torch.testing.assert_close(one, other)


def test_rows_without_a_place_and_other_shapes_are_refused():
    Z, H, there = drawn()
    nowhere = there.clone()
    nowhere[1] = False
    refuses(
        lambda given: attend(dot_match(Z, H), H, given),
        "^there (is nowhere True in a row: give sequences|has the shape .*: give it|"
        "is torch.float32: give torch.bool)",
        good=[there],
        bad=[nowhere, nowhere & False, there[:, :4], there[:2], there.float()],
    )
    e = dot_match(Z, H)
    refuses(
        lambda given: attend(given, H, there),
        "^e has (the shape .*: give it|NaN or infinity: give smaller vectors)",
        good=[e],
        bad=[e[..., :4], e[:2], e / 0, e * torch.nan],
    )
    assert not there[1, 4]
    spoilt = [H.index_fill(1, torch.tensor([4]), x) for x in (torch.nan, torch.inf)]
    refuses(
        lambda given: attend(e, given, there),
        "^(H (has NaN or infinity: give numbers, behind the end zeros|is torch.int64: "
        "give H.float..)|e is torch.float64, H is torch.float32: give e.to.H.)$",
        good=[H],
        bad=[*spoilt, H.long(), H.float()],
    )


def test_vectors_and_weights_of_other_lengths_are_refused():
    Z, H, _ = drawn()
    refuses(
        lambda given: dot_match(given, H),
        "^Z (has . numbers a question: give 6$|has the shape|is torch.float32, H is)",
        good=[Z],
        bad=[Z[..., :5], Z[..., :1], Z[:1], Z[:2], Z.float()],
    )
    W, U, v = torch.ones(2, 6).double(), torch.ones(2, 6).double(), torch.ones(2)
    good = Match(W, U, v.double())
    refuses(
        lambda weights: additive_match(Z, H, weights),
        "^weights.(W|U|v) (has the shape .*: give it |is torch.float32, H is)",
        good=[good],
        bad=[
            good._replace(v=v),
            good._replace(W=W[:, :5]),
            good._replace(U=U[:, :5]),
            good._replace(v=good.v[:1]),
        ],
    )


def test_vectors_without_rows_are_refused():
    H = torch.ones(2, 3)
    refuses(
        lambda Z: dot_match(Z, H),
        "^Z and H have 1 and 2 axes: give rows",
        good=[H[:1]],
        bad=[H[0]],
    )
