"""Echoes: words, and their letters in another order."""

import torch

from ml2020.data.cmudict import Entry
from ml2020.rnn import echo_pairs, entries
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_what_goes_in_has_to_come_out_then_stop():
    pairs = echo_pairs([Entry("az", ()), Entry("bob", ())])
    assert pairs.X.tolist() == [[0, 25, 0], [1, 14, 1]]
    assert pairs.lengths.tolist() == [2, 3]
    assert pairs.Y.tolist() == [[0, 25, 26, -100], [1, 14, 1, 26]]


def test_shuffled_words_have_the_same_letters_in_an_order_of_the_seed():
    found = entries("learn")[:50]
    plain = echo_pairs(found)
    one, two, other = (
        echo_pairs(found, shuffled=True, generator=dice(s)) for s in (1, 1, 2)
    )
    assert torch.equal(one.X, two.X)
    assert not torch.equal(one.X, other.X)
    moved = 0
    for k, T in enumerate(plain.lengths.tolist()):
        mine, old = one.X[k, :T].tolist(), plain.X[k, :T].tolist()
        assert sorted(mine) == sorted(old)
        assert one.Y[k, : T + 1].tolist() == [*mine, 26]
        moved += mine != old
    assert moved > 40


def test_no_word_and_other_letters_are_refused():
    refuses(
        echo_pairs,
        r"^(found\[0\] is .*: give letters a to z|sources is empty: give at least|"
        r"sources\[0\] is empty: give 1 symbol)",
        good=[[Entry("a", ())]],
        bad=[[], [Entry("", ())], [Entry("A", ())]],
    )
