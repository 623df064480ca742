"""GIN: add up the neighbours, count yourself a little more, and ask a small network.

Chapter: book/gnn_spatial.md
Source:  Xu, Hu, Leskovec and Jegelka (2019), equation 4.1,
         https://arxiv.org/abs/1810.00826
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.deep_learning import Layer, layer_by_layer, relu
from ml2020.gnn.graph import Graph
from ml2020.gnn.pool import neighbour_sum, pooled_sum
from ml2020.support.checks import check_at_least


def gin(
    H: Float[Tensor, "nodes inputs"],
    near: Float[Tensor, "nodes inputs"],
    eps: float | Float[Tensor, ""],
    mlp: Sequence[Layer],
) -> Float[Tensor, "nodes width"]:
    """Return the new rows of all nodes.

    Args:
        H: What each node holds.
        near: The sum of what its neighbours hold: `neighbour_sum(H, graph)`, or A @ H.
        eps: By how much more than a neighbour a node counts itself; may be learned.
        mlp: The layers of a small network of rectifiers.

    Raises:
        ValueError: If there is no layer.
    """
    check_mlp(mlp)
    return layer_by_layer((1 + eps) * H + near, mlp, [relu] * len(mlp)).a[-1]


class GIN(nn.Module):
    """Layers of GIN, and a score of each graph, read from the sums of every layer.

    Each eps is learned, from 0.

    Args:
        inputs: Numbers that each node brings, 1 or more.
        width: Neurons of each layer, 1 or more.
        rounds: How often neighbours are asked, 1 or more.
        outputs: Scores of each graph, 1 or more.

    Raises:
        ValueError: If a count is below 1.
    """

    def __init__(self, inputs: int, width: int, rounds: int, outputs: int = 1) -> None:
        super().__init__()
        for name, count in (("inputs", inputs), ("width", width), ("rounds", rounds)):
            check_at_least(name, count, 1)
        check_at_least("outputs", outputs, 1)
        sizes = [inputs] + [width] * rounds
        self.first = nn.ModuleList(nn.Linear(size, width) for size in sizes[:-1])
        self.second = nn.ModuleList(nn.Linear(width, width) for _ in range(rounds))
        nothing = torch.zeros((), dtype=torch.float32)
        self.eps = nn.ParameterList(nothing.clone() for _ in range(rounds))
        self.read = nn.ModuleList(nn.Linear(size, outputs) for size in sizes)

    def forward(self, X: Tensor, graph: Graph, of: Tensor, graphs: int) -> Tensor:
        """Return the scores of each graph (graphs, outputs).

        Args:
            X: A row for each node.
            graph: Who hears whom, in all graphs.
            of: The graph of each node.
            graphs: How many graphs there are.
        """
        H, scores = X, self.read[0](pooled_sum(X, of, graphs))
        parts = zip(self.first, self.second, self.eps, self.read[1:], strict=True)
        for first, second, eps, read in parts:
            mlp = [Layer(first.weight, first.bias), Layer(second.weight, second.bias)]
            H = gin(H, neighbour_sum(H, graph), eps, mlp)
            scores = scores + read(pooled_sum(H, of, graphs))
        return scores


def check_mlp(mlp: Sequence[Layer]) -> None:
    """Raise a ValueError at a network without layers."""
    if not mlp:
        raise ValueError("mlp is empty: give at least one layer")
