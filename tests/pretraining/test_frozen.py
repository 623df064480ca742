"""Frozen vectors stand in the order of the sentences, and leave out the marks."""

import math

import torch
from sklearn.feature_extraction.text import TfidfTransformer

from ml2020.pretraining.bert import drawn_bert
from ml2020.pretraining.elmo import drawn_elmo
from ml2020.pretraining.frozen import (
    bert_means,
    counted,
    elmo_layers,
    elmo_means,
    rows_of,
    sorted_pieces,
)
from ml2020.pretraining.packing import packed
from tests.pretraining.small import ALL, SMALL, spelled

SOME = torch.tensor([2, 0, 3])


def test_rows_are_single_sentences():
    rows = rows_of(SMALL, SOME)
    wanted = packed([spelled(k) for k in SOME.tolist()], [None] * 3, 8)
    assert torch.equal(rows.X, wanted.X)
    assert rows.X.shape == (3, 6)


def test_bert_s_means_are_of_the_words_alone_at_each_layer():
    model = drawn_bert(1, 8, 4, 2, 2)
    found = bert_means(model, SMALL, SOME)
    assert found.shape == (3, 3, 4)
    for row, k in enumerate(SOME.tolist()):
        one = packed([spelled(k)], [None], 8)
        for layer, H in enumerate(model.layer_by_layer(one)):
            wanted = H[0, 1:-1].mean(dim=0)
            torch.testing.assert_close(found[layer, row], wanted)
    assert not found.requires_grad


def test_elmo_s_means_are_both_directions_side_by_side():
    model = drawn_elmo(1, 8, 4, 2)
    found = elmo_means(model, SMALL, SOME)
    assert found.shape == (3, 3, 8)
    for row, k in enumerate(SOME.tolist()):
        text = torch.tensor([8, *spelled(k), 8])[:, None]
        both = model.layer_by_layer(text, torch.tensor([len(text)]))
        for layer, (on, back) in enumerate(zip(*both, strict=True)):
            wanted = torch.cat([on, back], dim=-1)[1:-1, 0].mean(dim=0)
            torch.testing.assert_close(found[layer, row], wanted)
    assert not found.requires_grad
    h, lengths = elmo_layers(model, SMALL, SOME)
    assert h.shape == (3, 3, 4, 8)
    assert lengths.tolist() == [4, 3, 2]
    torch.testing.assert_close(h[2, 1, :3].mean(dim=0), found[2, 1])


def test_pieces_are_put_back(monkeypatch):
    monkeypatch.setattr("ml2020.pretraining.frozen.PIECE", 2)
    pieces = sorted_pieces(SMALL, ALL)
    assert [piece.tolist() for piece in pieces] == [[1, 3], [0, 4], [2]]
    model = drawn_bert(1, 8, 4, 2, 1)
    by_two = bert_means(model, SMALL, ALL)
    monkeypatch.setattr("ml2020.pretraining.frozen.PIECE", 9)
    torch.testing.assert_close(by_two, bert_means(model, SMALL, ALL))


def test_words_count_the_more_the_rarer_they_are():
    found = counted(SMALL, SOME)
    texts = [spelled(k) for k in range(5)]
    for row, k in enumerate(SOME.tolist()):
        by_hand = [0.0] * 8
        for word in texts[k]:
            by_hand[word] += math.log(5 / sum(word in text for text in texts))
        length = math.sqrt(sum(v * v for v in by_hand))
        torch.testing.assert_close(found[row], torch.tensor(by_hand) / length)
    twice = SMALL._replace(text=SMALL.text.clone())
    twice.text[6] = 4  # "e e f g"
    theirs = TfidfTransformer(smooth_idf=False)
    bags = torch.zeros(5, 8)
    for k in range(5):
        for word in twice.text[SMALL.starts[k] :][: SMALL.lengths[k]].tolist():
            bags[k, word] += 1
    theirs.fit(bags[:, :7].numpy())
    weight = torch.tensor(theirs.idf_, dtype=torch.float32) - 1  # theirs adds 1
    wanted = torch.nn.functional.normalize(bags[:, :7] * weight, dim=1)
    torch.testing.assert_close(counted(twice, ALL)[:, :7], wanted)
