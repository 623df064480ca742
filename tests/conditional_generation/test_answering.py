"""Answers: three kinds of networks, one formula; names are copied only by two."""

import pytest
import torch

from ml2020.conditional_generation import answering as module
from ml2020.conditional_generation.answering import (
    KINDS,
    Answerer,
    answered,
    answerer,
    share_right,
)
from ml2020.conditional_generation.learning import first
from ml2020.conditional_generation.talk import OTHERS, STOP, UNKNOWN, talk
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


def test_who_only_says_never_says_a_name_it_does_not_know():
    model = first(lambda: Answerer("says", 6), 0)
    said, _, gens = answered(model, batch(30, "new"))
    assert all(word < OTHERS for row in said for word in row)
    assert (gens == 1).all()
    assert share_right(model, "new", 30, 1) == 0


def test_who_only_points_says_what_it_has_read():
    model = first(lambda: Answerer("points", 6), 0)
    b = batch(30, "new")
    said, _, gens = answered(model, b)
    for row, X in zip(said, b.X.tolist(), strict=True):
        assert set(row) <= set(X)
    assert (gens == 0).all()


def test_an_answer_that_never_ends_is_cut_off():
    model = first(lambda: Answerer("says", 6), 0)
    with torch.no_grad():
        model.says.bias[STOP] = -1e9
    assert all(len(row) == module.LONGEST for row in answered(model, batch())[0])


def test_a_share_is_that_of_answers_without_a_fault(monkeypatch):
    batch = talk(10, "new", generator=torch.Generator().manual_seed(1))
    right = [[y for y in row if y not in (STOP, -100)] for row in batch.Y.tolist()]
    one_wrong = [right[0][:-1], *right[1:]]
    for said, share in ((right, 1.0), (one_wrong, 0.9)):
        monkeypatch.setattr(module, "answered", lambda model, b, s=said: (s, None))
        model = first(lambda: Answerer("says", 2), 0)
        assert share_right(model, "new", 10, 1) == share


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
