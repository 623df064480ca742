"""The vectors are those of the vocabulary, and know what they were trained for."""

import pytest
import torch

from ml2020.data import word_vectors as module
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


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match="is not the committed file"):
        word_vectors.__wrapped__()
