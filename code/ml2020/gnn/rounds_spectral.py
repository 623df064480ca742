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

    thirds: Tensor

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, width, starts)
        self.W = drawn(TERMS, width, inputs)
        self.b = nn.Parameter(torch.zeros(width, dtype=torch.float32))
        eye = torch.eye(TERMS * width, dtype=torch.float32)
        self.register_buffer("thirds", eye.view(TERMS, width, -1))

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear two edges far: the rows are weighed first, each term takes its third."""
        return chebnet(H @ self.W.flatten(0, 1).T, views.L, self.thirds) + self.b


class GCNRound(OwnRound):
    """The renormalised sum of the neighbours and the own row."""

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Hear with fixed weights."""
        return gcn(H, views.P, self.own.weight, self.own.bias)


SPECTRAL_ROUNDS: dict[str, type[Round]] = {"ChebNet": ChebRound, "GCN": GCNRound}
