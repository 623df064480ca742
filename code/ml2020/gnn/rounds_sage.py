"""Rounds of GraphSAGE, called as the others are.

Chapter: book/gnn_tasks.md
Source:  Hamilton, Ying and Leskovec (2017), https://arxiv.org/abs/1706.02216
"""

import torch
from torch import Tensor, nn

from ml2020.gnn.graphsage import largest_bent, last_of_lstm, sage
from ml2020.gnn.pool import neighbour_mean
from ml2020.gnn.rounds import OwnRound, Round, weighed
from ml2020.gnn.views import Views


class SageRound(OwnRound):
    """What is pooled beside the own row; the length is 1."""

    bent = True
    sides: Tensor

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.other = nn.Linear(self.heard(inputs, width), width, bias=False)
        eye = torch.eye(width, dtype=torch.float32)
        self.register_buffer("sides", torch.cat([eye, eye], dim=1))

    def heard(self, inputs: int, width: int) -> int:
        """Return how many numbers are pooled."""
        return inputs

    def near(self, H: Tensor, views: Views) -> Tensor:
        """Pool by the mean, and weigh it."""
        return neighbour_mean(weighed(H, self.other), views.graph)

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear what is pooled."""
        own, near = H @ self.own.weight.T, self.near(H, views)
        return sage(own, near, self.sides, self.own.bias)


class SageMaxRound(SageRound):
    """GraphSAGE with the largest, after a neuron."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.first = nn.Linear(inputs, width)

    def heard(self, inputs: int, width: int) -> int:
        """Return how many numbers are pooled."""
        return width

    def near(self, H: Tensor, views: Views) -> Tensor:
        """Pool by the largest."""
        most = largest_bent(H, views.graph, self.first.weight, self.first.bias)
        return weighed(most, self.other)


class SageLSTMRound(SageRound):
    """GraphSAGE with an LSTM, which reads weighed rows in the order of the views."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.first = nn.Linear(inputs, width)
        self.lstm = nn.LSTM(width, width, batch_first=True)

    def heard(self, inputs: int, width: int) -> int:
        """Return how many numbers are pooled."""
        return width

    def near(self, H: Tensor, views: Views) -> Tensor:
        """Pool by reading."""
        Z = weighed(H, self.first)
        return weighed(last_of_lstm(Z, views.graph, self.lstm, views.order), self.other)


SAGE_ROUNDS: dict[str, type[Round]] = {
    "SAGE mean": SageRound,
    "SAGE max": SageMaxRound,
    "SAGE LSTM": SageLSTMRound,
}
