"""Turing: where a head of a neural Turing machine looks, and how it writes.

Chapter: book/conditional_generation_pointing.md
Source:  Graves, Wayne and Danihelka (2014), equations 1 to 9,
         https://arxiv.org/abs/1410.5401; Lee (2020), conditional generation
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_finite, check_shape

SMALL = 1e-8  # added to a product of lengths: an empty slot has the length 0


class Head(NamedTuple):
    """What a controller tells a head, for each of n machines.

    Attributes:
        k: The key that is looked for (n, d).
        beta: How strongly (n, 1), positive.
        g: The share of looking, 0 to 1; the rest stays where it was (n, 1).
        s: The shares of moving by -1, 0 and 1 (n, 3), together 1.
        gamma: How much the weights are sharpened (n, 1), 1 or more.
    """

    k: Tensor
    beta: Tensor
    g: Tensor
    s: Tensor
    gamma: Tensor


def by_content(M: Tensor, k: Tensor, beta: Tensor) -> Tensor:
    """Return the weight of each slot (n, N): how well it matches the key.

    Args:
        M: The memory (n, N, d).
        k: The key (n, d).
        beta: How strongly it matches (n, 1).
    """
    lengths = M.norm(dim=-1) * k.norm(dim=-1, keepdim=True)
    cosine = (M @ k[..., None])[..., 0] / (lengths + SMALL)
    return (beta * cosine).softmax(dim=-1)


def moved(w: Tensor, s: Tensor) -> Tensor:
    """Return weights moved round the ring of slots: a convolution with s.

    Args:
        w: The weights (n, N).
        s: The shares of moving by -1, 0 and 1 (n, 3).
    """
    ways = torch.stack([w.roll(step, dims=-1) for step in (-1, 0, 1)], dim=-1)
    return (ways @ s[..., None])[..., 0]


def sharpened(w: Tensor, gamma: Tensor) -> Tensor:
    """Return weights to the power of gamma, together 1 again."""
    powers = w.clamp(min=SMALL) ** gamma
    return powers / powers.sum(dim=-1, keepdim=True)


def address(M: Tensor, before: Tensor, head: Head) -> Tensor:
    """Return the weight of each slot (n, N): look, stay, move, sharpen.

    Args:
        M: The memory (n, N, d).
        before: The weights of the step before (n, N).
        head: What the controller says.

    Raises:
        ValueError: If shapes differ, or a number is NaN or infinite.
    """
    check_head(M, before, head)
    k, beta, g, s, gamma = head
    w = g * by_content(M, k, beta) + (1 - g) * before
    return sharpened(moved(w, s), gamma)


def read(M: Tensor, w: Tensor) -> Tensor:
    """Return what stands in the memory (n, N, d), weighted (n, d)."""
    return (w[..., None, :] @ M)[..., 0, :]


def written(M: Tensor, w: Tensor, erase: Tensor, add: Tensor) -> Tensor:
    """Return the memory after something is erased and something is added.

    Args:
        M: The memory (n, N, d).
        w: The weight of each slot (n, N).
        erase: Of each column the share that goes, 0 to 1 (n, d).
        add: What comes (n, d).
    """
    kept = M * (1 - w[..., None] * erase[..., None, :])
    return kept + w[..., None] * add[..., None, :]


def check_head(M: Tensor, before: Tensor, head: Head) -> None:
    """Refuse heads of another machine.

    Raises:
        ValueError: If shapes differ, a number is NaN or infinite, g is no share, or
            gamma is below 1.
    """
    n, N, d = M.shape
    check_shape("before", before, (n, N))
    wanted = {"k": (n, d), "beta": (n, 1), "g": (n, 1), "s": (n, 3), "gamma": (n, 1)}
    for name, shape in wanted.items():
        part = getattr(head, name)
        check_shape(f"head.{name}", part, shape)
        check_finite(f"head.{name}", part, "train with a lower rate")
    if not ((head.g >= 0) & (head.g <= 1)).all():
        raise ValueError("head.g is outside 0 to 1: give the share of looking")
    if (head.gamma < 1).any():
        raise ValueError("head.gamma is below 1: that would blur; give 1 or more")
