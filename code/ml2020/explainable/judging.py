"""Judging: does an explanation point at what is known to be the cause?

Chapter: book/explainable_local.md
Source:  the share of mass: Arras, Osman and Samek (2022), relevance mass accuracy,
         https://arxiv.org/abs/2003.07258; deletion: Samek et al. (2017),
         https://arxiv.org/abs/1509.06321
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.explainable.score import Dots
from ml2020.support.checks import check_at_least, check_finite


def mass_on(
    a: Float[Tensor, "n channels rows columns"],
    region: Bool[Tensor, "n 1 rows columns"],
) -> Float[Tensor, " n"]:
    """Return the share of each attribution's size that lies in a region.

    Where all of it is 0 the share is that of the area: it points nowhere.

    Raises:
        ValueError: If a number is NaN or infinite.
    """
    check_finite("a", a, "mend the attribution")
    size = a.abs().sum(dim=1, keepdim=True)
    size = torch.where(size.sum(dim=(1, 2, 3), keepdim=True) > 0, size, 1.0)
    return (size * region).sum(dim=(1, 2, 3)) / size.sum(dim=(1, 2, 3))


def rank_correlation(a: Dots, b: Dots) -> Float[Tensor, " n"]:
    """Return Spearman's correlation of two attributions of each example.

    Equal numbers share the mean of their ranks; without any difference it is 0.

    Raises:
        ValueError: If a number is NaN or infinite.
    """
    check_finite("a", a, "mend the attribution")
    check_finite("b", b, "mend the attribution")
    r, s = ranks(a.flatten(1)), ranks(b.flatten(1))
    r, s = (v - v.mean(dim=1, keepdim=True) for v in (r, s))
    sizes = r.norm(dim=1) * s.norm(dim=1)
    return (r * s).sum(dim=1) / sizes.clamp_min(torch.finfo(r.dtype).tiny)


def ranks(a: Float[Tensor, "n dots"]) -> Float[Tensor, "n dots"]:
    """Return the place of each number in its row, from the least; equal ones share."""
    ordered = a.contiguous().sort(dim=1).values
    below = torch.searchsorted(ordered, a.contiguous())
    upto = torch.searchsorted(ordered, a.contiguous(), right=True)
    return (below + upto - 1).double() / 2


def deleted(
    x: Float[Tensor, "n channels rows columns"],
    a: Float[Tensor, "n 1 rows columns"],
    share: float,
    colour: float,
) -> Float[Tensor, "n channels rows columns"]:
    """Return pictures whose dots with the largest attributions have one colour.

    Args:
        x: Pictures; they stay as they are.
        a: What each dot is worth.
        share: How many dots, 0 to 1; of equal ones those that come first.
        colour: What stands there then.

    Raises:
        ValueError: If the share is outside, or an attribution is NaN or infinite.
    """
    check_at_least("share", share, 0)
    if share > 1:
        raise ValueError(f"share is {share}: give 1 or less")
    check_finite("a", a, "mend the attribution")
    flat = a.flatten(1)
    gone = flat.argsort(dim=1, descending=True, stable=True)
    gone = gone[:, : round(share * flat.shape[1])]
    mask = torch.zeros_like(flat, dtype=torch.bool).scatter(1, gone, value=True)
    return torch.where(mask.view_as(a), torch.full_like(x, colour), x)
