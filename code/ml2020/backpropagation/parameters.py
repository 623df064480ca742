"""Parameters: all weights and biases of a network in one row, and a start for them.

Chapter: book/backpropagation.md
Source:  He et al. (2015), equation 10, https://arxiv.org/abs/1502.01852
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.backpropagation.passes import Layer
from ml2020.support.checks import check_at_least, check_shape

Vector = Float[Tensor, " parameters"]


def he_start(
    sizes: Sequence[int], *, generator: torch.Generator | None = None
) -> Vector:
    """Return fresh parameters: weights of variance 2 / in, and biases 0.

    Args:
        sizes: Of the input, the hidden layers and the output; 2 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there are fewer than two sizes, or one is below 1.
    """
    check_sizes(sizes)
    parts = []
    for fan_in, fan_out in pairwise(sizes):
        drawn = torch.randn(fan_in * fan_out, generator=generator, dtype=torch.float32)
        parts += [drawn * (2 / fan_in) ** 0.5, drawn.new_zeros(fan_out)]
    return torch.cat(parts)


def layers_of(theta: Vector, sizes: Sequence[int]) -> list[Layer]:
    """Return the parameters as weights and biases of each layer, without copying.

    Args:
        theta: All parameters in one row: W, then b, layer by layer.
        sizes: Of the input, the hidden layers and the output; 2 or more.

    Raises:
        ValueError: If there are fewer than two sizes, one is below 1, or theta has
            another length than the network.
    """
    check_sizes(sizes)
    counts = [(fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)]
    check_shape("theta", theta, (sum(counts),))
    parts = zip(torch.split(theta, counts), pairwise(sizes), strict=True)
    return [(part[:-o].view(o, i), part[-o:]) for part, (i, o) in parts]


def check_sizes(sizes: Sequence[int]) -> None:
    """Refuse sizes of which no network can be made.

    Raises:
        ValueError: If there are fewer than two, or one is below 1.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes has {len(sizes)}: give 2 or more, input and output")
    for size in sizes:
        check_at_least("sizes", size, 1)
