"""ELMo is two of torch's LSTMs that see one side each."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from ml2020.pretraining.elmo import Elmo, both_ways_loss, drawn_elmo, with_ends
from tests.refusals import refuses

X = torch.tensor([[1, 4], [2, 5], [3, 0]])  # time first
LENGTHS = torch.tensor([3, 2])


def torch_s(layers, d):
    """Give torch's LSTM the weights of ours, whose blocks are z i f o."""
    theirs = nn.LSTM(d, d, len(layers))
    order = torch.tensor([1, 2, 0, 3])  # torch's are i f g o
    with torch.no_grad():
        for k, layer in enumerate(layers):
            for name, part in (("ih", layer.W), ("hh", layer.U), ("b", layer.b)):
                blocks = torch.stack(part.chunk(4))[order].flatten(0, 1)
                if name == "b":
                    getattr(theirs, f"bias_ih_l{k}").copy_(blocks)
                    getattr(theirs, f"bias_hh_l{k}").zero_()
                else:
                    getattr(theirs, f"weight_{name}_l{k}").copy_(blocks)
    return theirs


def test_both_directions_are_torch_s():
    mine = drawn_elmo(0, 6, 4, 2)
    found = mine.layer_by_layer(X, LENGTHS)
    assert len(found.on) == len(found.back) == 3
    on, back = torch_s(mine.on, 4), torch_s(mine.back, 4)
    torch.testing.assert_close(found.on[2], on(mine.tokens(X))[0])
    for k, n in enumerate(LENGTHS):
        turned = mine.tokens(X[:n, k : k + 1]).flip(0)
        left = back(turned)[0].flip(0)
        torch.testing.assert_close(found.back[2][:n, k : k + 1], left)
    torch.testing.assert_close(found.on[0], mine.tokens(X))
    torch.testing.assert_close(found.back[0], mine.tokens(X))


def test_what_comes_later_changes_only_the_way_back():
    mine = drawn_elmo(1, 6, 4, 2)
    other = X.clone()
    other[2, 0] = 5
    one, two = (mine.layer_by_layer(x, LENGTHS) for x in (X, other))
    assert torch.equal(one.on[2][:2], two.on[2][:2])
    assert not torch.allclose(one.back[2][:2, 0], two.back[2][:2, 0])
    assert torch.equal(one.back[2][:2, 1], two.back[2][:2, 1])


def test_ends_stand_before_the_first_and_behind_the_last_word():
    assert with_ends(X, LENGTHS, 6).T.tolist() == [[6, 1, 2, 3, 6], [6, 4, 5, 6, 6]]


@pytest.mark.equation("eq-pretraining-bilm")
def test_the_losses_are_sums_over_words_each_from_one_side():
    mine = drawn_elmo(2, 6, 4, 1)
    on, back = both_ways_loss(mine, X, LENGTHS)
    by_on, by_back, count = 0.0, 0.0, 0
    for k, n in enumerate(LENGTHS):
        text = [6, *X[:n, k].tolist(), 6]
        column = torch.tensor(text)[:, None]
        found = mine.layer_by_layer(column, torch.tensor([len(text)]))
        for t in range(1, len(text)):
            before = mine.word_scores(found.on[-1][t - 1])
            by_on += F.cross_entropy(before, column[t])
            after = mine.word_scores(found.back[-1][t])
            by_back += F.cross_entropy(after, column[t - 1])
            count += 1
    torch.testing.assert_close(on, by_on / count)
    torch.testing.assert_close(back, by_back / count)


def test_scores_are_products_with_the_words_vectors():
    mine = drawn_elmo(3, 6, 4, 1)
    mine.bias.data[2] = 1.5
    h = torch.randn(3, 4)
    assert mine.word_scores(h).shape == (3, 7)
    by_hand = h[1] @ mine.tokens.weight[2] + 1.5
    torch.testing.assert_close(mine.word_scores(h)[1, 2], by_hand)


def test_a_seed_draws_the_same():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, other = drawn_elmo(1, 300, 64, 1), drawn_elmo(2, 300, 64, 1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(drawn_elmo(1, 300, 64, 1).on[0].W, one.on[0].W)
    assert not torch.equal(other.on[0].W, one.on[0].W)
    assert 0.12 < one.on[0].W.abs().max() <= 0.125
    assert 0.095 < one.tokens.weight.std() < 0.105


def test_what_is_no_network_is_refused():
    refuses(lambda n: drawn_elmo(0, n, 4, 1), "^words is", good=[1], bad=[0])
    refuses(lambda n: drawn_elmo(0, 4, n, 1), "^d is", good=[1], bad=[0])
    refuses(lambda n: drawn_elmo(0, 4, 4, n), "^layers is", good=[1], bad=[0])
    mine = drawn_elmo(0, 6, 4, 1)
    refuses(
        lambda x: mine.layer_by_layer(x, LENGTHS),
        "^X has unknown",
        good=[X, X + 1],
        bad=[X + 2, X - 1],
    )
    refuses(
        lambda n: mine.layer_by_layer(X, n),
        "^lengths are",
        good=[LENGTHS],
        bad=[LENGTHS + 1, LENGTHS - 2],
    )


def test_its_numbers_are_of_one_kind_whatever_the_default():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        kinds = {part.dtype for part in drawn_elmo(0, 10, 4, 1).parameters()}
        kinds.add(Elmo(10, 4, 1).bias.dtype)
    finally:
        torch.set_default_dtype(before)
    assert kinds == {torch.float32}
