"""Naming: which kind of person the outputs of a design speak for, and how often right.

Chapter: book/why_deep.md
Source:  Lee (2020), why deep: modularisation, the boys with long hair
"""

import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_finite
from ml2020.why_deep.faces import Faces
from ml2020.why_deep.modules import KINDS, Design, scores


def named(said: Float[Tensor, "networks n outputs"]) -> Int[Tensor, "networks n"]:
    """Return the kind of person that the outputs speak for."""
    if said.shape[2] == KINDS:
        return said.argmax(dim=2)
    boy, long = (said > 0).long().unbind(dim=2)
    return 2 * boy + long


def cell_accuracy(
    theta: Float[Tensor, "rows parameters"], design: Design, faces: Faces
) -> Float[Tensor, "networks 4"]:
    """Return the share of each kind named rightly by each group, NaN if it has none.

    Raises:
        ValueError: If a network says NaN or infinity.
    """
    said = scores(theta, design, faces.X)
    check_finite("theta, faces.X", said, "train with a lower rate")
    right = named(said) == faces.cell
    mine = F.one_hot(faces.cell, KINDS)
    return (right[..., None] * mine).sum(dim=1) / mine.sum(dim=1).to(faces.X)
