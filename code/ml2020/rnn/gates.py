"""Gates: how much of the old an LSTM or a GRU keeps: seen, put back, opened.

Chapter: book/rnn_memory.md
Source:  the forget gate of Gers, Schmidhuber and Cummins (2000),
         https://doi.org/10.1162/089976600300015015; the update gate of Cho et al.
         (2014), https://doi.org/10.3115/v1/D14-1179
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.rnn.elman import summed
from ml2020.rnn.network import (
    KINDS,
    Sizes,
    Theta,
    states_of,
    unpacked,
)
from ml2020.support.checks import check_shape


def shares_kept(
    theta: Theta, kind: str, sizes: Sizes, X: Float[Tensor, "T n inputs"]
) -> Float[Tensor, "T *networks n m"]:
    """Return the forget gates of an LSTM, or the update gates of a GRU, at each time.

    Args:
        theta: A row a network, or one network.
        kind: LSTM or GRU.
        sizes: Of the network.
        X: Sequences, time first.

    Raises:
        ValueError: If this kind has no such gate, there is no input, or theta is
            another network's.
    """
    check_gated(kind)
    weights, _, _ = unpacked(theta, kind, sizes)
    said = [KINDS[kind].says(state) for state in states_of(theta, kind, sizes, X)]
    before = torch.stack([torch.zeros_like(said[0]), *said[:-1]])
    sums = torch.stack([summed(x, h, weights) for x, h in zip(X, before, strict=True)])
    blocks = sums.view(*sums.shape[:-1], KINDS[kind].blocks, sizes.m)
    return blocks[..., KINDS[kind].keeps, :].sigmoid()


def put_back(
    theta: Theta, kind: str, sizes: Sizes, units: Bool[Tensor, "*networks m"]
) -> Theta:
    """Return theta with the gates that keep of these units at one half, for ever.

    Args:
        theta: A row a network, or one network.
        kind: LSTM or GRU.
        sizes: Of the network.
        units: True for those whose gate is put back.

    Raises:
        ValueError: If this kind has no such gate, theta is another network's or watched
            by torch, or there is not one truth value a unit.
    """
    check_gated(kind)
    check_units(units, theta, sizes)
    theta = theta.clone()
    (W, U, b), _, _ = unpacked(theta, kind, sizes)
    for part in (W, U, b.mT):  # a row a unit; the sum is 0, and its sigmoid a half
        rows = part.unflatten(  # type: ignore[no-untyped-call]
            -2, (KINDS[kind].blocks, sizes.m)
        )
        rows[..., KINDS[kind].keeps, :, :].masked_fill_(units[..., None], 0.0)
    return theta


def opened(theta: Theta, kind: str, sizes: Sizes, bias: float) -> Theta:
    """Return theta with this bias of the gate that keeps the old.

    Raises:
        ValueError: If this kind has no such gate, theta is another network's, or the
            bias is NaN or infinite.
    """
    check_gated(kind)
    check_bias(bias)
    theta = theta.clone()
    weights, _, _ = unpacked(theta, kind, sizes)
    blocks = weights.b.view(*theta.shape[:-1], KINDS[kind].blocks, sizes.m)
    blocks[..., KINDS[kind].keeps, :] = bias
    return theta


def check_gated(kind: str) -> None:
    """Refuse a kind that keeps the old by no gate.

    Raises:
        ValueError: If it is one.
    """
    gated = [name for name in KINDS if KINDS[name].keeps is not None]
    if kind not in gated:
        said = f"kind is {kind}, which has no gate"
        raise ValueError(f"{said}: choose one of {', '.join(gated)}")


def check_units(units: Tensor, theta: Tensor, sizes: Sizes) -> None:
    """Refuse a choice of other units than there are, and numbers that torch watches.

    Raises:
        ValueError: If there is not one truth value a unit, or theta needs a gradient.
    """
    check_shape("units", units, (*theta.shape[:-1], sizes.m))
    if theta.requires_grad:
        raise ValueError("theta is watched by torch: detach it")


def check_bias(bias: float) -> None:
    """Refuse a bias that is no number.

    Raises:
        ValueError: If it is NaN or infinite.
    """
    if not math.isfinite(bias):
        raise ValueError(f"bias is {bias}: give a finite number, or None")
