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
from ml2020.deep_learning import he_layers, parameter_count
from ml2020.support.checks import check_shape

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
    layers = he_layers(sizes, generator=generator)
    return torch.cat([part.flatten() for layer in layers for part in layer])


def layers_of(theta: Vector, sizes: Sequence[int]) -> list[Layer]:
    """Return the parameters as weights and biases of each layer, without copying.

    Args:
        theta: All parameters in one row: W, then b, layer by layer.
        sizes: Of the input, the hidden layers and the output; 2 or more.

    Raises:
        ValueError: If there are fewer than two sizes, one is below 1, or theta has
            another length than the network.
    """
    check_shape("theta", theta, (parameter_count(sizes),))
    counts = [parameter_count(pair) for pair in pairwise(sizes)]
    parts = zip(torch.split(theta, counts), pairwise(sizes), strict=True)
    return [(part[:-o].view(o, i), part[-o:]) for part, (i, o) in parts]
