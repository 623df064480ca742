"""The utterances are those of the source, in its order, each with its speaker."""

import io

import numpy as np
import pytest
import torch

from ml2020.data import japanese_vowels as module
from ml2020.data.japanese_vowels import japanese_vowels


def test_parts_lengths_and_speakers():
    train, test = japanese_vowels()
    assert train.speakers.bincount().tolist() == [30] * 9
    counts = [31, 35, 88, 44, 29, 24, 40, 50, 29]  # as the source says
    assert test.speakers.bincount().tolist() == counts
    for part, frames in ((train, 4274), (test, 5687)):
        lengths = [len(one) for one in part.cepstra]
        assert len(lengths) == len(part.speakers)
        assert sum(lengths) == frames
        assert min(lengths) >= 7
        assert max(lengths) <= 29
        assert all(one.shape[1:] == (12,) for one in part.cepstra)
        assert part.speakers.dtype == torch.int64


def test_numbers_stand_in_their_places():
    train, test = japanese_vowels()
    assert len(train.cepstra[0]) == 20
    assert train.cepstra[0][:3, 0].tolist() == pytest.approx(
        [1.860936, 1.891651, 1.939205]
    )
    assert train.cepstra[0][-1, -1].item() == pytest.approx(-0.175986)
    assert test.cepstra[0][0, :3].tolist() == pytest.approx(
        [1.635533, 0.024848, 0.432087]
    )
    assert train.cepstra[0].dtype == torch.float32


def test_a_pickle_in_the_file_is_not_opened(monkeypatch):
    file = io.BytesIO()
    np.savez(file, train_cepstra=np.array([{}], dtype=object))
    monkeypatch.setattr(module, "verified", lambda *_: file.getvalue())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        japanese_vowels.__wrapped__()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^japanese_vowels\.npz is not .*: delete"):
        japanese_vowels.__wrapped__()
