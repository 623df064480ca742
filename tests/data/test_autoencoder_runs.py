"""What was trained beforehand is whole: each network of a run, the committed files."""

import pytest
import torch

from ml2020.autoencoder import AutoEncoder, kl_to_normal, parted
from ml2020.data import autoencoder_runs as module
from ml2020.data.autoencoder_runs import (
    CodeRun,
    VaeRun,
    autoencoder_weights,
    best_code_run,
    best_vae_run,
    code_runs,
    vae_runs,
)
from ml2020.data.digits import digits
from ml2020.data.fashion_mnist import fashion_mnist
from tests.trained_rows import every_row_is_one_network

SIZES = {
    "clothes": [784, 128, 64, 16],
    "digits": [64, 128, 64, 8],
    "plain": [64, 128, 64, 8],
    "map": [64, 128, 64, 2],
}


def stored(name):
    model = AutoEncoder(SIZES[name], read=2)
    model.load_state_dict(autoencoder_weights(name))
    return model.requires_grad_(False)


@pytest.mark.parametrize(
    ("name", "kind", "load"),
    [
        ("autoencoder_runs.csv", CodeRun, code_runs),
        ("autoencoder_vae.csv", VaeRun, vae_runs),
    ],
)
def test_every_row_of_a_file_is_one_network(name, kind, load):
    every_row_is_one_network(load, kind, name, nan_ok=False)


def test_the_best_rates_lie_inside_their_grids():
    tasks = {(r.task, r.kind, r.size) for r in code_runs()}
    for task, kind, size in tasks:
        best = best_code_run(task, kind, size)
        lrs = [
            r.lr
            for r in code_runs()
            if (r.task, r.kind, r.size, r.updates) == (task, kind, size, best.updates)
        ]
        assert min(lrs) < best.lr < max(lrs)
        assert len(lrs) >= 3
    for beta in {r.beta for r in vae_runs()}:
        best = best_vae_run(beta)
        lrs = [r.lr for r in vae_runs() if (r.beta, r.updates) == (beta, 1500)]
        assert min(lrs) < best.lr < max(lrs)


def test_the_best_run_is_that_of_the_least_mean():
    runs = [
        r
        for r in code_runs()
        if (r.task, r.kind, r.size, r.updates) == ("rebuild", "deep", 2, 1500)
    ]
    assert best_code_run("rebuild", "deep", 2) == min(
        runs, key=lambda run: float(run.choose.mean())
    )
    assert best_code_run("rebuild", "deep", 2, 15000).updates == 15000
    assert best_vae_run(1, 15000).updates == 15000
    assert len(best_vae_run(1).near) == 5
    with pytest.raises(ValueError, match=r"^task: no rebuild deep 3: see the file"):
        best_code_run("rebuild", "deep", 3)
    with pytest.raises(ValueError, match=r"^beta is 2: give one of the file"):
        best_vae_run(2)


def test_what_was_kept_rebuilds_pictures():
    x = parted(digits().images.flatten(1), digits().labels).judge
    clothes = fashion_mnist().test_images[:200].flatten(1)
    most = {"digits": 0.022, "plain": 0.018, "map": 0.045, "clothes": 0.03}
    for name, limit in most.items():
        model, shown = stored(name), clothes if name == "clothes" else x
        assert all(p.dtype == torch.float32 for p in model.parameters())
        m, s = model.E(shown).chunk(2, dim=1)
        assert (model.D(m) - shown).square().mean() < limit
        nats = kl_to_normal(m, s).sum(dim=1).mean()
        assert (nats > 50) == (name == "plain")


def test_other_names_and_other_files_are_refused(monkeypatch):
    with pytest.raises(ValueError, match=r"^name is 'faces': give one of clothes, "):
        autoencoder_weights("faces")
    for name, load in (("runs.csv", code_runs), ("vae.csv", vae_runs)):
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/autoencoder_{name} is not"):
            load.__wrapped__()
    monkeypatch.setitem(module.SHA256, "weights.npz", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/autoencoder_weights.npz is not"):
        autoencoder_weights.__wrapped__("map")
