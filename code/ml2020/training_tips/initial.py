"""Initial weights: how large, so that a deep network neither shouts nor falls silent.

Chapter: book/training_tips_training.md
Source:  Glorot and Bengio (2010), equations 10 to 12; He, Zhang, Ren and Sun (2015),
         section 2.2, https://arxiv.org/abs/1502.01852; LeCun, Bottou, Orr and Mueller
         (1998), section 4.6
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch

from ml2020.deep_learning import Layer, parameter_count
from ml2020.support.checks import check_at_least, check_positive

Variance = Callable[[int, int], float]


def lecun_variance(fan_in: int, fan_out: int) -> float:
    """Return 1 / fan_in: straight neurons then keep the size of what passes forward.

    Args:
        fan_in: How many numbers come into the layer, 1 or more.
        fan_out: How many neurons it has, 1 or more; it does not count here.

    Raises:
        ValueError: If a number is below 1.
    """
    check_fans(fan_in, fan_out)
    return 1 / fan_in


def he_variance(fan_in: int, fan_out: int) -> float:
    """Return 2 / fan_in, since a rectifier lets half of the mean square pass.

    Args:
        fan_in: How many numbers come into the layer, 1 or more.
        fan_out: How many neurons it has, 1 or more; it does not count here.

    Raises:
        ValueError: If a number is below 1.
    """
    check_fans(fan_in, fan_out)
    return 2 / fan_in


def glorot_variance(fan_in: int, fan_out: int) -> float:
    """Return 2 / (fan_in + fan_out), between what both directions ask for.

    Args:
        fan_in: How many numbers come into the layer, 1 or more.
        fan_out: How many neurons it has, 1 or more.

    Raises:
        ValueError: If a number is below 1.
    """
    check_fans(fan_in, fan_out)
    return 2 / (fan_in + fan_out)


def gaussian_layers(
    sizes: Sequence[int],
    variance: Variance,
    *,
    generator: torch.Generator | None = None,
) -> list[Layer]:
    """Return layers with Gaussian weights of a given variance, and biases of zero.

    Args:
        sizes: How many numbers come in, how many neurons each layer has; 2 or more.
        variance: Maps what comes in and what goes out to the variance of a weight.
        generator: Seed it to draw the same layers again.

    Raises:
        ValueError: If the sizes are those of no network, or a variance is not positive.
    """
    check_variances(sizes, variance)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        shape = fan_out, fan_in
        drawn = torch.randn(shape, generator=generator, dtype=torch.float32)
        spread = variance(fan_in, fan_out) ** 0.5
        layers.append(Layer(spread * drawn, drawn.new_zeros(fan_out)))
    return layers


def check_fans(fan_in: int, fan_out: int) -> None:
    """Refuse a layer without inputs or neurons.

    Raises:
        ValueError: If a number is below 1.
    """
    check_at_least("fan_in", fan_in, 1)
    check_at_least("fan_out", fan_out, 1)


def check_variances(sizes: Sequence[int], variance: Variance) -> None:
    """Refuse sizes of no network, and a variance that is none.

    Raises:
        ValueError: If there are fewer than two sizes, one is below 1, or a variance is
            not positive.
    """
    parameter_count(sizes)  # which refuses such sizes
    for pair in pairwise(sizes):
        check_positive("variance", variance(*pair))
