"""Network: a forward pass with normalised sums, and neurons that drop out.

Many networks stand in the rows of theta, and are run side by side.

Chapter: book/training_tips_testing.md
Source:  Ioffe and Szegedy (2015), section 3.2; Srivastava and others (2014), section 4
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.func import vmap

from ml2020.deep_learning import Layer, parameter_count, unpack
from ml2020.support.checks import check_shape
from ml2020.training_tips.dropout import dropped, keep_masks
from ml2020.training_tips.normalise import BATCH, LAYER, Moments, moments_of, normalised
from ml2020.training_tips.plan import Plan, scaled

AXES = {"batch": BATCH, "layer": LAYER}
Masks = list[Bool[Tensor, "networks n _"]]


class Said(NamedTuple):
    """What networks say of examples.

    Attributes:
        scores: Of each network a row an example, a column a class.
        moments: Of the sums of each hidden layer, if they were normalised over a batch.
    """

    scores: Tensor
    moments: list[Moments]


def say(
    plan: Plan,
    theta: Float[Tensor, "networks parameters"],
    X: Float[Tensor, "networks n inputs"],
    *,
    masks: Sequence[Tensor] = (),
    known: Sequence[Moments] = (),
) -> Said:
    """Return what each network says of its own examples.

    Args:
        plan: What the networks are.
        theta: Their numbers, as `begin` lays them out.
        X: The examples of each.
        masks: For each hidden layer, who stays; none when testing.
        known: For each hidden layer, the moments of the training set to normalise by;
            none when training. Layer normalisation needs none.

    Raises:
        ValueError: If theta or X have other columns than the plan, masks or moments are
            missing or too many, or one example alone is normalised over the batch.
    """
    check_said(plan, theta, X, masks, known)
    layers, gammas = parts(plan, theta)
    a, met = X, []
    for k, (W, b) in enumerate(layers[:-1]):
        z = a @ W.mT
        if plan.norm:
            axis = AXES[plan.norm]
            met.append(known[k] if known else moments_of(z, axis))
            z = gammas[k] * normalised(z, axis, known=met[k])
        a = plan.bend(z + b[:, None])
        if masks:
            a = dropped(a, masks[k], plan.p)
    W, b = layers[-1]
    return Said(a @ W.mT + b[:, None], met if plan.norm == "batch" else [])


def masks_of(plan: Plan, n: int, dice: Sequence[torch.Generator]) -> Masks:
    """Return who stays in each hidden layer, for each network and each example.

    Args:
        plan: What the networks are; with a p of 0 there is no mask.
        n: How many examples each network sees, 1 or more.
        dice: One for each network, so that none depends on the others.
    """
    if not plan.p:
        return []
    hidden = plan.sizes[1:-1]
    drawn = [[keep_masks(n, h, plan.p, generator=d) for h in hidden] for d in dice]
    return [torch.stack(layer) for layer in zip(*drawn, strict=True)]


def parts(plan: Plan, theta: Tensor) -> tuple[list[Layer], list[Tensor]]:
    """Return layers and gammas of all networks, each with an axis for the networks."""
    count = parameter_count(plan.sizes)
    layers: list[Layer] = vmap(partial(unpack, sizes=plan.sizes))(theta[:, :count])
    if not scaled(plan):
        return layers, []
    gammas = torch.split(theta[:, count:], list(plan.sizes[1:-1]), dim=1)
    return layers, [g[:, None] for g in gammas]


def check_said(
    plan: Plan,
    theta: Tensor,
    X: Tensor,
    masks: Sequence[Tensor],
    known: Sequence[Moments],
) -> None:
    """Refuse what other networks have, and a batch of one that is normalised.

    Raises:
        ValueError: If theta or X have other columns than the plan, masks or moments are
            missing or too many, or one example alone is normalised over the batch.
    """
    width, hidden = parameter_count(plan.sizes) + scaled(plan), len(plan.sizes) - 2
    check_shape("theta", theta, (len(theta), width))
    check_shape("X", X, (*X.shape[:2], plan.sizes[0]))
    for name, given in (("masks", masks), ("known", known)):
        if len(given) not in (0, hidden):
            raise ValueError(f"{name} has {len(given)}: give {hidden} or none")
    if plan.norm == "batch" and not known and X.shape[1] == 1:
        raise ValueError("X has 1 example, which has no variance: give more, or known")
