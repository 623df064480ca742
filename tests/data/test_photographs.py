"""The photographs are the eight that were cut, in range, in their order."""

import io

import numpy as np
import pytest
import torch

from ml2020.data import photographs as module
from ml2020.data.photographs import SUBJECTS, photographs


def test_sizes_and_brightness():
    found = photographs()
    assert found.shape == (8, 160, 160)
    assert found.dtype == torch.float32
    assert len(SUBJECTS) == len(set(SUBJECTS)) == 8
    assert found.min() == 0
    assert 0.99 < found.max() < 1


def test_each_stands_in_its_place():
    found = dict(zip(SUBJECTS, photographs(), strict=True))
    means = {name: picture.mean().item() for name, picture in found.items()}
    assert min(means, key=lambda name: means[name]) == "galaxies"
    # A round retina leaves black corners, and a cup is bright in the middle of the top.
    assert found["retina"][:8, :8].max() < 0.1
    assert found["coffee"][8:14, 70:90].mean() > 0.8
    assert found["rocket"][:30, 75:85].mean() < 0.3
    # Bricks repeat down a column more than grass does.
    rough = {k: v.diff(dim=0).abs().mean().item() for k, v in found.items()}
    assert rough["brick"] < rough["grass"] / 2
    assert rough["galaxies"] < rough["gravel"]
    assert found["cat"].mean() > found["rocket"].mean()


def test_brightness_is_float32_whatever_torchs_default_is():
    torch.set_default_dtype(torch.float64)
    try:
        kind = photographs.__wrapped__().dtype
    finally:
        torch.set_default_dtype(torch.float32)
    assert kind == torch.float32


def test_a_pickle_in_the_file_is_not_opened(monkeypatch):
    file = io.BytesIO()
    np.savez(file, photographs=np.array([{}], dtype=object))
    monkeypatch.setattr(module, "verified", lambda *_: file.getvalue())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        photographs.__wrapped__()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^photographs\.npz is not .*: delete"):
        photographs.__wrapped__()
