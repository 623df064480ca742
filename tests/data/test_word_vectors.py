"""The vectors are those of the vocabulary, and know what they were trained for."""

import pytest
import torch

from ml2020.data import word_embedding_runs as runs_module
from ml2020.data import word_vectors as module
from ml2020.data.word_embedding_runs import product_agreement, product_cells
from ml2020.data.word_vectors import word_vectors


def test_each_word_has_a_vector_of_64_numbers():
    found = word_vectors()
    assert found.V.shape == (5969, 64)
    assert found.V.dtype == torch.float32
    assert len(found.words) == len(found.place) == 5969
    assert found.words[found.place["dog"]] == "dog"
    assert found.V.isfinite().all()


def test_what_is_used_alike_lies_together():
    found = word_vectors()
    X = found.V / found.V.norm(dim=1, keepdim=True)

    def cosine(a, b):
        return X[found.place[a]] @ X[found.place[b]]

    assert cosine("france", "italy") > cosine("france", "dog") + 0.2
    assert cosine("walked", "ran") > cosine("walked", "europe") + 0.2


def test_pairs_that_met_more_often_agree_better_with_pmi():
    table = product_agreement()
    assert [row.upto for row in table[:-1]] == [row.above for row in table[1:]]
    assert table[-1].r > table[0].r
    assert len(product_cells()) == 1500
    assert all(cell.met > 0 for cell in product_cells())


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match="is not the committed file"):
        word_vectors.__wrapped__()
    monkeypatch.setitem(runs_module.SHA256, "cells.csv", "0" * 64)
    with pytest.raises(ValueError, match="is not the committed file"):
        product_cells.__wrapped__()
    monkeypatch.setitem(runs_module.SHA256, "agreement.csv", "0" * 64)
    with pytest.raises(ValueError, match="is not the committed file"):
        product_agreement.__wrapped__()
