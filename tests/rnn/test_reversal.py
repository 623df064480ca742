"""Sequences backwards, and how many of them are said rightly."""

import pytest
import torch

from ml2020.rnn import fresh_reversals, reversal_pairs, share_reversed
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_what_has_to_come_out_is_what_went_in_backwards_then_stop():
    pairs = reversal_pairs(200, 5, generator=dice())
    assert torch.equal(pairs.Y[:, :5].flip(1), pairs.X)
    assert (pairs.Y[:, 5] == 10).all()
    assert (pairs.lengths == 5).all()
    assert set(pairs.X.flatten().tolist()) == set(range(10))


def test_batches_are_new_each_time_without_end():
    batches = fresh_reversals(3, 4, generator=dice())()
    one, two = next(batches), next(batches)
    assert one.X.shape == (3, 4)
    assert not torch.equal(one.X, two.X)
    again = next(fresh_reversals(3, 4, generator=dice())())
    assert torch.equal(one.X, again.X)


def test_shares_count_whole_sequences_and_symbols_by_place():
    pairs = reversal_pairs(4, 3, generator=dice())
    right = pairs.Y[:, :3].tolist()
    wrong = [(symbol + 1) % 10 for symbol in right[1]]
    said = [right[0], [right[1][0], *wrong[1:]], right[2][:2], [*right[3], 0]]
    whole, places = share_reversed(said, pairs)
    assert whole == 0.25  # too short, and too long, is wrong
    assert places.tolist() == [1, 0.75, 0.5]
    assert share_reversed(right, pairs)[0] == 1


@pytest.mark.parametrize("make", [reversal_pairs, fresh_reversals])
def test_no_sequence_and_no_length_are_refused(make):
    for name, sizes in (("n", lambda k: (k, 2)), ("T", lambda k: (2, k))):
        refuses(
            lambda k, sizes=sizes: make(*sizes(k)),
            f"^{name} is .*: give 1 or more$",
            good=[1],
            bad=[0, -1],
        )


def test_another_number_of_answers_is_refused():
    pairs = reversal_pairs(2, 3, generator=dice())
    refuses(
        lambda said: share_reversed(said, pairs),
        "^said are ., not 2: give as many$",
        good=[[[], [1]]],
        bad=[[], [[1]], [[1], [2], [3]]],
    )


def test_no_pair_is_refused():
    pairs = reversal_pairs(1, 2)
    refuses(
        lambda n: share_reversed([[0, 0]][:n], type(pairs)(*(p[:n] for p in pairs))),
        "^pairs.X is empty: give at least one pair$",
        good=[1],
        bad=[0],
    )
