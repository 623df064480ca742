"""Coverage: attention should, over all steps, look at every part as much.

Chapter: book/conditional_generation_sequence.md
Source:  Xu et al. (2015), section 4.2.1, https://proceedings.mlr.press/v37/xuc15.html,
         with tau = 1; Lee (2020), conditional generation
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_choice, check_filled

COVERS = "all", "objects", "not empty", "alike"


def uncovered(
    alpha: Float[Tensor, "n S parts"],
    spoken: Bool[Tensor, "n S"],
    tau: float | Float[Tensor, "n parts"],
) -> Float[Tensor, " n"]:
    """Return how far the attention that each part gets in all steps is from tau.

    Args:
        alpha: The weight of each part in each step.
        spoken: Whether something is said in a step; behind the end nothing is.
        tau: What each part should get: a number for all, or one for each.

    Raises:
        ValueError: If there is nothing.
    """
    check_filled("alpha", alpha, "weight")
    got = (alpha * spoken[..., None]).sum(dim=1)
    return (tau - got).square().sum(dim=-1)


def wish(
    alpha: Float[Tensor, "n S parts"],
    spoken: Bool[Tensor, "n S"],
    filled: Bool[Tensor, "n parts"],
    cover: str,
) -> Float[Tensor, " n"]:
    """Return how far attention is from a wish (n,).

    Args:
        alpha: The weight of each region in each step (n, S, 4).
        spoken: Whether something is said in a step (n, S).
        filled: Whether a region has an object (n, 4).
        cover: "all" regions get as much; "objects": those with one get as much, the
            rest nothing; "not empty": the rest nothing, and no more is said; "alike":
            those with an object get as much, and no more is said.

    Raises:
        ValueError: If it is unknown what to cover, or a scene has no object to look at
            where a wish asks for it.
    """
    check_choice("cover", cover, COVERS)
    check_objects(filled, cover)
    got = (alpha * spoken[..., None]).sum(dim=1)
    wanted = torch.ones_like(filled) if cover == "all" else filled
    if cover == "not empty":
        tau = got * filled
    elif cover == "alike":
        mean = (got * filled).sum(1, keepdim=True) / filled.sum(1, keepdim=True)
        tau = torch.where(filled, mean, got)
    else:
        tau = spoken.sum(1, keepdim=True) / wanted.sum(1, keepdim=True) * wanted
    return uncovered(alpha, spoken, tau)


def check_objects(filled: Tensor, cover: str) -> None:
    """Refuse scenes without an object, if their objects should be looked at.

    Raises:
        ValueError: If there is one.
    """
    if cover in ("objects", "alike") and not filled.any(dim=1).all():
        raise ValueError(f'filled has a scene without an object: "{cover}" needs one')
