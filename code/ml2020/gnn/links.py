"""Links: hide some edges, train on the others, and tell the hidden ones from no edges.

Chapter: book/gnn_tasks.md
Source:  Kipf and Welling (2016), Variational graph auto-encoders, section 1, for the
         inner product, https://arxiv.org/abs/1611.07308
"""

import math
from typing import Any, NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.gnn.auc import auc
from ml2020.gnn.fitting import Judged, Setting, at_best, seeded
from ml2020.gnn.graph import Graph, undirected
from ml2020.gnn.network import GraphNet
from ml2020.gnn.rounds import weighed
from ml2020.gnn.views import views
from ml2020.support.checks import check_at_least

LINEAR = "linear"  # a rival: one map of P P X, trained by the same loss
WIDTH, EVERY = 64, 5  # numbers in a row; after so many epochs a network is looked at
HIDDEN = {"validation": 0.05, "test": 0.1}  # shares of the edges
Pairs = Int[Tensor, "2 pairs"]


class Hidden(NamedTuple):
    """What is left to learn from, and pairs to be told apart."""

    graph: Graph
    validation: Pairs  # edges that are hidden,
    not_validation: Pairs  # and as many pairs without an edge
    test: Pairs
    not_test: Pairs


def hidden(graph: Graph, *, generator: torch.Generator | None = None) -> Hidden:
    """Return a graph without a twentieth and a tenth of its edges, and those.

    Args:
        graph: Each edge in both directions.
        generator: Seed it to hide the same edges again.

    Raises:
        ValueError: If there are too few edges to hide one of each kind.
    """
    check_can_hide(graph)
    pairs = graph.edges[:, graph.edges[0] < graph.edges[1]]
    pairs = pairs[:, torch.randperm(pairs.shape[1], generator=generator)]
    few, some = (round(share * pairs.shape[1]) for share in HIDDEN.values())
    left = undirected(pairs[:, few + some :], graph.nodes)
    none = strangers(graph, few + some, generator=generator)
    hid = pairs[:, :few], none[:, :few], pairs[:, few : few + some], none[:, few:]
    return Hidden(left, *hid)


def strangers(
    graph: Graph, count: int, *, generator: torch.Generator | None = None
) -> Pairs:
    """Return pairs of different nodes without an edge; one may come twice.

    Args:
        graph: Whose pairs.
        count: How many, 1 or more.
        generator: Seed it to draw the same pairs again.

    Raises:
        ValueError: If count is below 1, or all nodes are linked.
    """
    check_at_least("count", count, 1)
    check_strangers(graph)
    # Number all ordered pairs, and draw among the numbers that are free.
    itself = torch.arange(graph.nodes, device=graph.edges.device).expand(2, -1)
    ends = torch.cat([graph.edges, itself], dim=1)
    taken = torch.unique(ends[0] * graph.nodes + ends[1])
    free = graph.nodes**2 - len(taken)
    drawn = torch.randint(free, (count,), generator=generator).to(taken)
    before = taken - torch.arange(len(taken)).to(taken)  # free ones below each
    number = drawn + torch.searchsorted(before, drawn, right=True)
    return torch.stack([number // graph.nodes, number % graph.nodes])


def learn_links(
    method: str, X: Tensor, data: Hidden, setting: Setting, seed: int
) -> Judged:
    """Return how well rows of nodes tell hidden edges from strangers, as AUC.

    A pair's score is the product of its rows. Each epoch draws new strangers.

    Args:
        method: One of METHODS, or LINEAR: a matrix times words mixed twice, P P X.
        X: What the nodes bring.
        data: Of `hidden`.
        setting: How to train.
        seed: Of the weights, the dropout and the strangers.

    Raises:
        ValueError: If a number is outside its range, or the method unknown.
    """
    dice, edges = torch.Generator().manual_seed(seed), data.graph.edges
    seen = views(data.graph, generator=dice)
    if method == LINEAR:
        X = (seen.P @ (seen.P @ X.to_dense())).to_sparse()

    def make() -> nn.Module:
        sizes = X.shape[1], WIDTH
        return nn.Linear(*sizes) if method == LINEAR else GraphNet(*sizes, method)

    def rows(model: Any) -> Tensor:
        return weighed(X, model) if method == LINEAR else model(X, seen)

    def loss(model: nn.Module) -> Tensor:
        none = strangers(data.graph, edges.shape[1], generator=dice)
        scores = _scores(rows(model), torch.cat([edges, none], dim=1))
        linked = (torch.arange(len(scores)) < edges.shape[1]).to(scores)
        return nn.functional.binary_cross_entropy_with_logits(scores, linked)

    def judge(model: nn.Module) -> tuple[float, float]:
        return _told(rows(model), data)

    model, epochs = seeded(make, seed), setting.epochs
    return at_best(model, loss, judge, setting.rule, epochs, seed + 1, EVERY)


def _told(H: Tensor, data: Hidden) -> tuple[float, float]:
    """Return the AUC by which to choose, and that by which to judge."""
    if not H.square().sum().isfinite():
        return math.nan, math.nan
    yes, no, yes_too, no_too = (_scores(H, pair) for pair in data[1:])
    return auc(yes, no).item(), auc(yes_too, no_too).item()


def _scores(H: Tensor, pairs: Tensor) -> Tensor:
    """Return the product of the rows of each pair."""
    return (H[pairs[0]] * H[pairs[1]]).sum(dim=1)


def check_strangers(graph: Graph) -> None:
    """Raise a ValueError if every pair of nodes has an edge: none could be drawn."""
    if (graph.senders != graph.receivers).sum() >= graph.nodes * (graph.nodes - 1):
        raise ValueError("graph links all nodes: give one with pairs without an edge")


def check_can_hide(graph: Graph) -> None:
    """Raise a ValueError if a share of the edges comes to none."""
    count = (graph.edges[0] < graph.edges[1]).sum().item()
    if count < (least := math.ceil(0.5 / min(HIDDEN.values())) + 1):
        raise ValueError(f"graph has {count} edges: give {least} or more, to hide some")
