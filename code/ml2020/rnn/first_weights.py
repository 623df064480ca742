"""First weights: the usual draw, a memory that keeps lengths, a gate that begins open.

Chapter: book/rnn_memory.md
Source:  torch's draw, uniform within 1/sqrt(m), with one row of biases where torch has
         two; Jozefowicz, Zaremba and Sutskever (2015) for a gate that begins open,
         https://proceedings.mlr.press/v37/jozefowicz15.html; Le, Jaitly and Hinton
         (2015) for the identity, https://arxiv.org/abs/1504.00941; Keras begins its
         recurrent layers with an orthogonal U
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.network import KINDS, Sizes, Theta, shapes, unpacked


def drawn(
    kind: str, sizes: Sizes, *, generator: torch.Generator | None = None
) -> Float[Tensor, " parameters"]:
    """Return the first numbers of a network, in one row.

    An orthogonal network is an Elman network but for its U, a rotation with or without
    a mirror, each as likely. An IRNN, of rectifiers, begins with the identity as U,
    without biases, and with little of everything else (normal, deviation 0.001).

    Args:
        kind: One of `KINDS`.
        sizes: Of the network.
        generator: Seed it to draw the same network again.

    Raises:
        ValueError: If there is no such network.
    """
    parts = []
    for shape in shapes(kind, sizes):
        if kind == "IRNN":
            part = 1e-3 * torch.randn(shape, generator=generator, dtype=torch.float32)
        else:
            part = torch.rand(shape, generator=generator, dtype=torch.float32)
            part = (2 * part - 1) / sizes.m**0.5
        parts.append(part)
    _, U, b, _, a = parts
    if kind == "orthogonal":
        torch.nn.init.orthogonal_(U, generator=generator)
    if kind == "IRNN":
        U.copy_(torch.eye(sizes.m).to(U))
        b.zero_()
        a.zero_()
    return torch.cat([part.flatten() for part in parts])


def networks(
    kind: str, sizes: Sizes, seeds: Sequence[int], bias: float | None = None
) -> Float[Tensor, "networks parameters"]:
    """Return the first numbers of a network for each seed.

    Args:
        kind: One of `KINDS`.
        sizes: Of each network.
        seeds: At least one.
        bias: Of the gate that keeps the old; None leaves it as drawn.

    Raises:
        ValueError: If there is no seed, no such network, or no gate to open, or the
            bias is NaN or infinite.
    """
    check_seeds(seeds)
    dice = (torch.Generator().manual_seed(seed) for seed in seeds)
    theta = torch.stack([drawn(kind, sizes, generator=roll) for roll in dice])
    return theta if bias is None else opened(theta, kind, sizes, bias)


def opened(theta: Theta, kind: str, sizes: Sizes, bias: float) -> Theta:
    """Return theta with this bias of the gate that keeps the old.

    Raises:
        ValueError: If this kind has no such gate, theta is another network's, or the
            bias is NaN or infinite.
    """
    check_gate(kind, bias)
    theta = theta.clone()
    weights, _, _ = unpacked(theta, kind, sizes)
    blocks = weights.b.view(*theta.shape[:-1], KINDS[kind].blocks, sizes.m)
    blocks[..., KINDS[kind].keeps, :] = bias
    return theta


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse networks without number.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("seeds is empty: give one for each network")


def check_gate(kind: str, bias: float = 0.0) -> None:
    """Refuse a kind that keeps the old by no gate, and a bias that is no number.

    Raises:
        ValueError: If it is one.
    """
    gated = [name for name in KINDS if KINDS[name].keeps is not None]
    if kind not in gated:
        said = f"kind is {kind}, which has no gate"
        raise ValueError(f"{said}: choose one of {', '.join(gated)}")
    if not math.isfinite(bias):
        raise ValueError(f"bias is {bias}: give a finite number, or None")
