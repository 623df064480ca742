"""A graph: numbered nodes, and edges as a list of who sends to whom.

Chapter: book/gnn_spatial.md
Source:  Hamilton, Ying and Leskovec (2017), https://arxiv.org/abs/1706.02216, for
         neighbourhoods; the edge list is that of torch_geometric
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes 0 to nodes - 1, and edges, each from a sender to a receiver.

    The lecture's graphs have no direction: there each edge stands twice, once each way
    (see `undirected`). A node is its own neighbour only if an edge says so.

    Attributes:
        nodes: How many, 1 or more.
        edges: The senders in the first row, the receivers in the second; no edge twice.

    Raises:
        ValueError: If there is no node, an edge names one that is not there, or one
            stands twice.
    """

    nodes: int
    edges: Int[Tensor, "2 edges"]

    def __post_init__(self) -> None:
        check_at_least("nodes", self.nodes, 1)
        check_ends("edges", self.edges, self.nodes)
        check_once(self.edges, self.nodes)

    @property
    def senders(self) -> Int[Tensor, " edges"]:
        """Where each edge begins."""
        return self.edges[0]

    @property
    def receivers(self) -> Int[Tensor, " edges"]:
        """Where each edge ends."""
        return self.edges[1]


def undirected(pairs: Int[Tensor, "2 pairs"], nodes: int) -> Graph:
    """Return a graph with each pair in both directions, sorted by receiver, sender.

    A pair that is given twice, or once each way, counts once; a pair of a node with
    itself becomes one edge, a self-loop.

    Args:
        pairs: The ends of each edge, in any order; there may be none.
        nodes: How many nodes there are, 1 or more.

    Raises:
        ValueError: If there is no node, or a pair names one that is not there.
    """
    check_at_least("nodes", nodes, 1)
    check_ends("pairs", pairs, nodes)
    both = torch.cat([pairs, pairs.flip(0)], dim=1)
    return Graph(nodes, torch.unique(both.flip(0), dim=1).flip(0))


def with_loops(graph: Graph) -> Graph:
    """Return the graph in which each node is its own neighbour, too, once."""
    edges, every = graph.edges, torch.arange(graph.nodes, device=graph.edges.device)
    edges = torch.cat([edges[:, edges[0] != edges[1]], every.expand(2, -1)], dim=1)
    return Graph(graph.nodes, torch.unique(edges.flip(0), dim=1).flip(0))


def degrees(graph: Graph) -> Int[Tensor, " nodes"]:
    """Return how many edges each node receives; a self-loop counts as one."""
    return graph.receivers.bincount(minlength=graph.nodes)


def adjacency(
    graph: Graph, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "nodes nodes"]:
    """Return the matrix A with A[v, u] = 1 where u sends to v, and 0 elsewhere."""
    shape, device = (graph.nodes, graph.nodes), graph.edges.device
    A = torch.zeros(shape, dtype=dtype, device=device)
    A[graph.receivers, graph.senders] = 1
    return A


def union(graphs: Sequence[Graph]) -> tuple[Graph, Int[Tensor, " nodes"]]:
    """Return several graphs as one, without edges between them, and whose each node is.

    So many graphs are computed at once: a batch. The adjacency matrix has theirs as
    blocks along its diagonal.

    Raises:
        ValueError: If there is no graph.
    """
    check_some(graphs)
    first, shifted = 0, []
    for graph in graphs:
        shifted.append(graph.edges + first)
        first += graph.nodes
    sizes = torch.tensor([g.nodes for g in graphs], dtype=torch.long)
    of = torch.arange(len(graphs)).repeat_interleave(sizes).to(shifted[0].device)
    return Graph(first, torch.cat(shifted, dim=1)), of


def check_some(graphs: Sequence[Graph]) -> None:
    """Raise a ValueError if there is no graph."""
    if not graphs:
        raise ValueError("graphs is empty: give at least one")


def check_once(edges: Tensor, nodes: int) -> None:
    """Raise a ValueError at an edge that stands twice: sums would count it twice."""
    if len(torch.unique(edges[0] * nodes + edges[1])) < edges.shape[1]:
        raise ValueError("edges has one twice: build the graph by `undirected`")


def check_ends(name: str, ends: Tensor, nodes: int) -> None:
    """Refuse edges that end nowhere.

    Raises:
        ValueError: If a number is not that of a node.
    """
    if ends.numel() and not (ends.min() >= 0 and ends.max() < nodes):
        raise ValueError(
            f"{name} has {ends.min().item()} to {ends.max().item()}: count the nodes"
            f" from 0 to {nodes - 1}"
        )
