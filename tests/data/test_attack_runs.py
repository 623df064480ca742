"""What was trained beforehand is whole: each network of a run, the committed files."""

import io

import numpy as np
import pytest
import torch

from ml2020.attack import (
    as_model,
    by_network,
    certified,
    digit_parts,
    lead,
    non_targeted,
    pgd,
    right,
)
from ml2020.data import attack_runs as module
from ml2020.data.attack_runs import Readers, reader_runs, trained_thetas
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_network_of_one_run():
    every_row_is_one_network(
        reader_runs,
        Readers,
        "attack_runs.csv",
        seeds=lambda run: range(5) if run.what == "choose" else range(100, 105),
    )


DIGITS = ("plain", "clean", "noise", "fgsm", "pgd", "interval")
TUNED = [*(("digits", k) for k in DIGITS)]
TUNED += [*(("clothes", k) for k in ("plain", "clean", "pgd"))]


def judged(kind, data="digits", epochs=30):
    (run,) = [
        r for r in reader_runs() if (*r[:3], r.epochs) == ("judge", data, kind, epochs)
    ]
    return run


@pytest.mark.parametrize(("data", "kind"), TUNED)
def test_the_best_rate_of_each_kind_lies_inside_its_grid(data, kind):
    tried = {
        r.lr: (r.clean if kind == "clean" else r.pgd).mean().item()
        for r in reader_runs()
        if r[:3] == ("choose", data, kind)
    }
    best = max(tried, key=lambda lr: tried[lr])
    assert min(tried) < best < max(tried)
    assert judged(kind, data).lr == best


def test_those_that_learn_ten_times_as_long_have_the_same_rates():
    for kind in ("plain", "pgd", "interval"):
        assert judged(kind, epochs=300).lr == judged(kind).lr
    for kind in ("fgsm", "pgd"):
        assert judged(kind, "wide", 300).lr == judged(kind).lr


def test_what_was_kept_makes_the_shares_of_the_table():
    parts = digit_parts()
    x, y = parts.X_judge.repeat(5, 1, 1), parts.y_judge.repeat(5)
    for kind, theta in trained_thetas().items():
        run, model = judged(kind), as_model(theta)
        alone, by_lead = (
            right(model, pgd(lambda x, m=model, g=g: g(m(x), y), x, 0.1, 20, 0.0125), y)
            for g in (non_targeted, lead)
        )
        for share, found in (
            (run.clean, right(model, x, y)),
            (run.entropy, alone),
            (run.pgd, alone & by_lead),
            (run.proved, certified(theta, x, y, 0.1)),
        ):
            assert by_network(found, 5).tolist() == pytest.approx(
                share.tolist(), abs=0.01
            )


def test_networks_are_five_of_each_kind_and_finite():
    assert set(trained_thetas()) == {"plain", "pgd", "interval"}
    for theta in trained_thetas().values():
        assert theta.shape == (5, 8970)
        assert theta.dtype == torch.float32
        assert theta.isfinite().all()
        assert len({tuple(row) for row in theta.tolist()}) == 5


def test_a_pickle_in_a_file_is_not_opened(monkeypatch):
    file = io.BytesIO()
    np.savez(file, theta=np.array([{}], dtype=object))
    monkeypatch.setattr(module, "verified", lambda *_: file.getvalue())
    with pytest.raises(ValueError, match="allow_pickle=False"):
        trained_thetas.__wrapped__()


def test_other_files_are_refused(monkeypatch):
    for name, load in (("runs.csv", reader_runs), ("pgd.npz", trained_thetas)):
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/attack_{name} is not the c"):
            load.__wrapped__()
