"""NN4G: add up what the neighbours hold, and read the input again in every layer.

Chapter: book/gnn_spatial.md
Source:  Micheli (2009), Neural network for graphs: a contextual constructive approach,
         https://doi.org/10.1109/TNN.2008.2010350, in the lecture's form
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.deep_learning import relu
from ml2020.gnn.graph import Graph
from ml2020.gnn.pool import neighbour_sum
from ml2020.support.checks import check_at_least


def nn4g_states(
    X: Float[Tensor, "nodes inputs"],
    graph: Graph,
    inward: Sequence[Float[Tensor, "width inputs"]],
    across: Sequence[Float[Tensor, "width width"]],
) -> list[Float[Tensor, "nodes width"]]:
    """Return the states of all nodes, layer by layer.

    Args:
        X: A row for each node.
        graph: Who hears whom.
        inward: The weights of the input, one matrix for each layer.
        across: The weights of what neighbours hold, one for each layer but the first.

    Raises:
        ValueError: If the counts of matrices do not fit.
    """
    check_counts(inward, across)
    H = [relu(X @ inward[0].T)]
    for W_in, W in zip(inward[1:], across, strict=True):
        H.append(relu(neighbour_sum(H[-1], graph) @ W.T + X @ W_in.T))
    return H


class NN4G(nn.Module):
    """Layers of NN4G, and a score that is read from all of them.

    Args:
        inputs: Numbers that each node brings, 1 or more.
        width: Numbers that each node holds in a layer, 1 or more.
        rounds: How often neighbours are asked, 0 or more; there is a layer more.
        outputs: Scores of each node, 1 or more.

    Raises:
        ValueError: If a count is too small.
    """

    def __init__(self, inputs: int, width: int, rounds: int, outputs: int = 1) -> None:
        super().__init__()
        check_at_least("inputs", inputs, 1)
        check_at_least("width", width, 1)
        check_at_least("rounds", rounds, 0)
        check_at_least("outputs", outputs, 1)
        layers = rounds + 1
        self.inward = nn.ParameterList(_drawn(width, inputs) for _ in range(layers))
        self.across = nn.ParameterList(_drawn(width, width) for _ in range(rounds))
        self.last = nn.Linear(layers * width, outputs)

    def forward(self, X: Tensor, graph: Graph) -> Tensor:
        """Return the scores of each node (nodes, outputs)."""
        H = nn4g_states(X, graph, list(self.inward), list(self.across))
        return self.last(torch.cat(H, dim=1))


def _drawn(width: int, inputs: int) -> Tensor:
    """Return a matrix as `torch.nn.Linear` draws it."""
    return nn.Linear(inputs, width, bias=False).weight


def check_counts(inward: Sequence[Tensor], across: Sequence[Tensor]) -> None:
    """Raise a ValueError unless there is one matrix more inward than across."""
    if len(inward) != len(across) + 1:
        raise ValueError(
            f"inward has {len(inward)}, across {len(across)}: give one more inward"
        )
