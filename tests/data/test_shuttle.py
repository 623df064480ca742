"""The moments are those of the source, of which the cut draws some."""

import io

import numpy as np
import pytest
import torch

from ml2020.data import shuttle as module
from ml2020.data.shuttle import shuttle


def test_counts_and_types():
    readings, anomalous = shuttle()
    assert readings.shape == (20_000, 9)
    assert readings.dtype == torch.float32
    assert anomalous.dtype == torch.bool
    assert anomalous.sum().item() == 1387
    assert torch.equal(readings, readings.round())


def test_numbers_stand_in_their_places():
    readings, anomalous = shuttle()
    assert readings[0].tolist() == [41, -2, 82, 0, 38, -7, 41, 43, 2]
    assert readings[1].tolist() == [46, 0, 82, 0, 44, -26, 36, 38, 2]
    assert not anomalous[:2].any()
    assert readings.amin(dim=0).tolist()[5] == -26739
    assert readings.amax(dim=0).tolist()[0] == 123


def test_a_pickle_in_the_file_is_not_opened(monkeypatch):
    file = io.BytesIO()
    np.savez(file, readings=np.array([{}], dtype=object))
    monkeypatch.setattr(module, "verified", lambda *_: file.getvalue())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        shuttle.__wrapped__()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^shuttle\.npz is not .*: delete"):
        shuttle.__wrapped__()
