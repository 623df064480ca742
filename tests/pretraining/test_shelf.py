"""The shelf holds the glosses, twenty pairs of words glued, one gloss in ten aside."""

import torch

from ml2020.data.glosses import glosses
from ml2020.pretraining.shelf import (
    GLUED,
    MOST,
    as_words,
    aside,
    glued_pairs,
    said,
    shelf,
)
from tests.refusals import refuses


def test_only_the_second_words_are_spelled_otherwise():
    found, g = shelf(), glosses()
    assert torch.equal(found.meant, g.text)
    other = found.text != found.meant
    assert set(found.meant[other].tolist()) == set(found.pairs[1].tolist())
    to = dict(zip(found.pairs[1].tolist(), found.pairs[0].tolist(), strict=True))
    changed = zip(found.meant[other].tolist(), found.text[other].tolist(), strict=True)
    assert all(to[a] == b for a, b in changed)


def test_pairs_are_of_different_kinds_and_neither_rare_nor_frequent():
    g, pairs = glosses(), glued_pairs()
    assert pairs.shape == (2, GLUED)
    assert pairs.unique().numel() == 2 * GLUED
    kinds = g.kinds[g.meanings[pairs]]
    assert (kinds[0] != kinds[1]).all()
    assert (g.meanings[pairs] >= 0).all()
    often = g.text.bincount()[pairs]
    assert 100 <= often.min() <= often.max() <= 500
    assert g.senses[pairs].max() <= 3


def test_sentences_are_cut_and_stand_where_they_stood():
    found, g = shelf(), glosses()
    assert len(found.starts) == len(found.lengths) == len(found.glosses) == 157_406
    assert found.lengths.max() == MOST
    k = int(g.sentences.bincount().argmax())
    assert said(found, k) == found.text[g.sentences == k][:MOST].tolist()
    assert said(found, 1000) == found.text[g.sentences == 1000].tolist()
    assert int(found.glosses[1000]) == int(g.glosses[g.sentences == 1000][0])


def test_one_gloss_in_ten_is_aside_with_all_its_sentences():
    found = shelf()
    apart = aside(found)
    assert torch.equal(apart, found.glosses % 10 == 0)
    assert 0.099 < apart.float().mean() < 0.101


def test_a_glued_word_shows_both():
    found = shelf()
    first, second = found.pairs[:, 0].tolist()
    text = as_words(found, [0, first])
    assert text == f"the {found.words[first]}/{found.words[second]}"
    last = len(found.words) - 1
    good = [[0], [last]]
    refuses(
        lambda row: as_words(found, row),
        "^symbols are outside 0 to 5968: drop",
        good=good,
        bad=[[0, last + 1], [-1, 0]],
    )


def test_a_sentence_that_is_none_is_refused():
    found = shelf()
    n = len(found.starts)
    refuses(lambda k: said(found, k), "^sentence is", good=[0, n - 1], bad=[-1, n])
