"""Poorer targets: what a teacher says, with one part of it taken away.

Chapter: book/compression_prune.md
Source:  the chapter's own controls; even targets are those of Szegedy and others
         (2016), there with one size for all examples
"""

import torch
from jaxtyping import Float
from torch import Tensor

Targets = Float[Tensor, "*examples classes"]


def smoothed(p: Targets) -> Targets:
    """Return targets as sure of their first choice, and even on all other classes.

    Raises:
        ValueError: If a row is no probability.
    """
    check_targets(p)
    top, first = p.max(dim=-1, keepdim=True)
    rest = (1 - top) / (p.shape[-1] - 1)
    return rest.expand_as(p).scatter(-1, first, top)


def shuffled_rest(p: Targets, *, generator: torch.Generator | None = None) -> Targets:
    """Return targets as sure, with the rest of each example shuffled over the others.

    Args:
        p: A probability for each class.
        generator: Seed it to shuffle so again.

    Raises:
        ValueError: If a row is no probability.
    """
    check_targets(p)
    first = p.argmax(dim=-1, keepdim=True)
    others = torch.arange(p.shape[-1]).expand_as(p) != first
    keys = torch.rand(p.shape, generator=generator, dtype=torch.float32)
    order = keys.masked_fill(~others, 2.0).argsort(dim=-1)[..., :-1]
    places = torch.where(others, 0, 1).argsort(dim=-1, stable=True)[..., :-1]
    return p.scatter(-1, places, p.gather(-1, order))


def check_targets(p: Tensor) -> None:
    """Refuse targets of which a row is no probability.

    Raises:
        ValueError: If a number is negative or NaN, or a row does not add up to 1.
    """
    sums = p.sum(dim=-1)
    near = max(1e-5, p.shape[-1] * torch.finfo(p.dtype).eps)  # sums of many are rough
    if not ((p >= 0).all() and ((sums - 1).abs() < near).all()):
        raise ValueError("p has rows that are no probabilities: take a softmax")
