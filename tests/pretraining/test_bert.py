"""BERT is torch's stack on three sums, blind to what fills up, tied to its words."""

import pytest
import torch
from torch import nn

from ml2020.pretraining.bert import Bert, as_numbers, drawn_bert, word_mean
from ml2020.pretraining.packing import packed
from ml2020.transformer.layers import as_torch
from tests.refusals import refuses

ROWS = packed([[1, 2, 3], [4]], [[5, 6], None], 10)


def test_it_is_torch_s_stack_with_the_marks_hidden_that_fill_up():
    mine = drawn_bert(0, 10, 12, 3, 2)
    with torch.no_grad():
        for part in mine.parameters():
            part.add_(0.1 * torch.randn(part.shape))
    torch.manual_seed(1)
    one = nn.TransformerEncoderLayer(
        12, 3, 48, dropout=0.0, batch_first=True, norm_first=True
    )
    stack = nn.TransformerEncoder(one, 2, enable_nested_tensor=False)
    for theirs, layer in zip(stack.layers, mine.layers, strict=True):
        as_torch(theirs, layer)
    H = mine.tokens(ROWS.X) + mine.segments(ROWS.segments) + mine.places.e[:8]
    filled_up = torch.arange(8) >= ROWS.lengths[:, None]
    left = stack(H, src_key_padding_mask=filled_up)
    found = mine.layer_by_layer(ROWS)
    assert len(found) == 3
    torch.testing.assert_close(found[0], H)
    torch.testing.assert_close(found[-1][~filled_up], left[~filled_up])
    torch.testing.assert_close(mine(ROWS), mine.ends(found[-1]))


@pytest.mark.equation("eq-pretraining-input")
def test_what_goes_in_is_the_sum_of_three_rows():
    mine = drawn_bert(1, 10, 4, 2, 1)
    H = mine.layer_by_layer(ROWS)[0]
    for t, (k, side) in enumerate(zip(ROWS.X[0], ROWS.segments[0], strict=True)):
        rows = mine.tokens.weight[k], mine.segments.weight[side], mine.places.e[t]
        torch.testing.assert_close(H[0, t], sum(rows))
    a, b, c = torch.eye(3)
    assert as_numbers(a[None, None], b[None, None], c[None]).tolist() == [[[1, 1, 1]]]


def test_words_are_guessed_by_their_own_vectors_and_marks_never():
    mine = drawn_bert(2, 10, 4, 2, 1)
    mine.bias.data[3] = 2.0
    T = torch.randn(2, 5, 4)
    scores = mine.word_scores(T)
    assert scores.shape == (2, 5, 10)
    by_hand = (T[1, 2] * mine.tokens.weight[3]).sum() + 2.0
    torch.testing.assert_close(scores[1, 2, 3], by_hand)


@pytest.mark.equation("eq-pretraining-pairs")
def test_whether_it_follows_is_read_off_the_first_place():
    mine = drawn_bert(3, 10, 4, 2, 1)
    T = torch.randn(2, 5, 4)
    found = mine.pair_scores(T).softmax(dim=1)[:, 1]
    U, c = mine.follows.weight, mine.follows.bias
    for k in range(2):
        no, yes = (U[i] @ T[k, 0] + c[i] for i in range(2))
        torch.testing.assert_close(found[k], 1 / (1 + (no - yes).exp()))


def test_a_mean_of_words_leaves_out_the_rest():
    H = torch.arange(12.0).view(2, 3, 2)
    may = torch.tensor([[True, False, True], [False, True, False]])
    assert word_mean(H, may).tolist() == [[2.0, 3.0], [8.0, 9.0]]
    none = may.clone()
    none[1] = False
    refuses(lambda m: word_mean(H, m), "^may has no place", good=[may], bad=[none])


def test_a_seed_draws_the_same_and_spreads_little():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, other = drawn_bert(1, 400, 64, 2, 1), drawn_bert(2, 400, 64, 2, 1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(drawn_bert(1, 400, 64, 2, 1)(ROWS), one(ROWS))
    assert not torch.equal(one(ROWS), other(ROWS))
    assert 0.019 < one.tokens.weight.std() < 0.021
    assert one.segments.weight.abs().max() < 0.1
    assert one.layers[0].pre
    assert one.layers[0].thinks[0].out_features == 256


def test_what_is_no_network_and_no_symbol_is_refused():
    refuses(lambda n: drawn_bert(0, n, 4, 2, 1), "^words is", good=[1], bad=[0])
    refuses(lambda n: drawn_bert(0, 5, 4, 2, n), "^layers is", good=[1], bad=[0])
    refuses(lambda d: drawn_bert(0, 5, d, 1, 1), "^d is", good=[2], bad=[1, 0, -4])
    refuses(lambda h: drawn_bert(0, 5, 4, h, 1), "^h is", good=[4, 1], bad=[0, 3])
    refuses(
        lambda longest: drawn_bert(0, 5, 4, 1, 1, longest),
        "^longest",
        good=[1],
        bad=[0],
    )
    mine = drawn_bert(0, 10, 4, 2, 1, 8)
    bad = ROWS._replace(X=ROWS.X + 1)
    last = ROWS._replace(X=ROWS.X.clamp(min=13))
    refuses(mine, "^rows.X has unknown symbols", good=[ROWS, last], bad=[bad])
    refuses(
        lambda longest: drawn_bert(0, 10, 4, 2, 1, longest)(ROWS),
        "^T is 8: the table has 1 to 7; cut",
        good=[8],
        bad=[7],
    )


def test_its_numbers_are_of_one_kind_whatever_the_default():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        kinds = {part.dtype for part in drawn_bert(0, 10, 4, 2, 1).parameters()}
        kinds.add(Bert(10, 4, 2, 1).bias.dtype)
    finally:
        torch.set_default_dtype(before)
    assert kinds == {torch.float32}
