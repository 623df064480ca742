"""Bends: activation functions with their slopes, which are the gains of the way back.

Chapter: book/backpropagation.md
Source:  Lee (2020), backpropagation
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.classification import sigmoid


class Bend(NamedTuple):
    """What a layer does with each of its sums: a function and its derivative."""

    value: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]


# Not y (1 - y): far out y is rounded to 1.
SIGMOID = Bend(sigmoid, lambda z: sigmoid(z) * sigmoid(-z))
RELU = Bend(torch.relu, lambda z: (z > 0).to(z))
STRAIGHT = Bend(lambda z: z, torch.ones_like)
