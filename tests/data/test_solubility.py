"""The molecules are those of the files: atoms, bonds and solubility."""

import pytest
import torch

from ml2020.data import solubility as module
from ml2020.data.solubility import ELEMENTS, solubility


def drawn(name):
    """The elements and the bonds of one molecule, its atoms counted from 0."""
    found = solubility()
    k = found.names.index(name)
    atoms = (found.of == k).nonzero()[:, 0]
    inside = found.of[found.bonds[0]] == k
    ends = (found.bonds[:, inside] - atoms[0]).T.tolist()
    elements = [ELEMENTS[a] for a in found.atoms[atoms].tolist()]
    return elements, ends, found.kinds[inside].tolist(), found.solubility[k].item()


def test_sizes():
    found = solubility()
    assert len(found.names) == len(found.solubility) == 1282
    assert found.training == 1025
    assert len(found.atoms) == len(found.charges) == len(found.of) == 16671
    assert found.bonds.shape == (2, 17153)
    assert found.of.unique().numel() == 1282
    assert (found.of.diff() >= 0).all()


def test_every_element_and_kind_of_bond_is_named():
    found = solubility()
    assert found.atoms.unique().tolist() == list(range(len(ELEMENTS)))
    assert found.kinds.unique().tolist() == [1, 2, 3]
    counts = found.atoms.bincount()
    assert (counts.diff() <= 0).all()  # the most frequent first
    assert counts[ELEMENTS.index("Sn")] == 1


def test_pentane_is_a_chain_of_five():
    elements, ends, kinds, logs = drawn("n-pentane")
    assert elements == ["C"] * 5
    assert ends == [[0, 1], [1, 2], [2, 3], [3, 4]]
    assert kinds == [1] * 4
    assert logs == pytest.approx(-3.18)


def test_cyclopentane_closes_the_chain():
    assert sorted(sorted(pair) for pair in drawn("cyclopentane")[1]) == [
        [0, 1],
        [0, 4],
        [1, 2],
        [2, 3],
        [3, 4],
    ]


def test_no_bond_joins_two_molecules_or_stands_twice():
    found = solubility()
    assert torch.equal(found.of[found.bonds[0]], found.of[found.bonds[1]])
    both = found.bonds.sort(dim=0).values
    assert (both[0] < both[1]).all()
    assert both.unique(dim=1).shape == both.shape


def test_the_test_molecules_vary_as_much_as_known():
    found = solubility()
    mean = found.solubility[: found.training].mean()
    miss = (found.solubility[found.training :] - mean).square().mean().sqrt()
    assert miss.item() == pytest.approx(2.02, abs=0.005)
    assert found.charges.abs().max() == 1
    assert found.charges.count_nonzero() > 30
    assert not set(found.names[:1025]) & set(found.names[1025:])


def test_numbers_have_the_same_kind_whatever_torchs_default_is():
    torch.set_default_dtype(torch.float64)
    try:
        found = solubility.__wrapped__()
    finally:
        torch.set_default_dtype(torch.float32)
    assert found.solubility.dtype == torch.float32
    assert {tensor.dtype for tensor in found[3:]} == {torch.int64}


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^solubility\.npz is not .*: delete"):
        solubility.__wrapped__()
