"""The lecture's network: three layers of two neurons, all numbers given.

Chapter: book/deep_learning.md
Source:  Lee (2020), brief introduction of deep learning, fully connected network
"""

import torch

from ml2020.deep_learning.layers import Layer


def lecture_network() -> list[Layer]:
    """Return the weights and biases of the lecture's example, in float64.

    Each neuron bends by the sigmoid. For (1, -1) the layers say (0.98, 0.12), (0.86,
    0.11) and (0.62, 0.83); for (0, 0) the last one says (0.51, 0.85).
    """
    numbers = [
        ([[1, -2], [-1, 1]], [1, 0]),
        ([[2, -1], [-2, -1]], [0, 0]),
        ([[3, -1], [-1, 4]], [-2, 2]),
    ]
    return [
        Layer(
            torch.tensor(W, dtype=torch.float64), torch.tensor(b, dtype=torch.float64)
        )
        for W, b in numbers
    ]
