"""What was trained beforehand is whole, and says what its table says."""

import io

import numpy as np
import pytest
import torch

from ml2020.cnn import accuracy, clothes, patch_net, patches, rivals, trained
from ml2020.data import cnn_weights as module
from ml2020.data.cnn_runs import clothes_runs
from ml2020.data.cnn_weights import clothes_weights, patch_weights

LOADERS = {"clothes": clothes_weights, "patches": patch_weights}


def test_five_networks_name_clothes_as_their_table_says():
    weights, data = clothes_weights(), clothes(3000, 2000)
    (run,) = [r for r in clothes_runs() if (r.what, r.network) == ("fresh", "max")]
    for which in range(5):
        model = trained(rivals()["max"], weights, which)
        share = accuracy(model, data.X_judge[-2000:], data.y_judge[-2000:])
        assert share == pytest.approx(run.by_0[which].item(), abs=0.005)


def test_three_networks_tell_photographs_apart():
    weights = patch_weights()
    X, y = patches(400, judge=True, generator=torch.Generator().manual_seed(9))
    for which in range(3):
        assert accuracy(trained(patch_net, weights, which), X, y) > 0.6


def test_numbers_are_float32():
    for load in LOADERS.values():
        assert all(w.dtype == torch.float32 for w in load().values())


def test_a_pickle_in_the_file_is_not_opened(monkeypatch):
    file = io.BytesIO()
    np.savez(file, weight=np.array([{}], dtype=object))
    monkeypatch.setattr(module, "verified", lambda *_: file.getvalue())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        clothes_weights.__wrapped__()


@pytest.mark.parametrize("name", LOADERS)
def test_another_file_is_refused(name, monkeypatch):
    monkeypatch.setitem(module.SHA256, name, "0" * 64)
    with pytest.raises(ValueError, match=rf"^trained/cnn_{name}.npz is not the commit"):
        LOADERS[name].__wrapped__()
