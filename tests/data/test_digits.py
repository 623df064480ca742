"""The digits are those of scikit-learn, as tensors, and checked."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from ml2020.data import digits as module
from ml2020.data.digits import digits


def test_pictures_and_labels_are_scikit_learns():
    theirs = load_digits()
    assert np.array_equal(digits().images.numpy() * 16, theirs.images)
    assert np.array_equal(digits().labels.numpy(), theirs.target)


def test_ink_runs_from_zero_to_one():
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert images.min() == 0
    assert images.max() == 1
    assert labels.unique().tolist() == list(range(10))


def test_ink_is_float32_whatever_torchs_default_is():
    torch.set_default_dtype(torch.float64)
    try:
        images, labels = digits.__wrapped__()
    finally:
        torch.set_default_dtype(torch.float32)
    assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^digits differ .*: pin scikit-learn"):
        digits.__wrapped__()
