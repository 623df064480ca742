"""Links: hide some edges, train on the others, and tell the hidden ones from no edges.

Chapter: book/gnn_tasks.md
Source:  Kipf and Welling (2016), Variational graph auto-encoders, section 1, for the
         inner product, https://arxiv.org/abs/1611.07308
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.gnn.auc import auc
from ml2020.gnn.fitting import seeded, sound
from ml2020.gnn.graph import Graph, undirected
from ml2020.gnn.network import GraphNet
from ml2020.gnn.nouns import Judged
from ml2020.gnn.views import views
from ml2020.optimization import Adam, RuleOptimizer
from ml2020.support.checks import check_at_least, check_positive

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
    """
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
        graph: Most of its pairs have no edge.
        count: How many, 1 or more.
        generator: Seed it to draw the same pairs again.

    Raises:
        ValueError: If count is below 1, or all nodes are linked.
    """
    check_at_least("count", count, 1)
    check_strangers(graph)
    numbers = graph.edges[0] * graph.nodes + graph.edges[1]
    found = graph.edges.new_zeros(2, 0)
    while found.shape[1] < count:
        ends = torch.randint(graph.nodes, (2, 2 * count), generator=generator)
        ends = ends.to(graph.edges.device)
        linked = torch.isin(ends[0] * graph.nodes + ends[1], numbers)
        found = torch.cat([found, ends[:, ~linked & (ends[0] != ends[1])]], dim=1)
    return found[:, :count]


def learn_links(
    method: str, X: Tensor, data: Hidden, lr: float, seed: int, epochs: int
) -> Judged:
    """Return how well rows of nodes tell hidden edges from strangers, as AUC.

    A pair's score is the product of its rows. Each epoch draws new strangers. It ends
    early where a number overflows.

    Args:
        method: One of METHODS.
        X: What the nodes bring.
        data: Of `hidden`.
        lr: The learning rate, positive.
        seed: Of the weights, the dropout and the strangers.
        epochs: How often the weights move, 1 or more.

    Raises:
        ValueError: If a number is outside its range, or the method unknown.
    """
    check_positive("lr", lr)
    check_at_least("epochs", epochs, 1)
    dice = torch.Generator().manual_seed(seed)
    seen, edges = views(data.graph, generator=dice), data.graph.edges
    model = seeded(lambda: GraphNet(X.shape[1], 64, method), seed)
    optimizer, best = RuleOptimizer(model.parameters(), Adam(lr)), Judged(0.0, 0.0, 0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 1)  # of the dropout
        for epoch in range(1, epochs + 1):
            model.train()
            optimizer.zero_grad()
            no_edges = strangers(data.graph, edges.shape[1], generator=dice)
            scores = _scores(model(X, seen), torch.cat([edges, no_edges], dim=1))
            yes = (torch.arange(len(scores)) < edges.shape[1]).to(scores)
            torch.autograd.backward(F.binary_cross_entropy_with_logits(scores, yes))
            optimizer.step()
            model.eval()
            with torch.no_grad():
                nothing = torch.tensor(math.inf, dtype=torch.float32)
                H = model(X, seen) if sound(model) else nothing
            if not H.square().sum().isfinite():
                break
            found = Judged(*_told(H, data), epoch)
            best = found if found.validation > best.validation else best
    return best


def _told(H: Tensor, data: Hidden) -> tuple[float, float]:
    """Return the AUC by which to choose, and that by which to judge."""
    pairs = (data.validation, data.not_validation, data.test, data.not_test)
    choose, strange, judge, strange_too = (_scores(H, pair) for pair in pairs)
    return auc(choose, strange).item(), auc(judge, strange_too).item()


def _scores(H: Tensor, pairs: Tensor) -> Tensor:
    """Return the product of the rows of each pair."""
    return (H[pairs[0]] * H[pairs[1]]).sum(dim=1)


def check_strangers(graph: Graph) -> None:
    """Raise a ValueError if every pair of nodes has an edge: none could be drawn."""
    between = (graph.edges[0] != graph.edges[1]).sum().item()
    if between >= graph.nodes * (graph.nodes - 1):
        raise ValueError("graph links all nodes: give one with pairs without an edge")
