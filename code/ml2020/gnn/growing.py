"""Growing a graph: node after node, each decides to which earlier ones it is linked.

Chapter: book/gnn_tasks.md
Source:  You, Ying, Ren, Hamilton and Leskovec (2018), section 2.2,
         https://arxiv.org/abs/1802.08773, with a table for a network
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gnn.graph import Graph, adjacency, undirected
from ml2020.support.checks import check_at_least, check_probabilities


def learned_shares(graphs: Sequence[Graph], reach: int) -> Float[Tensor, " reach"]:
    """Return how often a node is linked to the one 1, 2, ... places before it.

    Args:
        graphs: Their nodes stand in the order in which they shall grow.
        reach: How far back to look, 1 or more.

    Raises:
        ValueError: If reach is below 1, or there is no pair of nodes so far apart.
    """
    check_at_least("reach", reach, 1)
    check_long_enough(graphs, reach)
    linked, met = torch.zeros(2, reach, dtype=torch.float64)
    for graph in graphs:
        A = adjacency(graph, torch.float64)
        for k in range(1, min(reach, graph.nodes - 1) + 1):
            linked[k - 1] += A.diagonal(-k).sum()
            met[k - 1] += graph.nodes - k
    return linked / met


def log_probability(graph: Graph, shares: Float[Tensor, " reach"]) -> float:
    """Return the logarithm of the probability that just this graph grows.

    Args:
        graph: Its nodes in the order in which they grow.
        shares: The probability of a link to the node 1, 2, ... places back; farther
            back there is none.

    Raises:
        ValueError: If a share is no probability.
    """
    check_each_share(shares)
    A, total = adjacency(graph, torch.float64), 0.0
    for t in range(graph.nodes):
        for s in range(t):
            back = t - s
            p = shares[back - 1].item() if back <= len(shares) else 0.0
            p = p if A[t, s] else 1 - p
            total += math.log(p) if p else -math.inf
    return total


def grow(
    shares: Float[Tensor, " reach"],
    nodes: int,
    *,
    generator: torch.Generator | None = None,
) -> Graph:
    """Return a graph that is grown by chance.

    Args:
        shares: The probability of a link to the node 1, 2, ... places back.
        nodes: How many, 1 or more.
        generator: Seed it to grow the same graph again.

    Raises:
        ValueError: If there is no node, or a share is no probability.
    """
    check_at_least("nodes", nodes, 1)
    check_each_share(shares)
    pairs = []
    for t in range(nodes):
        back = shares[: min(t, len(shares))]
        drawn = torch.rand(len(back), generator=generator, dtype=torch.float64) < back
        pairs += [(t - 1 - k, t) for k in drawn.nonzero()[:, 0].tolist()]
    ends = torch.tensor(pairs, dtype=torch.long).view(-1, 2).T
    return undirected(ends, nodes)


def check_each_share(shares: Tensor) -> None:
    """Raise a ValueError at a share that is no probability."""
    for share in shares:
        check_probabilities("shares", torch.stack([share, 1 - share]))


def check_long_enough(graphs: Sequence[Graph], reach: int) -> None:
    """Raise a ValueError if no graph has two nodes so far apart."""
    most = max((graph.nodes for graph in graphs), default=0)
    if most <= reach:
        raise ValueError(
            f"reach is {reach}, and graphs have at most {most} nodes: lower it, or add"
            " one"
        )
