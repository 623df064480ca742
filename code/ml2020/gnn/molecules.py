"""Molecules: how much of a substance does water dissolve? One number for a graph.

Chapter: book/gnn_tasks.md
Source:  the chapter's own task; the molecules are those of ml2020.data.solubility
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.data.solubility import ELEMENTS, solubility
from ml2020.gnn.fitting import Judged, Setting, at_best, seeded
from ml2020.gnn.graph import Graph, undirected
from ml2020.gnn.network import Talk
from ml2020.gnn.pool import pooled_sum
from ml2020.gnn.views import Views, views

CHOOSING = 205  # a fifth of the source's training set, drawn: to choose by


class Part(NamedTuple):
    """Some molecules as one graph."""

    X: Float[Tensor, "atoms features"]  # the element, one-hot, and the charge
    seen: Views
    of: Int[Tensor, " atoms"]  # the molecule of each atom
    y: Float[Tensor, " molecules"]  # log10 of mol per litre


class SolubilityNet(nn.Module):
    """A number for each molecule: atoms talk, are added up, and a network answers.

    Args:
        method: One of METHODS; of "MLP" atoms hear nobody: a bag of atoms.
        width: Numbers in a row.
        rounds: How many.
    """

    def __init__(self, method: str, width: int = 16, rounds: int = 3) -> None:
        super().__init__()
        self.embed = nn.Linear(len(ELEMENTS) + 1, width)
        self.talk = Talk(method, width, rounds, 0.0)
        self.first, self.last = nn.Linear(width, width), nn.Linear(width, 1)

    def forward(self, part: Part) -> Tensor:
        """Return a number for each molecule."""
        H = self.talk(self.embed(part.X).relu(), part.seen)
        G = pooled_sum(H, part.of, len(part.y))
        return self.last(self.first(G).relu())[:, 0]


def molecule_parts(seed: int) -> tuple[Part, Part, Part]:
    """Return molecules to learn from, to choose by, to judge by.

    The last are the source's test set; the others its training set, split by chance.

    Args:
        seed: Of the split.
    """
    data = solubility()
    dice = torch.Generator().manual_seed(seed)
    order = torch.randperm(data.training, generator=dice)
    rest = torch.arange(data.training, len(data.names))
    pieces = (order[CHOOSING:], order[:CHOOSING], rest)
    first, second, third = (_part(piece.sort().values) for piece in pieces)
    return first, second, third


def learn_solubility(
    method: str, parts: tuple[Part, Part, Part], setting: Setting, seed: int
) -> Judged:
    """Return minus the root mean squared errors after training, so that more is better.

    All molecules at once; what is told is the epoch with the best validation. The
    solubility is shifted and scaled by the mean and deviation of the training set.

    Args:
        method: One of METHODS.
        parts: Of `molecule_parts`.
        setting: How to train.
        seed: Of the weights.

    Returns:
        Minus infinity, twice, and epoch 0 where the first step gave no number.

    Raises:
        ValueError: If a number is outside its range, or the method unknown.
    """
    training, *others = parts
    mean, scale = training.y.mean(), training.y.std()

    def loss(model: SolubilityNet) -> Tensor:
        return (model(training) - (training.y - mean) / scale).square().mean()

    def judge(model: SolubilityNet) -> tuple[float, float]:
        said = [model(part) * scale + mean - part.y for part in others]
        choose, test = (-off.square().mean().sqrt().item() for off in said)
        return choose, test

    model = seeded(lambda: SolubilityNet(method), seed)
    return at_best(model, loss, judge, setting.rule, setting.epochs, seed)


def _part(chosen: Tensor) -> Part:
    """Return the chosen molecules, their atoms numbered anew."""
    data = solubility()
    mine = torch.isin(data.of, chosen)
    new = mine.long().cumsum(0) - 1
    inside = mine[data.bonds[0]]
    graph: Graph = undirected(new[data.bonds[:, inside]], int(mine.sum()))
    elements = torch.eye(len(ELEMENTS), dtype=torch.float32)[data.atoms[mine]]
    X = torch.cat([elements, data.charges[mine][:, None].float()], dim=1)
    of = torch.searchsorted(chosen, data.of[mine])
    dice = torch.Generator().manual_seed(0)  # an order to read in, the same each time
    return Part(X, views(graph, generator=dice), of, data.solubility[chosen])
