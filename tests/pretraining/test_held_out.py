"""What is lost is a mean over batches of sentences that were put aside."""

from itertools import islice

import pytest
import torch
import torch.nn.functional as F

from ml2020.pretraining.bert import drawn_bert
from ml2020.pretraining.bert_learning import both_losses
from ml2020.pretraining.elmo import both_ways_loss, drawn_elmo
from ml2020.pretraining.held_out import (
    bert_lost,
    check_lines,
    elmo_lost,
    lines,
    reading,
    time_first,
)
from ml2020.pretraining.shelf import aside, said
from tests.pretraining.small import ALL, SMALL, spelled
from tests.refusals import refuses

MAY = torch.ones(5, dtype=torch.bool)


def test_sentences_stand_side_by_side():
    X, lengths = time_first([[1, 2, 3], [4]])
    assert X.tolist() == [[1, 4], [2, 0], [3, 0]]
    assert lengths.tolist() == [3, 1]
    assert X.dtype == lengths.dtype == torch.int64
    refuses(time_first, "^sentences has none", good=[[[1]]], bad=[[], [[1], []]])
    refuses(check_lines, "^sentences has none", good=[[[1]]], bad=[[]])


def test_lines_are_what_begins_a_row():
    X, lengths = next(lines(SMALL, MAY, 0))
    found = {tuple(X[:n, k].tolist()) for k, n in enumerate(lengths)}
    assert found == {tuple(spelled(k)) for k in (0, 2, 3, 4)}
    again = next(lines(SMALL, MAY, 0))
    assert torch.equal(again.X, X)


def test_reading_is_drawn_by_its_number():
    one, two, other = (next(reading(SMALL, MAY, n)) for n in (0, 0, 1))
    assert torch.equal(one.rows.X, two.rows.X)
    assert torch.equal(one.Y, two.Y)
    assert not torch.equal(one.rows.X, other.rows.X)


def test_bert_s_losses_are_means_over_batches_aside():
    model = drawn_bert(0, 8, 4, 2, 1)
    found = bert_lost(model, SMALL, 3)
    assert aside(SMALL).tolist() == [True, True, False, False, True]
    words, pairs, told = [], [], []
    for asked in islice(reading(SMALL, aside(SMALL), 1), 3):
        by_word, by_pair = both_losses(model, asked)
        words.append(by_word.item())
        pairs.append(by_pair.item())
        paired = asked.follows >= 0
        scores = model.pair_scores(model(asked.rows))[paired]
        told += (scores.argmax(1) == asked.follows[paired]).tolist()
    assert {type(part) for part in found} == {float}
    assert found.words == pytest.approx(sum(words) / 3)
    assert found.pairs == pytest.approx(sum(pairs) / 3)
    assert found.right == pytest.approx(sum(told) / len(told))
    assert len(told) == 3
    model.follows.bias.data[:] = torch.tensor([0.0, 9.0])
    asked = next(reading(SMALL, aside(SMALL), 1))
    true = float((asked.follows[asked.follows >= 0] == 1).float().mean())
    assert bert_lost(model, SMALL, 1).right == true


def test_elmo_s_losses_are_means_over_batches_aside():
    model = drawn_elmo(0, 8, 4, 1)
    on, back = elmo_lost(model, SMALL, 2)
    pairs = [
        both_ways_loss(model, *line)
        for line in islice(lines(SMALL, aside(SMALL), 1), 2)
    ]
    assert {type(on), type(back)} == {float}
    assert on == pytest.approx(sum(p[0].item() for p in pairs) / 2)
    assert back == pytest.approx(sum(p[1].item() for p in pairs) / 2)
    assert all(said(SMALL, int(k)) == spelled(int(k)) for k in ALL)
    flat = drawn_elmo(0, 8, 4, 1)
    flat.tokens.weight.data.zero_()
    ln_9 = F.cross_entropy(torch.zeros(1, 9), torch.tensor([0])).item()
    assert elmo_lost(flat, SMALL, 2) == pytest.approx((ln_9, ln_9))
