"""First weights: the usual draw, a U that keeps lengths, a gate that begins open.

Chapter: book/rnn_memory.md
Source:  torch's draw, uniform within 1/sqrt(m), with one row of biases where torch has
         two; Jozefowicz, Zaremba and Sutskever (2015) for a gate that begins open,
         https://proceedings.mlr.press/v37/jozefowicz15.html; Keras begins its recurrent
         layers with an orthogonal U, all blocks as one matrix
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.gates import opened
from ml2020.rnn.network import (
    KINDS,
    Sizes,
    shapes,
)

ORTHOGONAL = ("blocks", "whole")


def drawn(
    kind: str,
    sizes: Sizes,
    *,
    orthogonal: str | None = None,
    generator: torch.Generator | None = None,
) -> Float[Tensor, " parameters"]:
    """Return the first numbers of a network, in one row.

    Args:
        kind: One of `KINDS`.
        sizes: Of the network.
        orthogonal: None draws U like the rest; "blocks" makes each block of it a
            rotation with or without a mirror, "whole" all of it one matrix that keeps
            lengths, so that a block of B has the square root of 1/B on average.
        generator: Seed it to draw the same network again.

    Raises:
        ValueError: If there is no such network, or no such U.
    """
    check_orthogonal(orthogonal)
    parts = [
        (2 * torch.rand(shape, generator=generator, dtype=torch.float32) - 1)
        / sizes.m**0.5
        for shape in shapes(kind, sizes)
    ]
    count = {None: 0, "whole": 1, "blocks": KINDS[kind].blocks}[orthogonal]
    for square in parts[1].chunk(count) if count else ():
        torch.nn.init.orthogonal_(square, generator=generator)
    return torch.cat([part.flatten() for part in parts])


def networks(
    kind: str,
    sizes: Sizes,
    seeds: Sequence[int],
    bias: float | None = None,
    orthogonal: str | None = None,
) -> Float[Tensor, "networks parameters"]:
    """Return the first numbers of a network for each seed.

    Args:
        kind: One of `KINDS`.
        sizes: Of each network.
        seeds: At least one.
        bias: Of the gate that keeps the old; None leaves it as drawn.
        orthogonal: As for `drawn`.

    Raises:
        ValueError: If there is no seed, no such network, or no gate to open, or the
            bias is NaN or infinite.
    """
    check_seeds(seeds)
    dice = (torch.Generator().manual_seed(seed) for seed in seeds)
    each = [drawn(kind, sizes, orthogonal=orthogonal, generator=roll) for roll in dice]
    theta = torch.stack(each)
    return theta if bias is None else opened(theta, kind, sizes, bias)


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse networks without number.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("seeds is empty: give one for each network")


def check_orthogonal(orthogonal: str | None) -> None:
    """Refuse a U that is none.

    Raises:
        ValueError: If it is not one of those that there are.
    """
    if orthogonal not in (None, *ORTHOGONAL):
        known = ", ".join(ORTHOGONAL)
        raise ValueError(f"orthogonal is {orthogonal}: choose one of None, {known}")
