"""Label propagation: no features, no weights; labels flow along the edges.

Chapter: book/gnn_tasks.md
Source:  Zhu and Ghahramani (2002), Learning from labeled and unlabeled data with label
         propagation, section 2.2
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.gnn.graph import Graph
from ml2020.gnn.pool import neighbour_mean
from ml2020.support.checks import check_at_least, check_filled, check_shape


def propagated(
    graph: Graph,
    known: Int[Tensor, " few"],
    labels: Int[Tensor, " few"],
    classes: int,
    rounds: int,
) -> Float[Tensor, "nodes classes"]:
    """Return for each node how much of each class has reached it.

    In each round every node takes the mean of its neighbours; then the labelled ones
    are set to what they are again.

    Args:
        graph: Who hears whom.
        known: The nodes with labels, none twice.
        labels: Their classes, 0 to classes - 1.
        classes: How many there are, 1 or more.
        rounds: How many, 0 or more.

    Raises:
        ValueError: If there is no label, one is out of range, a node has two, or a
            count is too small.
    """
    check_labels_known(graph, known, labels, classes)
    check_at_least("rounds", rounds, 0)
    Y = torch.eye(classes, dtype=torch.float32, device=labels.device)[labels]
    Z = Y.new_zeros(graph.nodes, classes).index_copy(0, known, Y)
    for _ in range(rounds):
        Z = neighbour_mean(Z, graph).index_copy(0, known, Y)
    return Z


def check_labels_known(
    graph: Graph, known: Tensor, labels: Tensor, classes: int
) -> None:
    """Refuse labels of no class or no node.

    Raises:
        ValueError: If there is no label, one is out of range, or a node has two.
    """
    check_at_least("classes", classes, 1)
    check_filled("known", known, "labelled node")
    check_shape("labels", labels, (len(known),))
    for name, value, count in (
        ("known", known, graph.nodes),
        ("labels", labels, classes),
    ):
        if not ((value >= 0) & (value < count)).all():
            raise ValueError(f"{name} is outside 0 to {count - 1}: count from 0")
    if len(set(known.tolist())) < len(known):
        raise ValueError("known names a node twice: give each node one label")
