"""GCN: mix each row with those of the neighbours, then multiply by a matrix.

Chapter: book/gnn_spectral.md
Source:  Kipf and Welling (2017), section 2, equations 2 and 8,
         https://arxiv.org/abs/1609.02907
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.gnn.graph import Graph, degrees, with_loops
from ml2020.gnn.laplacian import balanced
from ml2020.support.checks import (
    check_at_least,
    check_shape,
    check_sums,
    check_weights,
)


def propagation(A: Float[Tensor, "nodes nodes"]) -> Float[Tensor, "nodes nodes"]:
    """Return the renormalised matrix: loops are added, then both degrees divide.

    Args:
        A: The weights of the edges, symmetric, not negative, without self-loops.

    Raises:
        ValueError: If there is a self-loop, A is that of no undirected graph, or so
            large that a degree overflows.
    """
    check_weights(A)
    check_sums("A", A)
    check_no_loops(A)
    return balanced(A + torch.eye(len(A)).to(A))


def sparse_propagation(graph: Graph, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return the same matrix with its entries alone, for graphs with many nodes.

    Args:
        graph: Each edge in both directions; self-loops are added where there are none.
        dtype: The kind of numbers.

    Returns:
        A sparse tensor (nodes, nodes), which is multiplied as a dense one is.
    """
    return sparse_balanced(with_loops(graph), dtype)


def sparse_balanced(graph: Graph, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return D^(-1/2) A D^(-1/2) with its entries alone.

    Args:
        graph: Each edge in both directions.
        dtype: The kind of numbers.

    Returns:
        A sparse tensor (nodes, nodes); the row of a node without edges is 0.
    """
    root = degrees(graph).clamp(min=1).to(dtype).rsqrt()
    entries = root[graph.receivers] * root[graph.senders]
    shape = (graph.nodes, graph.nodes)
    places = graph.edges.flip(0)  # a row for each receiver
    return torch.sparse_coo_tensor(places, entries, shape, check_invariants=False)


def mean_propagation(A: Float[Tensor, "nodes nodes"]) -> Float[Tensor, "nodes nodes"]:
    """Return the matrix that takes the mean over a node and its neighbours.

    Args:
        A: The weights of the edges, symmetric, not negative, without self-loops.

    Raises:
        ValueError: If there is a self-loop, A is that of no undirected graph, or so
            large that a degree overflows.
    """
    check_weights(A)
    check_sums("A", A)
    check_no_loops(A)
    A = A + torch.eye(len(A)).to(A)
    return A / A.sum(dim=1, keepdim=True)


def gcn(
    H: Float[Tensor, "nodes inputs"],
    P: Tensor,
    W: Float[Tensor, "width inputs"],
    b: Float[Tensor, " width"],
) -> Float[Tensor, "nodes width"]:
    """Return P H W^T + b, before the bend.

    Args:
        H: A row for each node.
        P: A propagation matrix (nodes, nodes), dense or sparse.
        W: Weights.
        b: Biases.

    Raises:
        ValueError: If P is that of other nodes.
    """
    check_shape("P", P, (len(H), len(H)))
    return P @ (H @ W.T) + b


class GCN(nn.Module):
    """Layers of GCN with rectifiers between them; the last is straight.

    Args:
        sizes: Numbers that come in, those of each layer; 2 or more, each 1 or more.

    Raises:
        ValueError: If there are too few sizes, or one is below 1.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        check_sizes(sizes)
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(sizes))

    def forward(self, X: Tensor, P: Tensor) -> Tensor:
        """Return what the last layer gives for each node."""
        H = X
        for k, layer in enumerate(self.layers):
            W, b = layer.parameters()
            H = gcn(H.relu() if k else H, P, W, b)
        return H


def check_no_loops(A: Tensor) -> None:
    """Raise a ValueError at a self-loop: added once more, it would count twice."""
    if A.diagonal().any():
        raise ValueError("A has self-loops: leave them out, they are added here")


def check_sizes(sizes: Sequence[int]) -> None:
    """Raise a ValueError at sizes of which no network can be made."""
    if len(sizes) < 2:
        raise ValueError(f"sizes has {len(sizes)}: give 2 or more, input and output")
    for size in sizes:
        check_at_least("sizes", size, 1)
