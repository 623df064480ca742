"""The task is WordNet's, its splits are fair, and a network learns."""

import pytest
import torch

from ml2020.data.wordnet import wordnet
from ml2020.gnn import (
    Setting,
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


@pytest.mark.parametrize("embedded", [False, True])
def test_a_network_learns_more_than_chance_and_touches_no_other_dice(embedded):
    data, setting = nouns(), Setting(0.03, 10)

    def learn():
        return learn_nouns("NN4G", data, seen(data), setting, 0, embedded=embedded)

    before = torch.random.get_rng_state()
    one = learn()
    assert torch.equal(before, torch.random.get_rng_state())
    assert one == learn()
    assert one.validation > 0.25  # of eight kinds, as many of each
    assert one.epoch in (3, 6, 9, 10)
    assert 0 <= one.validation <= 1


def test_a_housing_and_a_decay_make_a_difference():
    data, look = nouns(), views(nouns().graph)
    found = {
        learn_nouns("MLP", data, look, Setting(0.03, 6, decay), 0, embedded=embedded)
        for decay in (0.0, 0.05)
        for embedded in (False, True)
    }
    assert len(found) == 4


def test_rejects_rates_and_epochs_that_are_none_and_classes_with_too_few():
    data = nouns()
    look = seen(data)

    def learn(lr=0.1, epochs=1, decay=0.0):
        return learn_nouns("MLP", data, look, Setting(lr, epochs, decay), 0)

    only_positive(lambda lr: learn(lr=lr), "lr")
    said = "^epochs is .*: give 1 or more$"
    refuses(lambda n: learn(epochs=n), said, good=[1], bad=[0])
    said = "^weight_decay is .*: give 0 or more$"
    refuses(lambda decay: learn(decay=decay), said, good=[0, 0.1], bad=[-0.1])
    enough = torch.arange(8).repeat(51)
    refuses(
        lambda classes: noun_split(classes, 0),
        "^classes has one with (50|0): give more than 50 each$",
        good=[enough],
        bad=[enough[1:], enough % 7],
    )
