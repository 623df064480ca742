"""Bits to copy come with a mark, and machines learn to copy."""

import pytest
import torch

from ml2020.conditional_generation import copying as module
from ml2020.conditional_generation.copying import (
    BITS,
    MACHINES,
    copier,
    copy_task,
    wrong_bits,
)
from tests.refusals import refuses


def test_the_task_is_bits_then_a_mark_then_nothing():
    X, Y = copy_task(3, 50, generator=torch.Generator().manual_seed(0))
    assert X.shape == (7, 50, BITS + 1)
    assert torch.equal(X[:3, :, :BITS], Y)
    assert set(Y.flatten().tolist()) == {0.0, 1.0}
    assert (X[:3, :, BITS] == 0).all()
    assert (X[3, :, BITS] == 1).all()
    assert (X[3, :, :BITS] == 0).all()
    assert (X[4:] == 0).all()


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_learns_the_same_with_the_same_seed(machine, monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 2)
    models = [copier(machine, 0, 0.01, 2) for _ in "ab"] + [copier(machine, 1, 0.01, 2)]
    same, again, other = (
        torch.cat([w.flatten() for w in m.parameters()]) for m in models
    )
    assert torch.equal(same, again)
    assert not torch.equal(same, other)


def test_the_lengths_are_the_seed_s(monkeypatch):
    met = []

    def spied(T, n, *, generator):
        met.append((T, n))
        return copy_task(T, n, generator=generator)

    monkeypatch.setattr(module, "copy_task", spied)
    copier("LSTM", 3, 0.01, 1)
    dice = torch.Generator().manual_seed(20_003)
    assert met == [(int(torch.randint(1, 9, (1,), generator=dice)), module.BATCH)]


def test_a_machine_learns(monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 1)
    assert wrong_bits(copier("LSTM", 0, 0.02, 60), 1, 100, 1) < 0.3


def test_a_share_of_wrong_bits_is_counted():
    class Silent(torch.nn.Module):
        def forward(self, X):
            return (torch.full((len(X), X.shape[1], BITS), -1.0),)

    X, Y = copy_task(4, 30, generator=torch.Generator().manual_seed(7))
    assert wrong_bits(Silent(), 4, 30, 7) == pytest.approx(Y.mean().item())
    assert X.shape[0] == 9


def test_rejects_no_task_and_no_machine():
    refuses(lambda T: copy_task(T, 1), "^T is", good=[1], bad=[0])
    refuses(lambda n: copy_task(1, n), "^n is", good=[1], bad=[0])
    with pytest.raises(ValueError, match=r"^machine is"):
        copier("abacus", 0, 0.01, 1)
