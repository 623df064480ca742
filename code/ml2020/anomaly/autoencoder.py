"""Auto-encoder: what it cannot draw again is strange to it.

Chapter: book/anomaly_density.md
Source:  the lecture; Hinton and Salakhutdinov (2006) for the shape,
         https://doi.org/10.1126/science.1127647
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.anomaly.learn import network
from ml2020.support.checks import check_at_least, check_features


def autoencoder(
    features: int, hidden: int, code: int, *, generator: torch.Generator | None = None
) -> nn.Sequential:
    """Return a network from features to a code and back, with a hidden layer each way.

    Args:
        features: How many numbers an example has.
        hidden: Neurons of each hidden layer.
        code: How many numbers are left in the middle, 1 or more.
        generator: The dice.

    Raises:
        ValueError: If one of them is below 1.
    """
    for name, n in (("features", features), ("hidden", hidden), ("code", code)):
        check_at_least(name, n, 1)
    encoder = network([features, hidden, code], generator=generator)
    decoder = network([code, hidden, features], generator=generator)
    return nn.Sequential(*encoder, *decoder)


def reconstruction_error(
    model: nn.Module, X: Float[Tensor, "n features"]
) -> Float[Tensor, " n"]:
    """Return the squared distance of each example from what is drawn again.

    Raises:
        ValueError: If there is no example, or a number is not finite.
    """
    check_features("X", X)
    return ((model(X) - X) ** 2).sum(dim=1)
