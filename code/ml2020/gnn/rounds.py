"""Rounds: the layers as modules of torch, all called in the same way, to be compared.

What is weighed before it is heard may be sparse, and is narrow when it travels: W (A X)
and A (W X) are the same, so each round multiplies by its weights first.

Chapter: book/gnn_tasks.md
Source:  the papers of the layers, which the pages before name; weights are drawn as
         `torch.nn.Linear` draws them
"""

import torch
from torch import Tensor, nn

from ml2020.deep_learning import Layer
from ml2020.gnn.gat import gat
from ml2020.gnn.gin import gin
from ml2020.gnn.monet import edge_places, gaussian_weights
from ml2020.gnn.pool import neighbour_sum, pooled_sum
from ml2020.gnn.views import Views

KERNELS = 3  # of MoNet
HEADS = 4  # of GAT; the width is a multiple of it


def drawn(*shape: int) -> nn.Parameter:
    """Return weights between plus and minus one over the root of the last length."""
    numbers = 2 * torch.rand(shape, dtype=torch.float32) - 1
    return nn.Parameter(numbers / shape[-1] ** 0.5)


def weighed(H: Tensor, layer: nn.Linear) -> Tensor:
    """Return what a layer of torch does, for rows that may be sparse, too."""
    Z = H @ layer.weight.T
    return Z if layer.bias is None else Z + layer.bias


class Round(nn.Module):
    """One round: `forward(H, start, views)` returns new rows before the bend.

    Args:
        inputs: Numbers that each node brings to the round.
        width: Numbers that it holds afterwards.
        starts: Numbers that it brought to the first round.
    """

    bent = False  # whether the layer itself ends with a rectifier

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Return what each node hears, joined with what it holds."""
        raise NotImplementedError


class OwnRound(Round):
    """Hear nobody: a layer of a perceptron."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.own = nn.Linear(inputs, width)

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Return the own row, weighed."""
        return weighed(H, self.own)


class NN4GRound(Round):
    """The sum of the neighbours, and the input again."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.own = nn.Linear(starts, width)
        self.across = nn.Linear(inputs, width, bias=False)

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear the sum."""
        heard = neighbour_sum(weighed(H, self.across), views.graph)
        return heard + weighed(start, self.own)


class MoNetRound(OwnRound):
    """Gaussians of where the edges lie, and a matrix for each."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.Q, self.q = drawn(2, 2), drawn(2)
        self.mu, self.W = drawn(KERNELS, 2), drawn(KERNELS, width, inputs)
        self.sigma = nn.Parameter(torch.ones(KERNELS, 2, dtype=torch.float32))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear the sum, weighted by place, and keep the own row."""
        graph, (kernels, width, _) = views.graph, self.W.shape
        places = edge_places(graph, self.Q, self.q)
        weights = gaussian_weights(places, self.mu, self.sigma)
        Z = (H @ self.W.flatten(0, 1).T).view(-1, kernels, width)[graph.senders]
        sent = (weights[:, :, None] * Z).sum(dim=1)  # (edges, width)
        heard = pooled_sum(sent, graph.receivers, graph.nodes)
        return heard + weighed(H, self.own)


class GATRound(Round):
    """Several heads of attention, side by side."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.W = drawn(HEADS, width // HEADS, inputs)
        self.a = drawn(HEADS, 2 * (width // HEADS))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear by content; the own row is among the neighbours'."""
        return gat(H, views.looped, self.W, self.a)


class GINRound(OwnRound):
    """The sum, the own row and a small network; eps is learned, from 0."""

    bent = True
    eye: Tensor

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.second = nn.Linear(width, width)
        self.eps = nn.Parameter(torch.zeros((), dtype=torch.float32))
        self.register_buffer("eye", torch.eye(width, dtype=torch.float32))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear the sum, and ask the network, whose first matrix has been applied."""
        Z, second = H @ self.own.weight.T, self.second
        mlp = [Layer(self.eye, self.own.bias), Layer(second.weight, second.bias)]
        return gin(Z, neighbour_sum(Z, views.graph), self.eps, mlp)


SPATIAL_ROUNDS: dict[str, type[Round]] = {
    "MLP": OwnRound,
    "NN4G": NN4GRound,
    "MoNet": MoNetRound,
    "GAT": GATRound,
    "GIN": GINRound,
}
