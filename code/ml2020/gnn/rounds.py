"""Rounds: the layers as modules of torch, all called in the same way, to be compared.

Chapter: book/gnn_tasks.md
Source:  the papers of the layers, which the pages before name; weights are drawn as
         `torch.nn.Linear` draws them
"""

import torch
from torch import Tensor, nn

from ml2020.deep_learning import Layer
from ml2020.gnn.gat import gat
from ml2020.gnn.gin import gin
from ml2020.gnn.graphsage import largest_bent, last_of_lstm, sage
from ml2020.gnn.monet import edge_places, gaussian_weights, monet
from ml2020.gnn.pool import neighbour_mean, neighbour_sum
from ml2020.gnn.views import Views

KERNELS = 3  # of MoNet
HEADS = 4  # of GAT; the width is a multiple of it


def drawn(*shape: int) -> nn.Parameter:
    """Return weights between plus and minus one over the root of the last length."""
    numbers = 2 * torch.rand(shape, dtype=torch.float32) - 1
    return nn.Parameter(numbers / shape[-1] ** 0.5)


class Round(nn.Module):
    """One round: `forward(H, start, views)` returns new rows before the bend."""

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Return what each node hears, joined with what it holds."""
        raise NotImplementedError


class OwnRound(Round):
    """Hear nobody: a layer of a perceptron."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.own = nn.Linear(width, width)

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Return the own row, weighed."""
        return self.own(H)


class NN4GRound(OwnRound):
    """The sum of the neighbours, and the input again."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.across = nn.Linear(width, width, bias=False)

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear the sum."""
        return self.across(neighbour_sum(H, views.graph)) + self.own(start)


class MoNetRound(OwnRound):
    """Gaussians of where the edges lie, and a matrix for each."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.Q, self.q = drawn(2, 2), drawn(2)
        self.mu, self.W = drawn(KERNELS, 2), drawn(KERNELS, width, width)
        self.sigma = nn.Parameter(torch.ones(KERNELS, 2, dtype=torch.float32))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear the sum, weighted by place, and keep the own row."""
        places = edge_places(views.graph, self.Q, self.q)
        weights = gaussian_weights(places, self.mu, self.sigma)
        return monet(H, views.graph, weights, self.W) + self.own(H)


class SageRound(Round):
    """What is pooled beside the own row; the length is 1."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.both = nn.Linear(2 * width, width)

    def near(self, H: Tensor, views: Views) -> Tensor:
        """Pool by the mean."""
        return neighbour_mean(H, views.graph)

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear what is pooled."""
        return sage(H, self.near(H, views), self.both.weight, self.both.bias)


class SageMaxRound(SageRound):
    """GraphSAGE with the largest, after a neuron."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.bent = nn.Linear(width, width)

    def near(self, H: Tensor, views: Views) -> Tensor:
        """Pool by the largest."""
        return largest_bent(H, views.graph, self.bent.weight, self.bent.bias)


class SageLSTMRound(SageRound):
    """GraphSAGE with an LSTM, which reads in the order of the views."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.lstm = nn.LSTM(width, width, batch_first=True)

    def near(self, H: Tensor, views: Views) -> Tensor:
        """Pool by reading."""
        return last_of_lstm(H, views.graph, self.lstm, views.order)


class GATRound(Round):
    """Several heads of attention, side by side."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.W = drawn(HEADS, width // HEADS, width)
        self.a = drawn(HEADS, 2 * (width // HEADS))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear by content; the own row is among the neighbours'."""
        return gat(H, views.looped, self.W, self.a)


class GINRound(OwnRound):
    """The sum, the own row and a small network; eps is learned, from 0."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.second = nn.Linear(width, width)
        self.eps = nn.Parameter(torch.zeros((), dtype=torch.float32))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear the sum, and ask the network."""
        mlp = [Layer(part.weight, part.bias) for part in (self.own, self.second)]
        return gin(H, neighbour_sum(H, views.graph), self.eps, mlp)
