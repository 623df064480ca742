"""Orders: the words, their weights, and the stack that a word is."""

import itertools

import pytest
import torch

from ml2020.new_architectures import Part, Stack, height, orders, sandwich, weights_of
from ml2020.transformer import EncoderLayer
from tests.refusals import refuses


@pytest.mark.equation("eq-new_architectures-sandwich")
def test_a_sandwich_has_its_letters_moved_to_the_ends():
    assert sandwich(16, 6) == "s" * 6 + "sf" * 10 + "f" * 6
    assert len(sandwich(16, 6)) == 32
    assert sandwich(3, 0) == "sfsfsf"
    assert sandwich(3, 1) == "ssfsff"
    assert sandwich(3, 2) == "sssfff"


def test_orders_are_all_words_once():
    for n, count in ((1, 2), (2, 6), (3, 20)):
        words = orders(n)
        assert words == sorted(set(words))
        assert len(words) == count
        letters = {"".join(w) for w in itertools.permutations("s" * n + "f" * n)}
        assert set(words) == letters


def test_height_is_how_far_the_networks_stand_behind():
    assert height("ssff") == 1
    assert height("ffss") == -1
    assert height("sffs") == height("fssf") == 0
    assert height("sfsf") == 0.5
    for word in orders(3):
        assert height(word[::-1]) == pytest.approx(-height(word))


def test_all_orders_have_the_same_weights():
    counts = {weights_of(Stack(word, 8, 2)) for word in orders(2)}
    assert len(counts) == 1
    d = 8
    s, f = 4 * d * d + 4 * d + 2 * d, 8 * d * d + 5 * d + 2 * d
    assert counts == {2 * (s + f)}
    assert weights_of(Part("s", d, 2)) == s


def test_sf_is_the_encoder_s_layer():
    torch.manual_seed(0)
    theirs, mine = EncoderLayer(8, 2, 32, True), Stack("sf", 8, 2)
    attends, thinks = mine.parts
    attends.part.load_state_dict(theirs.attends.state_dict())
    thinks.part.load_state_dict(theirs.thinks.state_dict())
    with torch.no_grad():
        for k, part in enumerate((attends, thinks)):
            for x in (part.norm.gamma, part.norm.beta):
                x.copy_(torch.randn_like(x))
            norm = (theirs.norm1, theirs.norm2)[k]
            norm.load_state_dict(part.norm.state_dict())
    X = torch.randn(3, 5, 8)
    torch.testing.assert_close(mine(X), theirs(X))
    seen = torch.ones(5, 5, dtype=torch.bool).tril()
    torch.testing.assert_close(mine(X, seen), theirs(X, seen))


def test_an_order_matters():
    torch.manual_seed(1)
    one, other = Stack("sf", 8, 2), Stack("fs", 8, 2)
    other.parts[0].load_state_dict(one.parts[1].state_dict())
    other.parts[1].load_state_dict(one.parts[0].state_dict())
    X = torch.randn(3, 5, 8)
    assert not torch.allclose(one(X), other(X), atol=1e-3)


def test_what_is_no_order_is_refused():
    refuses(lambda k: sandwich(3, k), "^k is .*: choose it", good=[0, 2], bad=[-1, 3])
    refuses(lambda n: sandwich(n, 0), "^n is .*: give 1", good=[1], bad=[0])
    refuses(orders, "^n is .*: give 1", good=[1], bad=[0])
    said = "^word is .*: write it with s and f, one or more$"
    for call in (lambda w: Stack(w, 4, 2), lambda w: Part(w, 4, 2)):
        refuses(call, said, good=["s"], bad=["", "a", "sx"])
    refuses(height, "^word is .*: ", good=["sf", "fs"], bad=["ss", "f", "", "sfa"])
