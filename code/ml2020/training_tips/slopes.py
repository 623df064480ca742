"""Slopes: how steep the loss is by the weights of each layer, from first to last.

Chapter: book/training_tips_training.md
Source:  Lee (2020), vanishing gradient problem; Glorot and Bengio (2010), section 4.2,
         who measure the same
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning import Layer, autograd_gradient, straight
from ml2020.deep_learning.forward_pass import Bend
from ml2020.support.checks import check_at_least


def slopes_by_layer(
    layers: Sequence[Layer],
    bend: Bend,
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
) -> Float[Tensor, " layers"]:
    """Return the mean absolute slope of the mean loss by the weights of each layer.

    Args:
        layers: The network; its last layer is straight, and gives a score a class.
        bend: What bends the sums of all other layers.
        X: One row an example.
        labels: The right class of each.

    Raises:
        ValueError: If the network refuses X or the labels.
    """
    bends = [bend] * (len(layers) - 1) + [straight]
    slopes = autograd_gradient(layers, bends, X, labels)
    return torch.stack([slope.W.abs().mean() for slope in slopes])


def steepest_product(sigmoids: int) -> float:
    """Return what the gains of so many sigmoids multiply a slope by, at most.

    No sigmoid is steeper than 1/4. The weights between them multiply, too, and are not
    counted here.

    Args:
        sigmoids: How many a slope passes on its way back, 0 or more.

    Raises:
        ValueError: If there are fewer than none.
    """
    check_at_least("sigmoids", sigmoids, 0)
    return 0.25**sigmoids
