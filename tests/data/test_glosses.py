"""The glosses are whole: a text in a vocabulary, and a tree above its nouns."""

import pytest
import torch

from ml2020.data import glosses as module
from ml2020.data.glosses import PERSON, glosses


def test_sizes_and_ranges():
    g = glosses()
    assert len(g.words) == len(g.meanings) == len(g.senses) == 5969
    assert len(set(g.words)) == 5969
    assert len(g.text) == len(g.sentences) == len(g.glosses) == 1_261_958
    assert g.sentences[-1] + 1 == 157_406
    assert g.glosses[-1] + 1 == 117_659
    assert len(g.parents) == len(g.kinds) == len(g.names) == 3270
    assert g.text.unique().tolist() == list(range(5969))
    assert (g.meanings >= 0).sum() == 2211
    assert torch.equal(g.meanings >= 0, g.senses > 0)


def test_sentences_are_in_their_glosses_and_have_two_words():
    g = glosses()
    assert set(g.sentences.diff().tolist()) == {0, 1}
    assert (g.glosses.diff() >= 0).all()
    assert not ((g.sentences.diff() == 0) & (g.glosses.diff() != 0)).any()
    assert g.sentences.bincount().min() == 2


def test_the_most_frequent_words_come_first():
    often = glosses().text.bincount()
    assert glosses().words[:5] == ("the", "a", "of", "or", "in")
    assert often.argmax() == 0
    assert often.min() >= 19


def test_a_known_sentence():
    g = glosses()
    said = [g.words[k] for k in g.text[g.sentences == 1000].tolist()]
    assert said == "she the exposure of children to".split()


def test_the_tree_has_one_root_and_a_known_way_up():
    g = glosses()
    assert (g.parents < 0).sum() == 1
    node, way = g.meanings[g.words.index("dog")].item(), []
    while node >= 0:
        way.append(g.names[node])
        node = g.parents[node].item()
    assert way[:3] == ["dog", "canine", "carnivore"]
    assert way[-1] == "entity"
    assert g.kinds[g.meanings[g.words.index("doctor")]] == PERSON


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^glosses\.npz is not .*: delete"):
        glosses.__wrapped__()
