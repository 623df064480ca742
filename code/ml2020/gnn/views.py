"""Views: all that layers may ask of a graph, computed once.

Chapter: book/gnn_tasks.md
Source:  the layers of the pages before
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.gnn.gcn import sparse_balanced, sparse_propagation
from ml2020.gnn.graph import Graph, with_loops
from ml2020.gnn.rings import rings

FARTHEST = 2  # the largest distance at which DCNN and DGC ask


@dataclass(frozen=True, eq=False)
class Views:
    """A graph, as each layer wants it.

    Attributes:
        graph: The edges.
        looped: The same with self-loops.
        around: The rings at distances 1 and 2.
        P: The renormalised matrix of GCN, sparse.
        L: The squeezed Laplacian of ChebNet, sparse.
        order: In which an LSTM reads the nodes: a rank for each.
    """

    graph: Graph
    looped: Graph
    around: Sequence[Graph]
    P: Tensor
    L: Tensor
    order: Int[Tensor, " nodes"]


def views(graph: Graph, *, generator: torch.Generator | None = None) -> Views:
    """Return all views of a graph.

    Args:
        graph: Each edge in both directions, no self-loops.
        generator: Seed it to draw the same order again.
    """
    order = torch.randperm(graph.nodes, generator=generator).to(graph.edges.device)
    return Views(
        graph,
        with_loops(graph),
        rings(graph, FARTHEST),
        sparse_propagation(graph).coalesce(),
        sparse_squeezed(graph).coalesce(),
        order,
    )


def sparse_squeezed(graph: Graph, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return L_sym - I = -D^(-1/2) A D^(-1/2), its entries alone.

    Args:
        graph: Each edge in both directions, no self-loops.
        dtype: The kind of numbers.

    Returns:
        A sparse tensor (nodes, nodes).
    """
    return -sparse_balanced(graph, dtype)
