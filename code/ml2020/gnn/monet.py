"""MoNet: how much a neighbour counts is a Gaussian of where its edge lies.

Chapter: book/gnn_spatial.md
Source:  Monti, Boscaini, Masci, Rodola, Svoboda and Bronstein (2017), equations 9 and
         11, and section 4, https://arxiv.org/abs/1611.08402
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gnn.graph import Graph, degrees
from ml2020.gnn.pool import pooled_sum
from ml2020.support.checks import check_finite, check_shape


def edge_places(
    graph: Graph, Q: Float[Tensor, "axes 2"], q: Float[Tensor, " axes"]
) -> Float[Tensor, "edges axes"]:
    """Return where each edge lies: tanh(Q p + q), p made of the degrees of its ends.

    The receiver's one over root of degree comes first. A degree of 0, which a sender
    may have in a graph with directions, counts as 1.

    Args:
        graph: The edges.
        Q: Turns and stretches, learned.
        q: Shifts, learned.
    """
    near = degrees(graph).clamp(min=1).to(Q.dtype).rsqrt()
    p = torch.stack([near[graph.receivers], near[graph.senders]], dim=1)
    return torch.tanh(p @ Q.T + q)


def gaussian_weights(
    places: Float[Tensor, "edges axes"],
    mu: Float[Tensor, "kernels axes"],
    sigma: Float[Tensor, "kernels axes"],
) -> Float[Tensor, "edges kernels"]:
    """Return how much each edge counts for each kernel: 1 at its centre, else less.

    Args:
        places: Where the edges lie.
        mu: The centres of the kernels.
        sigma: Their widths along each axis, not 0: the covariances are diagonal.

    Raises:
        ValueError: If a width is 0, or no number.
    """
    check_widths(sigma)
    away = (places[:, None] - mu) / sigma  # (edges, kernels, axes)
    return torch.exp(-0.5 * (away**2).sum(dim=2))


def monet(
    H: Float[Tensor, "nodes inputs"],
    graph: Graph,
    weights: Float[Tensor, "edges kernels"],
    W: Float[Tensor, "kernels width inputs"],
) -> Float[Tensor, "nodes width"]:
    """Return for each node what its neighbours hold, weighted, kernel by kernel.

    Args:
        H: A row for each node.
        graph: Who hears whom.
        weights: Of `gaussian_weights`.
        W: A matrix for each kernel.

    Raises:
        ValueError: If H has not a row for each node, or weights not one for each edge.
    """
    check_fit(H, graph, weights)
    sent = weights[:, :, None] * H[graph.senders, None]  # (edges, kernels, inputs)
    heard = pooled_sum(sent.flatten(1), graph.receivers, graph.nodes)
    return heard @ W.transpose(1, 2).flatten(0, 1)


def check_widths(sigma: Tensor) -> None:
    """Raise a ValueError at a Gaussian without width."""
    check_finite("sigma", sigma, "draw it anew")
    if not (sigma != 0).all():
        raise ValueError("sigma has a 0: give each kernel a width")


def check_fit(H: Tensor, graph: Graph, weights: Tensor) -> None:
    """Raise a ValueError unless nodes have rows, and edges weights."""
    check_shape("H", H, (graph.nodes, H.shape[1]))
    check_shape("weights", weights, (graph.edges.shape[1], weights.shape[1]))
