"""Network: nodes talk for some rounds, and the last one gives the scores.

Chapter: book/gnn_tasks.md
Source:  Kipf and Welling (2017), sections 3.1 and 5.2, for two rounds, dropout before
         each and a decay of the weights, https://arxiv.org/abs/1609.02907
"""

import torch
from torch import Tensor, nn

from ml2020.gnn.rounds import SPATIAL_ROUNDS, weighed
from ml2020.gnn.rounds_diffusion import DIFFUSIONS
from ml2020.gnn.rounds_sage import SAGE_ROUNDS
from ml2020.gnn.rounds_spectral import SPECTRAL_ROUNDS
from ml2020.gnn.views import Views
from ml2020.support.checks import check_at_least, check_share

ROUNDS = {**SPATIAL_ROUNDS, **SAGE_ROUNDS, **SPECTRAL_ROUNDS, **DIFFUSIONS}
METHODS = tuple(ROUNDS)


class Talk(nn.Module):
    """Rows go in, rows of the same width come out, after all rounds.

    Args:
        method: One of METHODS.
        width: Numbers in a row; a multiple of 4. (DCNN has 3 parts, so 63 of 64.)
        rounds: How many; DCNN and DGC have one, which reads as far as two edges.
        dropout: The share of numbers that is set to 0 after each round in training.

    Raises:
        ValueError: If the method is unknown, or a number is outside its range.
    """

    def __init__(self, method: str, width: int, rounds: int, dropout: float) -> None:
        super().__init__()
        check_talk(method, width, rounds, dropout)
        self.drop = nn.Dropout(dropout)
        count = 1 if method in DIFFUSIONS else rounds
        made = [ROUNDS[method](width, width, width) for _ in range(count)]
        self.rounds, self.join = nn.ModuleList(made), None
        if method in DIFFUSIONS:
            self.join = nn.Linear(made[0].width, width)

    def forward(self, H: Tensor, views: Views) -> Tensor:
        """Return the rows after all rounds."""
        start = H
        if self.join is not None:
            met = self.rounds[0](H, start, views)
            return self.drop(self.join(met.relu()).relu())
        for one in self.rounds:
            H = self.drop(one(H, start, views).relu())
        return H


class GraphNet(nn.Module):
    """A row of scores for each node: two rounds, of which the second gives the scores.

    Where the layer ends with a rectifier, and after the one round of DCNN and DGC, a
    linear map makes them.

    Args:
        inputs: Numbers that each node brings.
        outputs: Scores of each node; a multiple of 4.
        method: One of METHODS.
        width: Numbers in a row between; a multiple of 4.
        dropout: The share of numbers that is set to 0 before each round in training.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        method: str,
        width: int = 64,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        check_talk(method, width, 2, dropout, outputs)
        kind, self.drop = ROUNDS[method], nn.Dropout(dropout)
        self.first, self.last = kind(inputs, width, inputs), None
        if method not in DIFFUSIONS:
            self.last = kind(width, width if kind.bent else outputs, inputs)
        read = kind.bent or method in DIFFUSIONS
        self.read = nn.Linear(self.first.width, outputs) if read else None

    def forward(self, X: Tensor, views: Views) -> Tensor:
        """Return the scores; X may be sparse."""
        X = dropped(X, self.drop)
        H = self.drop(self.first(X, X, views).relu())
        H = H if self.last is None else self.last(H, X, views)
        return H if self.read is None else self.read(H)


class EmbeddedNet(nn.Module):
    """A longer housing: a dense layer before all rounds, and a linear map after them.

    Args:
        inputs: Numbers that each node brings.
        outputs: Scores of each node.
        method: One of METHODS.
        width: Numbers in a row; a multiple of 4.
        dropout: The share of numbers that is set to 0 in training.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        method: str,
        width: int = 64,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.embed, self.drop = nn.Linear(inputs, width), nn.Dropout(dropout)
        self.talk = Talk(method, width, 2, dropout)
        self.read = nn.Linear(width, outputs)

    def forward(self, X: Tensor, views: Views) -> Tensor:
        """Return the scores; X may be sparse."""
        H = self.drop(weighed(X, self.embed).relu())
        return self.read(self.talk(H, views))


def dropped(X: Tensor, drop: nn.Dropout) -> Tensor:
    """Return rows with numbers left out; of sparse ones, of those that are there."""
    if not X.is_sparse:
        return drop(X)
    return torch.sparse_coo_tensor(
        X.indices(),
        drop(X.values()),
        X.shape,
        is_coalesced=True,
        check_invariants=False,
    )


def check_talk(
    method: str, width: int, rounds: int, dropout: float, outputs: int = 4
) -> None:
    """Raise a ValueError at a method that is none, and at numbers out of range."""
    if method not in METHODS:
        raise ValueError(f"method is {method!r}: give one of {', '.join(METHODS)}")
    for name, count in (("width", width), ("outputs", outputs)):
        check_at_least(name, count, 4)
        if count % 4:
            raise ValueError(f"{name} is {count}: give a multiple of 4")
    check_at_least("rounds", rounds, 1)
    check_share("dropout", dropout)
