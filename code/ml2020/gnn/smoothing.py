"""Over-smoothing: how much of the rows is still different, and DropEdge against it.

Chapter: book/gnn_spectral.md
Source:  Rong, Huang, Xu and Huang (2020), sections 4.1 and 4.2,
         https://arxiv.org/abs/1907.10903
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gnn.graph import Graph, undirected
from ml2020.support.checks import check_filled, check_like, check_shape, check_share


def unlike(
    H: Float[Tensor, "nodes width"], e: Float[Tensor, " nodes"]
) -> Float[Tensor, ""]:
    """Return which share of the length of H is not along e, from 0 to 1; 0 if H is 0.

    Args:
        H: A row for each node.
        e: A direction of length 1: what all columns of H become, in the end.

    Raises:
        ValueError: If H is empty, or e has not a number for each node, of H's type.
    """
    check_direction(H, e)
    off = H - e[:, None] * (e @ H)
    return off.norm() / H.norm().clamp(min=torch.finfo(H.dtype).tiny)


def drop_edges(
    graph: Graph, share: float, *, generator: torch.Generator | None = None
) -> Graph:
    """Return the graph without a share of its edges, drawn anew at each call.

    Both directions of an edge go together. The matrix that is made of what is left has
    to be normalised anew.

    Args:
        graph: Each edge in both directions.
        share: Which share is left out, 0 or more and below 1; rounded to whole edges.
        generator: Seed it to leave out the same edges again.

    Raises:
        ValueError: If the share is outside its range, or an edge has one direction.
    """
    check_share("share", share)
    check_undirected(graph)
    pairs = graph.edges[:, graph.edges[0] <= graph.edges[1]]
    keep = pairs.shape[1] - round(share * pairs.shape[1])
    kept = pairs[:, torch.randperm(pairs.shape[1], generator=generator)[:keep]]
    return undirected(kept, graph.nodes)


def check_direction(H: Tensor, e: Tensor) -> None:
    """Raise a ValueError if there is no row, or e is no direction."""
    check_filled("H", H, "row")
    check_shape("e", e, (len(H),))
    check_like("e", e, "H", H)
    if not abs(e.norm().item() - 1) < 1e-4:
        raise ValueError(f"e has the length {e.norm().item():.3g}: divide it by that")


def check_undirected(graph: Graph) -> None:
    """Raise a ValueError at an edge that has only one direction."""
    ends = set(map(tuple, graph.edges.T.tolist()))
    if any((v, u) not in ends for u, v in ends):
        raise ValueError("graph has edges with one direction: build it by `undirected`")
