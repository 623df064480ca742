"""The task is WordNet's, its splits are fair, and a network learns."""

import pytest
import torch

from ml2020.data.wordnet import wordnet
from ml2020.gnn import (
    learn_nouns,
    noun_split,
    nouns,
    views,
)
from tests.refusals import only_positive, refuses


def seen(data):
    return views(data.graph, generator=torch.Generator().manual_seed(0))


def test_the_features_are_words_and_rows_have_length_one():
    data, words = nouns(), wordnet()
    assert data.X.shape == (4241, 1354)
    X = data.X.to_dense()
    assert torch.equal((X > 0).nonzero().T.unique(dim=1), words.met.unique(dim=1))
    lengths = X.norm(dim=1)
    has = words.met[0].unique()
    assert torch.allclose(lengths[has], torch.ones(len(has)))
    assert lengths.sum().item() == pytest.approx(len(has), abs=0.1)
    assert data.graph.edges.shape == (2, 2 * 7307)
    assert X.dtype == torch.float32


def test_a_split_has_as_many_of_each_class_and_leaves_nobody_out():
    classes = nouns().classes
    split = noun_split(classes, 0)
    for part, each in ((split.training, 20), (split.validation, 30)):
        assert classes[part].bincount().tolist() == [each] * 8
    every = torch.cat(list(split)).sort().values
    assert torch.equal(every, torch.arange(4241))
    again, other = noun_split(classes, 0), noun_split(classes, 1)
    assert torch.equal(split.training, again.training)
    assert not torch.equal(split.training, other.training)


def test_a_network_learns_more_than_chance_and_touches_no_other_dice():
    data = nouns()
    before = torch.random.get_rng_state()
    one = learn_nouns("NN4G", data, seen(data), 0.03, 0, 10)
    assert torch.equal(before, torch.random.get_rng_state())
    assert one == learn_nouns("NN4G", data, seen(data), 0.03, 0, 10)
    assert one.validation > 0.25  # of eight kinds, as many of each
    assert 1 <= one.epoch <= 10
    assert 0 <= one.validation <= 1


def test_rejects_rates_and_epochs_that_are_none():
    data = nouns()
    look = seen(data)
    only_positive(lambda lr: learn_nouns("MLP", data, look, lr, 0, 1), "lr")
    said = "^epochs is .*: give 1 or more$"
    refuses(
        lambda n: learn_nouns("MLP", data, look, 0.1, 0, n), said, good=[1], bad=[0]
    )
