"""The clothes are Zalando's, cut, in range, and checked."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
import torch

from ml2020.data import fashion_mnist as module
from ml2020.data.fashion_mnist import CLASSES, fashion_mnist

WHOLE = Path("/usr/share/datasets/fashion-mnist")  # of Debian's package


def test_sizes_and_brightness():
    clothes = fashion_mnist()
    assert clothes.train_images.shape == (10_000, 28, 28)
    assert clothes.test_images.shape == (2_000, 28, 28)
    for images in (clothes.train_images, clothes.test_images):
        assert images.min() == 0
        assert images.max() == 1


def test_brightness_is_float32_whatever_torchs_default_is():
    torch.set_default_dtype(torch.float64)
    try:
        clothes = fashion_mnist.__wrapped__()
    finally:
        torch.set_default_dtype(torch.float32)
    kinds = [tensor.dtype for tensor in clothes]
    assert kinds == [torch.float32, torch.int64, torch.float32, torch.int64]


def test_every_class_is_there_and_none_is_rare():
    clothes = fashion_mnist()
    assert len(CLASSES) == 10
    for labels in (clothes.train_labels, clothes.test_labels):
        shares = labels.bincount(minlength=10) / len(labels)
        assert shares.numel() == 10
        assert ((shares > 0.08) & (shares < 0.12)).all()


def test_pictures_belong_to_their_labels():
    clothes = fashion_mnist()
    # Trousers are two thin legs: in the middle row of the picture, a dark gap between.
    trousers = clothes.test_images[clothes.test_labels == CLASSES.index("trouser")]
    gap, leg = trousers[:, 24, 13:15].mean(), trousers[:, 24, 9:12].mean()
    assert gap < leg / 2
    bags = clothes.test_images[clothes.test_labels == CLASSES.index("bag")]
    assert bags[:, 24, 13:15].mean() > bags[:, 2, 3].mean()
    assert bags.mean() > trousers.mean()


@pytest.mark.skipif(not WHOLE.exists(), reason="the Debian package is not installed")
def test_the_cut_is_the_beginning_of_the_whole():
    content = gzip.decompress((WHOLE / "t10k-images-idx3-ubyte.gz").read_bytes())
    first = np.frombuffer(content, np.uint8, count=2_000 * 784, offset=16)
    ours = fashion_mnist().test_images.numpy() * 255
    assert np.array_equal(ours.round().ravel(), first)


def test_a_pickle_in_the_file_is_not_opened(monkeypatch):
    file = io.BytesIO()
    np.savez(file, train_images=np.array([{}], dtype=object))
    monkeypatch.setattr(module, "verified", lambda *_: file.getvalue())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        fashion_mnist.__wrapped__()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^fashion_mnist\.npz is not .*: delete"):
        fashion_mnist.__wrapped__()
