"""The nouns of WordNet hang together, and are linked and described as told."""

import numpy as np
import pytest
import torch

from ml2020.data import wordnet as module
from ml2020.data.wordnet import CLASSES, wordnet


def test_sizes_and_ranges():
    words = wordnet()
    assert len(words.nouns) == len(words.classes) == 4241
    assert words.links.shape == (2, 7307)
    assert words.classes.unique().tolist() == list(range(len(CLASSES)))
    assert words.links.min() == 0
    assert words.links.max() == 4240
    assert words.met[0].max() <= 4240
    assert words.met[1].unique().numel() == len(words.dictionary) == 1354
    assert {tensor.dtype for tensor in words[1:4]} == {torch.int64}


def test_each_link_stands_once_and_none_joins_a_noun_to_itself():
    links = wordnet().links
    assert (links[0] < links[1]).all()
    assert links.unique(dim=1).shape == links.shape


def test_the_graph_hangs_together():
    left, right = wordnet().links
    reached = torch.zeros(4241, dtype=torch.bool)
    reached[0] = True
    for _ in range(100):  # of a place that is named twice, any may be written
        reached[right[reached[left]]] = True
        reached[left[reached[right]]] = True
    assert reached.all()


def test_links_join_the_same_class_more_often_than_chance_and_not_always():
    words = wordnet()
    same = (words.classes[words.links[0]] == words.classes[words.links[1]]).double()
    shares = words.classes.bincount() / 4241
    assert (shares**2).sum() < 0.16
    assert 0.55 < same.mean() < 0.62


def test_known_nouns_have_their_class_and_their_words():
    words = wordnet()
    found = {}
    for place, noun in enumerate(words.nouns):
        if noun == "teacher":
            used = words.met[1][words.met[0] == place].tolist()
            found[CLASSES[words.classes[place]]] = {words.dictionary[k] for k in used}
    assert set(found) == {"person", "cognition"}
    assert {"occupation", "teaching"} <= found["person"]
    assert found["cognition"] == {"personified"}


def test_a_word_is_used_by_four_nouns_at_least_and_a_tenth_at_most():
    words = wordnet()
    assert words.met.unique(dim=1).shape == words.met.shape
    often = words.met[1].bincount()
    assert often.min() >= 4
    assert often.max() <= 424


def test_a_pickle_in_the_file_is_not_opened(monkeypatch, tmp_path):
    np.savez(tmp_path / "x.npz", nouns=np.array([{}], dtype=object))
    content = (tmp_path / "x.npz").read_bytes()
    monkeypatch.setattr(module, "verified", lambda *_: content)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        wordnet.__wrapped__()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^wordnet\.npz is not .*: delete"):
        wordnet.__wrapped__()
