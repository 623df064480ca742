"""Rounds of the spectral layers, called as the others are.

Chapter: book/gnn_tasks.md
Source:  Defferrard, Bresson and Vandergheynst (2016), https://arxiv.org/abs/1606.09375;
         Kipf and Welling (2017), https://arxiv.org/abs/1609.02907
"""

import torch
from torch import Tensor, nn

from ml2020.gnn.chebnet import chebnet
from ml2020.gnn.gcn import gcn
from ml2020.gnn.rounds import OwnRound, Round, drawn
from ml2020.gnn.views import Views

TERMS = 3  # of ChebNet: degree 2


class ChebRound(Round):
    """A polynomial of the Laplacian, of degree 2."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.W = drawn(TERMS, width, width)
        self.b = nn.Parameter(torch.zeros(width, dtype=torch.float32))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear two edges far."""
        return chebnet(H, views.L, self.W) + self.b


class GCNRound(OwnRound):
    """The renormalised sum of the neighbours and the own row."""

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear with fixed weights."""
        return gcn(H, views.P, self.own.weight, self.own.bias)
