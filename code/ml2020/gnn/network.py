"""Network: embed what nodes bring, let them talk for some rounds, read scores.

Chapter: book/gnn_tasks.md
Source:  Kipf and Welling (2017), section 3, for two rounds and dropout,
         https://arxiv.org/abs/1609.02907
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ml2020.gnn.diffusion import dcnn, dgc, ring_means
from ml2020.gnn.rounds import (
    GATRound,
    GINRound,
    MoNetRound,
    NN4GRound,
    OwnRound,
    Round,
    SageLSTMRound,
    SageMaxRound,
    SageRound,
    drawn,
)
from ml2020.gnn.rounds_spectral import ChebRound, GCNRound
from ml2020.gnn.views import FARTHEST, Views
from ml2020.support.checks import check_at_least, check_share

ROUNDS: dict[str, Callable[[int], Round]] = {
    "MLP": OwnRound,
    "NN4G": NN4GRound,
    "MoNet": MoNetRound,
    "SAGE mean": SageRound,
    "SAGE max": SageMaxRound,
    "SAGE LSTM": SageLSTMRound,
    "GAT": GATRound,
    "GIN": GINRound,
    "ChebNet": ChebRound,
    "GCN": GCNRound,
}
DIFFUSIONS = {"DCNN": dcnn, "DGC": dgc}
METHODS = (*ROUNDS, *DIFFUSIONS)


class Talk(nn.Module):
    """Rows go in, rows of the same width come out, after all rounds.

    Args:
        method: One of METHODS.
        width: Numbers in a row; a multiple of 4.
        rounds: How many; DCNN and DGC have one, which reads as far as two edges.
        dropout: The share of numbers that is set to 0 after each round in training.

    Raises:
        ValueError: If the method is unknown, or a number is outside its range.
    """

    def __init__(self, method: str, width: int, rounds: int, dropout: float) -> None:
        super().__init__()
        check_talk(method, width, rounds, dropout)
        self.joined = DIFFUSIONS.get(method)
        self.drop = nn.Dropout(dropout)
        if self.joined is None:
            made = [ROUNDS[method](width) for _ in range(rounds)]
            self.rounds = nn.ModuleList(made)
        else:
            parts = FARTHEST + 1
            each = width // parts if method == "DCNN" else width
            self.W = nn.ParameterList(drawn(each, width) for _ in range(parts))
            self.join = nn.Linear(each * parts if method == "DCNN" else width, width)

    def forward(self, H: Tensor, views: Views) -> Tensor:
        """Return the rows after all rounds."""
        if self.joined is not None:
            met = [H, *ring_means(H, views.around)]
            return self.drop(self.join(self.joined(met, list(self.W)).relu()).relu())
        start = H
        for one in self.rounds:
            H = self.drop(one(H, start, views).relu())
        return H


class GraphNet(nn.Module):
    """A row of scores for each node.

    Args:
        inputs: Numbers that each node brings.
        outputs: Scores of each node.
        method: One of METHODS.
        width: Numbers in a row; a multiple of 4.
        rounds: How many.
        dropout: The share of numbers that is set to 0 in training.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        method: str,
        width: int = 64,
        rounds: int = 2,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.embed, self.drop = nn.Linear(inputs, width), nn.Dropout(dropout)
        self.talk = Talk(method, width, rounds, dropout)
        self.read = nn.Linear(width, outputs)

    def rows(self, X: Tensor, views: Views) -> Tensor:
        """Return what each node holds in the end; X may be sparse."""
        H = torch.relu(X @ self.embed.weight.T + self.embed.bias)
        return self.talk(self.drop(H), views)

    def forward(self, X: Tensor, views: Views) -> Tensor:
        """Return the scores."""
        return self.read(self.rows(X, views))


def check_talk(method: str, width: int, rounds: int, dropout: float) -> None:
    """Refuse a method that is none, and numbers out of range.

    Raises:
        ValueError: If there is one.
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}: give one of {', '.join(METHODS)}")
    check_at_least("width", width, 4)
    if width % 4:
        raise ValueError(f"width is {width}: give a multiple of 4")
    check_at_least("rounds", rounds, 1)
    check_share("dropout", dropout)
