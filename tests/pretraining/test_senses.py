"""Places are where glued words stand; vectors are those of the places."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples

from ml2020.pretraining import senses as module
from ml2020.pretraining.bert import drawn_bert
from ml2020.pretraining.elmo import drawn_elmo
from ml2020.pretraining.senses import (
    bert_at,
    elmo_at,
    glued_places,
    neighbours_mean,
    places_of,
    silhouette,
    some,
)
from tests.pretraining.small import SMALL, spelled
from tests.refusals import refuses, spoilt


def test_places_by_hand():
    found = glued_places(SMALL)
    assert found.sentences.tolist() == [0, 1, 2, 3, 4]
    assert found.at.tolist() == [0, 0, 1, 1, 2]
    assert found.words.tolist() == [0] * 5
    assert found.meant.tolist() == [0, 1, 0, 1, 0]
    assert found.aside.tolist() == [True, True, False, False, True]
    two = some(found, torch.tensor([3, 0]))
    assert two.at.tolist() == [1, 0]
    assert two.aside.tolist() == [False, True]


def test_what_is_not_read_has_no_place(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    assert glued_places(SMALL).sentences.tolist() == [0, 1, 2, 3]
    refuses(
        lambda which: places_of(SMALL, which),
        "^which has the shape",
        good=[torch.zeros(14, dtype=torch.bool)],
        bad=[torch.zeros(13, dtype=torch.bool)],
    )


@pytest.mark.parametrize("piece", [2, 9])
def test_vectors_are_those_of_the_places(piece, monkeypatch):
    monkeypatch.setattr("ml2020.pretraining.frozen.PIECE", piece)
    places = some(glued_places(SMALL), torch.tensor([2, 4, 1]))
    bert, elmo = drawn_bert(0, 8, 4, 2, 1), drawn_elmo(0, 8, 4, 1)
    by_bert, by_elmo = bert_at(bert, SMALL, places), elmo_at(elmo, SMALL, places)
    assert by_bert.shape == (2, 3, 4)
    assert by_elmo.shape == (2, 3, 8)
    for row, (k, at) in enumerate(((2, 1), (4, 2), (1, 0))):
        words = spelled(k)
        inside = torch.tensor([[8, *words, 9]])
        rows = module.rows_of(SMALL, torch.tensor([k]))
        assert torch.equal(rows.X, inside)
        for layer, H in enumerate(bert.layer_by_layer(rows)):
            torch.testing.assert_close(by_bert[layer, row], H[0, at + 1])
        text = torch.tensor([8, *words, 8])[:, None]
        both = elmo.layer_by_layer(text, torch.tensor([len(text)]))
        for layer, (on, back) in enumerate(zip(*both, strict=True)):
            wanted = torch.cat([on[at + 1, 0], back[at + 1, 0]])
            torch.testing.assert_close(by_elmo[layer, row], wanted)


def test_the_mean_of_the_neighbours_leaves_the_word_out():
    V = torch.arange(16.0).view(8, 2)
    found = neighbours_mean(V, SMALL, glued_places(SMALL))
    assert found[0].tolist() == ((V[1] + V[2]) / 2).tolist()
    assert found[2].tolist() == ((V[4] + V[5] + V[6]) / 3).tolist()
    alone = SMALL._replace(lengths=torch.tensor([3, 1, 4, 2, 3]))
    assert neighbours_mean(V, alone, glued_places(SMALL))[1].tolist() == [0.0, 0.0]


@pytest.mark.equation("eq-pretraining-silhouette")
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=4, max_size=12)
)
def test_it_is_scikit_learn_s_silhouette(points):
    X = torch.tensor(points, dtype=torch.float64)
    c = torch.arange(len(X)) % 2
    wanted = silhouette_samples(X.numpy(), c.numpy())
    torch.testing.assert_close(silhouette(X, c), torch.from_numpy(wanted))


def test_one_vector_for_both_meanings_has_no_silhouette():
    found = silhouette(torch.ones(6, 3), torch.arange(6) % 2)
    assert torch.equal(found, torch.zeros(6))


def test_what_is_no_two_groups_is_refused():
    X, c = torch.arange(8.0).view(4, 2), torch.tensor([0, 1, 0, 1])
    refuses(
        lambda x: silhouette(x, c), "^X has NaN", good=[X], bad=spoilt(X, torch.nan)
    )
    bad = [torch.tensor(g) for g in ([0, 0, 0, 1], [1, 1, 1, 0], [0, 0, 0, 0])]
    refuses(lambda g: silhouette(X, g), "^c is no two groups", good=[c], bad=bad)
    five = torch.arange(10.0).view(5, 2)
    other = torch.tensor([0, 1, 0, 1, 2])
    said = "^c is no two groups"
    refuses(lambda g: silhouette(five, g), said, good=[other % 2], bad=[other])
    with pytest.raises(ValueError, match=r"^c has the shape"):
        module.check_groups_of_two(X, c[:3])
