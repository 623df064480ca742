"""Rings: for each distance, who is exactly so far away.

Chapter: book/gnn_spatial.md
Source:  breadth-first search; Lee (2020) draws DCNN with the nodes at distance k + 1
"""

import torch

from ml2020.gnn.graph import Graph
from ml2020.support.checks import check_at_least


def rings(graph: Graph, farthest: int) -> list[Graph]:
    """Return for each distance 1, 2, ... a graph whose edges join nodes so far apart.

    The distance is the number of edges on the shortest way from sender to receiver. A
    node that is reached by no way is in no ring.

    Args:
        graph: Its self-loops lead nowhere: a node is at distance 0 from itself.
        farthest: The largest distance, 1 or more.

    Raises:
        ValueError: If the largest distance is below 1.
    """
    check_at_least("farthest", farthest, 1)
    reached_by: list[list[int]] = [[] for _ in range(graph.nodes)]
    for sender, receiver in graph.edges.T.tolist():
        reached_by[receiver].append(sender)
    found: list[list[tuple[int, int]]] = [[] for _ in range(farthest)]
    for v in range(graph.nodes):
        seen, border = {v}, [v]
        for ring in found:
            border = sorted({u for w in border for u in reached_by[w]} - seen)
            seen.update(border)
            ring += [(u, v) for u in border]
    return [_graph(graph, pairs) for pairs in found]


def _graph(graph: Graph, pairs: list[tuple[int, int]]) -> Graph:
    """Return a graph with the same nodes and other edges."""
    edges = torch.tensor(pairs, dtype=torch.long).view(-1, 2).T
    return Graph(graph.nodes, edges.to(graph.edges.device))
