"""Answers: three kinds of networks, one formula; names are copied only by two."""

import pytest
import torch

from ml2020.conditional_generation import answering as module
from ml2020.conditional_generation.answering import (
    KINDS,
    Answerer,
    answerer,
)
from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.talk import OTHERS, UNKNOWN, talk
from tests.refusals import refuses


def batch(n=4, names="both"):
    return talk(n, names, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_is_minus_the_mean_log_probability(kind):
    model = first(lambda: Answerer(kind, 6), 0)
    b = batch()
    size = max(int(b.X.max()), OTHERS - 1) + 1
    total, count = 0.0, 0
    for k in range(4):
        right = [y for y in b.Y[k].tolist() if y >= 0]
        H, there, z = model.encode(b.X[k : k + 1], b.there[k : k + 1])
        told = -1
        for y in right:
            P, z, _, _ = model.step(
                torch.tensor([[told]]), z, H, there, b.X[k : k + 1], size
            )
            assert P.sum().item() == pytest.approx(1, abs=1e-5)
            wanted = UNKNOWN if kind == "says" and y >= OTHERS else y
            total -= (P[0, 0, wanted] + 1e-9).log().item()
            count, told = count + 1, y
    assert model(b).item() == pytest.approx(total / count, rel=1e-4)


def test_each_weight_of_the_match_has_a_slope():
    model = first(lambda: Answerer("mixes", 6), 0)
    model(batch()).backward()
    for part in (model.W, model.U, model.v):
        assert (part.weight.grad != 0).all()


def test_it_begins_from_the_mean_of_what_is_there_with_a_place_for_the_end():
    model, b = first(lambda: Answerer("mixes", 6), 0), batch()
    assert (model.end == 0).all()
    H, there, z = model.encode(b.X, b.there)
    assert (H[:, -1] == model.end).all()
    assert there[:, -1].all()
    for k in range(4):
        mean = H[k, there[k]].mean(dim=0)
        assert torch.allclose(z[0, k], torch.tanh(model.begins(mean)), atol=1e-6)


def test_nothing_yet_is_the_last_of_the_vectors():
    model, b = first(lambda: Answerer("mixes", 6), 0), batch(1)
    H, there, z = model.encode(b.X, b.there)
    size = max(int(b.X.max()), OTHERS - 1) + 1

    def said():
        return model.step(torch.tensor([[-1]]), z, H, there, b.X, size)[0].detach()

    fresh = said()
    with torch.no_grad():
        model.means.weight[:-1] += 1
    assert torch.equal(said(), fresh)
    with torch.no_grad():
        model.means.weight[-1] += 1
    assert not torch.equal(said(), fresh)


def test_a_network_learns(monkeypatch):
    monkeypatch.setattr(module, "UNITS", 8)
    monkeypatch.setattr(module, "BATCH", 16)
    model = answerer("mixes", 0, 0.03, 20)
    again = answerer("mixes", 0, 0.03, 20)
    fresh = first(lambda: Answerer("mixes", 8), 0)
    assert model(batch(50)).item() == again(batch(50)).item()
    assert model(batch(50)).item() < 0.8 * fresh(batch(50)).item()


def test_rejects_what_is_no_network():
    refuses(lambda kind: Answerer(kind, 4), "^kind is", good=KINDS, bad=["sings"])
    refuses(lambda m: Answerer("says", m), "^m is", good=[1], bad=[0])
