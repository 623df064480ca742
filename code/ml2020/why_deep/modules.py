"""Modules: who and which hair, asked apart or as four kinds, by one network or several.

Chapter: book/why_deep.md
Source:  Lee (2020), why deep: modularisation, the boys with long hair; for networks
         that share layers Caruana (1997), https://doi.org/10.1023/A:1007379606734
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning import draws, he_layers, side_by_side
from ml2020.gradient_descent import Rule
from ml2020.optimization import train
from ml2020.support.checks import check_at_least
from ml2020.why_deep.faces import Faces

WIDTH = 32
KINDS, FEATURES = 4, 2  # outputs: one for each kind, or one for each question


class Design(NamedTuple):
    """What is asked, and by how many networks.

    Attributes:
        outputs: 4, one for each kind of person; or 2, boy or girl and long or short.
        shared: Whether one hidden layer serves all outputs, or each has its own part.
        softmax: Whether four outputs that share a layer compete for one answer.
        width: Hidden neurons in all, however many networks they belong to.
    """

    outputs: int
    shared: bool
    softmax: bool = False
    width: int = WIDTH

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The sizes of each network."""
        if self.shared:
            return 64, self.width, self.outputs
        return 64, self.width // self.outputs, 1

    @property
    def parts(self) -> int:
        """How many networks work together."""
        return 1 if self.shared else self.outputs


def scores(
    theta: Float[Tensor, "rows parameters"],
    design: Design,
    X: Float[Tensor, "networks n 64"],
) -> Float[Tensor, "networks n outputs"]:
    """Return what each network, or each group of networks, says of its pictures."""
    each = X.repeat_interleave(design.parts, dim=0)
    said = side_by_side(theta, design.sizes, each)
    if design.shared:
        return said
    # torch has no types for unflatten
    return said[..., 0].unflatten(0, (len(X), design.outputs)).transpose(1, 2)  # type: ignore[no-untyped-call]


def wanted(
    cell: Int[Tensor, "networks n"], outputs: int
) -> Float[Tensor, "networks n outputs"]:
    """Return 1 for each output that should say yes, else 0."""
    if outputs == KINDS:
        return F.one_hot(cell, KINDS).float()
    return torch.stack([cell // 2, cell % 2], dim=2).float()


def learn_design(
    rule: Rule[Any],
    design: Design,
    faces: Faces,
    seeds: Sequence[int],
    steps: int,
    *,
    equal: bool = False,
) -> Float[Tensor, "rows parameters"]:
    """Return what a design has learned, with all pictures in each step.

    The loss is logistic, summed over the outputs; or the cross-entropy of a softmax.

    Args:
        rule: How each gradient becomes a step.
        design: What is asked, and by how many networks.
        faces: The pictures of each group of networks.
        seeds: One for each group, of its first weights.
        steps: How many, 1 or more.
        equal: Whether all four kinds weigh the same, however rare they are.

    Raises:
        ValueError: If steps is below 1, there are other than 2 or 4 outputs, a softmax
            of other than 4 shared ones, or the seeds are not as many as the groups.
    """
    check_at_least("steps", steps, 1)
    check_groups(design, faces, seeds)
    own = [100 * seed + part for seed in seeds for part in range(design.parts)]
    answers = wanted(faces.cell, design.outputs)
    counts = F.one_hot(faces.cell, KINDS).sum(dim=1, keepdim=True)
    weights = (1 / counts.to(answers)).expand(*faces.cell.shape, KINDS)
    weights = weights.gather(2, faces.cell[..., None]) / KINDS
    if not equal:
        weights = torch.full_like(weights, 1 / faces.cell.shape[1])

    def loss(theta: Tensor, _: object) -> Tensor:
        z = scores(theta, design, faces.X)
        if design.softmax:
            wrong = F.cross_entropy(z.mT, faces.cell, reduction="none")
            return (weights[..., 0] * wrong).sum(dim=1)
        each = weights * F.binary_cross_entropy_with_logits(
            z, answers, reduction="none"
        )
        total = each.sum(dim=1)  # of each output
        return total.sum(dim=1) if design.shared else total.flatten()

    theta, _ = train(rule, draws(he_layers, design.sizes, own), loss, range(steps))
    return theta


def check_groups(design: Design, faces: Faces, seeds: Sequence[int]) -> None:
    """Raise a ValueError unless there is a seed for each group, and a known design."""
    if design.outputs not in (KINDS, FEATURES):
        raise ValueError(f"design.outputs is {design.outputs}: give 4 or 2")
    if design.softmax and (design.outputs, design.shared) != (KINDS, True):
        raise ValueError("design.softmax is True: give 4 outputs that share a layer")
    if design.width < 1 or design.width % design.parts:
        raise ValueError(f"design.width is {design.width}: give {design.parts} times n")
    if len(seeds) != len(faces.X):
        raise ValueError(f"seeds, groups are {len(seeds)}: give {len(faces.X)}")
