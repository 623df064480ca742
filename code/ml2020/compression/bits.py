"""Bits: evenly spaced weights, weights of one bit, and how both are trained.

Chapter: book/compression_small.md
Source:  Jacob et al. (2018), section 2.1, https://arxiv.org/abs/1712.05877;
         Courbariaux, Bengio and David (2015), algorithm 1,
         https://arxiv.org/abs/1511.00363; Rastegari et al. (2016), section 3.1,
         https://arxiv.org/abs/1603.05279
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.compression.clusters import Coded
from ml2020.support.checks import (
    check_bits,
    check_filled,
    check_finite,
    check_span,
    check_sums,
)

MOST_BITS = 16  # beyond, the codes of float32 weights are rounded themselves


def affine(w: Float[Tensor, "*shape"], bits: int) -> Coded:
    """Return the weights on a ladder of 2**bits rungs, one of which is exactly 0.

    Args:
        w: Weights, at least one. If all are 0, so are all rungs.
        bits: For each weight, 1 to 16.

    Raises:
        ValueError: If bits is outside its range, a weight is NaN or infinite, or the
            weights are so near each other that the step is 0.
    """
    check_bits(bits, 1, MOST_BITS)
    check_filled("w", w, "weight")
    check_finite("w", w, "train anew with a lower rate")
    check_span("w", w)
    check_step(w, bits)
    w = w.detach()
    low, high = w.min().clamp(max=0), w.max().clamp(min=0)
    most = 2**bits - 1
    s = (high - low) / most
    z = torch.where(s > 0, (-low / s).round(), 0)
    q = torch.where(s > 0, (w / s).round() + z, 0).clamp(0, most)
    return Coded(q.long(), s * (torch.arange(2**bits, device=w.device) - z))


def signs(w: Float[Tensor, "*shape"]) -> Coded:
    """Return the weights as alpha or -alpha: alpha, their mean size, is the best.

    Args:
        w: Weights, at least one; 0 counts as positive.

    Raises:
        ValueError: If there is no weight, one is NaN or infinite, or their sum is.
    """
    check_filled("w", w, "weight")
    check_finite("w", w, "train anew with a lower rate")
    check_sums("w", w.detach().flatten())
    w = w.detach()
    alpha = w.abs().mean()
    return Coded((w >= 0).long(), torch.stack([-alpha, alpha]))


def quantised(w: Float[Tensor, "*shape"], bits: int) -> Coded:
    """Return the weights with so many bits each: evenly spaced, or the sign if it is 1.

    Raises:
        ValueError: If bits is outside 1 to 16, or a weight is NaN or infinite.
    """
    check_bits(bits, 1, MOST_BITS)
    return signs(w) if bits == 1 else affine(w, bits)


def straight_through(
    w: Float[Tensor, "*shape"], rounded: Float[Tensor, "*shape"]
) -> Float[Tensor, "*shape"]:
    """Return the rounded weights, with a slope as if they had not been rounded.

    Args:
        w: The real weights, which learn.
        rounded: What the network computes with.
    """
    return w + (rounded - w).detach()


def binary_step(
    w: Float[Tensor, "*shape"], slope: Float[Tensor, "*shape"], lr: float
) -> Float[Tensor, "*shape"]:
    """Return the real weights after a step of BinaryConnect, kept within -1 and 1.

    Args:
        w: The real weights.
        slope: Of the loss, at the network of their signs.
        lr: The rate.
    """
    return (w - lr * slope).clamp(-1, 1)


def check_step(w: Tensor, bits: int) -> None:
    """Refuse weights between which no rung fits.

    Raises:
        ValueError: If they are not all 0 and the step is.
    """
    high, low = w.detach().max().clamp(min=0), w.detach().min().clamp(max=0)
    if high > low and (high - low) / (2**bits - 1) == 0:
        raise ValueError("w is so small that the step is 0: measure it in other units")
