"""Batches hold all that may be read, pairs are true in half, both losses are read."""

from itertools import islice

import torch
import torch.nn.functional as F

from ml2020.pretraining.bert import drawn_bert
from ml2020.pretraining.bert_learning import (
    batches,
    both_losses,
    followers,
    in_turn,
    tasks,
)
from ml2020.pretraining.shelf import Shelf
from tests.refusals import refuses

# sentences of 2, 3, 2, 4, 2, 5 words of the glosses 0 0 1 2 2 2
LENGTHS = torch.tensor([2, 3, 2, 4, 2, 5])
SMALL = Shelf(
    tuple("abcdefgh"),
    torch.arange(18) % 8,
    torch.arange(18) % 8,
    LENGTHS.cumsum(0) - LENGTHS,
    LENGTHS,
    torch.tensor([0, 0, 1, 2, 2, 2]),
    torch.tensor([[0], [1]]),
)
ALL = torch.ones(6, dtype=torch.bool)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_who_is_followed():
    assert followers(SMALL, ALL).tolist() == [0, 3, 4]
    some = ALL.clone()
    some[3:] = False
    assert followers(SMALL, some).tolist() == [0]


def test_each_sentence_begins_or_ends_a_row_or_stands_alone():
    for seed in range(5):
        turn = in_turn(SMALL, ALL, generator=dice(seed))
        assert sorted(turn[:, 0].tolist()) == [0, 2, 3, 4]
        for a, b, follows in turn.tolist():
            if a == 2:
                assert (b, follows) == (-1, -100)
            else:
                assert b in (1, 4, 5)
                assert follows != 1 or b == a + 1


def test_half_of_the_pairs_are_true():
    true = [
        row[2]
        for seed in range(300)
        for row in in_turn(SMALL, ALL, generator=dice(seed)).tolist()
        if row[1] >= 0
    ]
    assert abs(sum(true) / len(true) - 0.5) < 0.06
    assert len(true) == 900


def test_batches_are_of_one_size_and_go_on_without_end():
    read = list(islice(batches(SMALL, ALL, 2, generator=dice(1)), 6))
    assert [len(batch) for batch in read] == [2] * 6
    first = torch.cat(read[:2])[:, 0].tolist()
    assert sorted(first) == [0, 2, 3, 4]
    refuses(lambda n: next(batches(SMALL, ALL, n)), "^size is", good=[1], bad=[0])


def test_neighbours_in_a_batch_are_about_as_long():
    for batch in islice(batches(SMALL, ALL, 2, generator=dice(2)), 8):
        second = LENGTHS[batch[:, 1]].where(batch[:, 1] >= 0, 0)
        if (batch[:, 1] < 0).any():
            total = LENGTHS[batch[:, 0]] + second
            assert total.min() == 2


def test_tasks_hide_words_and_never_marks():
    turn = torch.tensor([[0, 1, 1], [3, 1, 0], [2, -1, -100]])
    asked = tasks(SMALL, turn, generator=dice(3))
    assert asked.rows.lengths.tolist() == [8, 10, 4]
    assert asked.follows.tolist() == [1, 0, -100]
    at = asked.Y >= 0
    assert at.sum(dim=1).tolist() == [1, 1, 1]
    assert asked.Y[at].max() < 8
    again = tasks(SMALL, turn, generator=dice(3))
    assert torch.equal(again.rows.X, asked.rows.X)
    whole = asked.rows.X.where(~at, asked.Y)
    assert whole[0].tolist()[:8] == [8, 0, 1, 9, 2, 3, 4, 9]
    marks = {
        int(x)
        for seed in range(20)
        for a in [tasks(SMALL, turn, generator=dice(seed))]
        for x in a.rows.X[a.Y >= 0]
        if x >= 8
    }
    assert marks == {10}


def test_losses_are_those_of_the_places_asked():
    model = drawn_bert(0, 8, 6, 2, 1)
    turn = torch.tensor([[0, 1, 1], [3, 1, 0], [2, -1, -100]])
    asked = tasks(SMALL, turn, generator=dice(4))
    by_word, by_pair = both_losses(model, asked)
    T = model(asked.rows)
    theirs = F.cross_entropy(model.word_scores(T).flatten(0, 1), asked.Y.flatten())
    torch.testing.assert_close(by_word, theirs)
    torch.testing.assert_close(
        by_pair, F.cross_entropy(model.pair_scores(T)[:2], torch.tensor([1, 0]))
    )
    alone = tasks(SMALL, turn[2:], generator=dice(4))
    assert both_losses(model, alone)[1] == 0


def test_a_single_sentence_counts_its_own_words_a_pair_those_of_both():
    lengths = torch.tensor([2, 3, 4, 4, 2, 3])  # pairs have 5 words, singles 4
    found = SMALL._replace(
        starts=lengths.cumsum(0) - lengths,
        lengths=lengths,
        glosses=torch.tensor([0, 0, 1, 2, 3, 3]),
    )
    for seed in range(20):
        for batch in islice(batches(found, ALL, 2, generator=dice(seed)), 2):
            assert batch[:, 1].sign().unique().numel() == 1
