"""GraphSAGE: a node beside the pool of its neighbours, weighed, and shortened to 1.

Chapter: book/gnn_spatial.md
Source:  Hamilton, Ying and Leskovec (2017), algorithm 1 and section 3.3,
         https://arxiv.org/abs/1706.02216
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ml2020.deep_learning import relu
from ml2020.gnn.graph import Graph, degrees
from ml2020.gnn.pool import neighbour_max
from ml2020.support.checks import check_like, check_shape


def sage(
    H: Float[Tensor, "nodes inputs"],
    near: Float[Tensor, "nodes more"],
    W: Float[Tensor, "width inputs+more"],
    b: Float[Tensor, " width"],
) -> Float[Tensor, "nodes width"]:
    """Return the new rows of all nodes, each of length 1; 0 where all is off.

    Args:
        H: What each node holds.
        near: What its neighbours hold, pooled: by `neighbour_mean`, `largest_bent` or
            `last_of_lstm`.
        W: Weights of both, side by side.
        b: Biases.
    """
    both = torch.cat([H, near], dim=1)
    return F.normalize(relu(both @ W.T + b), dim=1)


def largest_bent(
    H: Float[Tensor, "nodes inputs"],
    graph: Graph,
    W: Float[Tensor, "more inputs"],
    b: Float[Tensor, " more"],
) -> Float[Tensor, "nodes more"]:
    """Return the largest among neighbours, number by number, each through a neuron.

    Args:
        H: What each node holds.
        graph: Who hears whom.
        W: Weights of the neurons that neighbours pass through.
        b: Their biases.

    Raises:
        ValueError: If H has not a row for each node.
    """
    return neighbour_max(relu(H @ W.T + b), graph)


def last_of_lstm(
    H: Float[Tensor, "nodes inputs"],
    graph: Graph,
    lstm: nn.LSTM,
    order: Int[Tensor, " nodes"],
) -> Float[Tensor, "nodes more"]:
    """Return what an LSTM says after it has read the neighbours, one by one.

    It depends on the order. The paper reads them in random order.

    Args:
        H: What each node holds.
        graph: Who hears whom.
        lstm: Of torch, batch_first, one layer, one direction.
        order: The rank of each node: a neighbour with a lower one is read earlier.

    Raises:
        ValueError: If H has not a row, or order not a rank, for each node, or the LSTM
            is of another kind.
    """
    check_lstm(H, graph, lstm, order)
    said = H.new_zeros(graph.nodes, lstm.hidden_size)
    if not graph.edges.numel():
        return said
    by = (graph.receivers * graph.nodes + order[graph.senders]).argsort()
    count, listener = degrees(graph), graph.receivers[by]
    turn = torch.arange(len(by)).to(by) - (count.cumsum(0) - count)[listener]
    # As torch packs lines: the first row of each, longest line first, then the second.
    longest = count.argsort(descending=True, stable=True)
    packed = (turn * graph.nodes + longest.argsort()[listener]).argsort()
    rows = H[graph.senders[by[packed]]]
    _, (last, _) = lstm(PackedSequence(rows, turn.bincount().cpu()))
    return said.index_copy(0, longest[: len(last[0])], last[0])


def check_lstm(H: Tensor, graph: Graph, lstm: nn.LSTM, order: Tensor) -> None:
    """Refuse another LSTM than one that reads rows forward, and missing ranks.

    Raises:
        ValueError: If H has not a row for each node, order is not each rank once, or
            the LSTM has more layers, two directions, or the time in front.
    """
    check_shape("H", H, (graph.nodes, H.shape[1]))
    check_like("H", H, "lstm", next(lstm.parameters()))
    if not torch.equal(order.sort().values.cpu(), torch.arange(graph.nodes)):
        raise ValueError("order is no permutation: give each rank once, from 0")
    if not lstm.batch_first or lstm.num_layers > 1 or lstm.bidirectional:
        raise ValueError(
            "lstm is of another kind: give batch_first, one layer, one direction"
        )
