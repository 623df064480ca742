"""Rounds of DCNN and DGC, called as the others are.

Chapter: book/gnn_tasks.md
Source:  Atwood and Towsley (2016), https://arxiv.org/abs/1511.02136; Li, Yu, Shahabi
         and Liu (2018), https://arxiv.org/abs/1707.01926
"""

import torch
from torch import Tensor, nn

from ml2020.gnn.pool import neighbour_mean
from ml2020.gnn.rounds import Round, drawn
from ml2020.gnn.views import FARTHEST, Views


class DCNNRound(Round):
    """What is met at distances 0, 1 and 2, each with a matrix, side by side."""

    ways = 1 + FARTHEST

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        each = width // self.ways
        super().__init__(inputs, each * self.ways, starts)
        self.W = nn.ParameterList(drawn(each, inputs) for _ in range(self.ways))

    def met(self, H: Tensor, views: Views) -> list[Tensor]:
        """Return for each distance the mean of the rows there, weighed."""
        own, *far = (H @ W.T for W in self.W)
        pairs = zip(far, views.around, strict=True)
        return [own, *(neighbour_mean(Z, ring) for Z, ring in pairs)]

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Return them side by side."""
        return torch.cat(self.met(H, views), dim=1)


class DGCRound(DCNNRound):
    """The same, each as wide as the sum of all."""

    def __init__(self, inputs: int, width: int, starts: int) -> None:
        super().__init__(inputs, self.ways * width, starts)
        self.width = width

    def forward(self, H: Tensor, start: Tensor, views: Views) -> Tensor:
        """Return their sum."""
        return torch.stack(self.met(H, views)).sum(dim=0)


DIFFUSIONS: dict[str, type[Round]] = {"DCNN": DCNNRound, "DGC": DGCRound}
