"""GAT: a small network says how much each neighbour counts, and softmax shares it out.

Chapter: book/gnn_spatial.md
Source:  Velickovic, Cucurull, Casanova, Romero, Lio and Bengio (2018), equations 1
         to 6, https://arxiv.org/abs/1710.10903
"""

import math

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.gnn.graph import Graph
from ml2020.gnn.pool import pooled_max, pooled_sum
from ml2020.support.checks import check_filled, check_shape


def attention(
    Z: Float[Tensor, "nodes width"],
    A: Float[Tensor, "nodes nodes"],
    a: Float[Tensor, " 2*width"],
) -> Float[Tensor, "nodes nodes"]:
    """Return how much each node (a row) listens to each other one (a column).

    The rows of nodes with a neighbour add up to 1; those of the others are 0.

    Args:
        Z: What the nodes hold, times W.
        A: The adjacency matrix; with self-loops a node listens to itself, too.
        a: Weights of the listener, then of the one that is listened to.
    """
    listener, heard = a.chunk(2)
    # Who is heard stands in the columns; 0.2 is the paper's slope.
    e = F.leaky_relu((Z @ listener)[:, None] + Z @ heard, 0.2)
    e = e.masked_fill(A == 0, -math.inf)
    return e.softmax(dim=1).masked_fill(A == 0, 0)  # 0 / 0 where nobody is near


def edge_attention(
    Z: Float[Tensor, "nodes heads width"],
    graph: Graph,
    a: Float[Tensor, "heads 2*width"],
) -> Float[Tensor, "edges heads"]:
    """Return what `attention` does, for the edges alone and all heads at once.

    Args:
        Z: What the nodes hold, times W, head by head.
        graph: Who hears whom.
        a: Of each head, weights of the listener, then of the one that is listened to.

    Raises:
        ValueError: If Z has not a row for each node.
    """
    check_shape("Z", Z, (graph.nodes, *Z.shape[1:]))
    listener, heard = a.chunk(2, dim=1)
    e = (Z * listener).sum(2)[graph.receivers] + (Z * heard).sum(2)[graph.senders]
    e = F.leaky_relu(e, 0.2)
    top = pooled_max(e.detach(), graph.receivers, graph.nodes)
    e = (e - top[graph.receivers]).exp()  # subtracted, so that nothing overflows
    return e / pooled_sum(e, graph.receivers, graph.nodes)[graph.receivers]


def gat(
    H: Float[Tensor, "nodes inputs"],
    graph: Graph,
    W: Float[Tensor, "heads width inputs"],
    a: Float[Tensor, "heads 2*width"],
) -> Float[Tensor, "nodes all"]:
    """Return what each node hears, head by head, side by side, before the bend.

    Args:
        H: A row for each node.
        graph: Who hears whom; the paper's nodes hear themselves (`with_loops`).
        W: A matrix for each head.
        a: Weights of the attention of each head.

    Raises:
        ValueError: If there is no head, or H has not a row for each node.
    """
    check_filled("W", W, "head")
    Z = (H @ W.flatten(0, 1).T).view(-1, *W.shape[:2])  # (nodes, heads, width)
    alpha = edge_attention(Z, graph, a)
    sent = alpha[:, :, None] * Z[graph.senders]
    return pooled_sum(sent.flatten(1), graph.receivers, graph.nodes)
