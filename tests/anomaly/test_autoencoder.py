"""The middle is narrow; the error is a squared distance; learning lowers it."""

import math

import pytest
import torch

from ml2020.anomaly import autoencoder, learned, reconstruction_error
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_shape():
    model = autoencoder(9, 7, 2, generator=dice())
    widths = [m.weight.shape for m in model if hasattr(m, "weight")]
    assert [tuple(w) for w in widths] == [(7, 9), (2, 7), (7, 2), (9, 7)]
    assert len(model) == 6
    again = autoencoder(9, 7, 2, generator=dice())
    assert torch.equal(model[0].weight, again[0].weight)
    assert not torch.equal(model[0].weight, model[5].weight.T)


@pytest.mark.equation("eq-anomaly-again")
def test_the_error_by_a_loop():
    model = autoencoder(3, 4, 1, generator=dice())
    X = torch.randn(2, 3, generator=dice(1))
    again = model(X).tolist()
    expected = [
        sum((a - x) ** 2 for a, x in zip(r, s, strict=True))
        for r, s in zip(again, X.tolist(), strict=True)
    ]
    assert reconstruction_error(model, X).tolist() == pytest.approx(expected)


def test_it_learns_a_line_and_finds_who_is_beside_it():
    along = torch.randn(50, 1, generator=dice())
    X = along * torch.tensor([[1.0, -1.0, 2.0]])
    model = autoencoder(3, 8, 1, generator=dice(2))
    learned(model, lambda m: reconstruction_error(m, X).mean(), 800, 0.01)
    beside = torch.tensor([[1.0, 1.0, 0.0]])
    assert reconstruction_error(model, X).mean() < 0.02
    assert reconstruction_error(model, beside).item() > 0.5


def test_rejects():
    for place, name in enumerate(("features", "hidden", "code")):
        sizes = [2, 2, 2]

        def call(n, place=place, sizes=sizes):
            return autoencoder(*sizes[:place], n, *sizes[place + 1 :])

        refuses(call, f"^{name} is 0: give 1 or more", good=[1], bad=[0])
    with pytest.raises(ValueError, match=r"^X has NaN"):
        reconstruction_error(autoencoder(2, 2, 2), torch.full((1, 2), math.nan))
