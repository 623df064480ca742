"""Naming: how many nodes are named rightly, and how many edges join equal ones.

Chapter: book/gnn_tasks.md
Source:  Brodersen, Ong, Stephan and Buhmann (2010), The balanced accuracy and its
         posterior distribution, ICPR, for more than two classes
"""

from jaxtyping import Int
from torch import Tensor

from ml2020.gnn.graph import Graph
from ml2020.support.checks import check_filled, check_shape


def homophily(graph: Graph, classes: Int[Tensor, " nodes"]) -> float:
    """Return the share of edges that join nodes of one class.

    Raises:
        ValueError: If there is no edge, or not a class for each node.
    """
    check_edges(graph, classes)
    same = classes[graph.senders] == classes[graph.receivers]
    return same.float().mean().item()


def balanced_accuracy(
    said: Int[Tensor, " nodes"], classes: Int[Tensor, " nodes"]
) -> float:
    """Return the mean, over the classes that occur, of the share named rightly.

    However large one class is, always naming it is worth no more than naming another.

    Raises:
        ValueError: If there is no node, or a class below 0.
    """
    check_filled("classes", classes, "node")
    check_counted("said", said)
    check_counted("classes", classes)
    count = classes.bincount()
    right = classes[said == classes].bincount(minlength=len(count))
    return (right[count > 0] / count[count > 0]).mean().item()


def check_edges(graph: Graph, classes: Tensor) -> None:
    """Raise a ValueError if there is no edge, or not a class for each node."""
    check_shape("classes", classes, (graph.nodes,))
    if not graph.edges.numel():
        raise ValueError("graph has no edges: there is nothing to take a share of")


def check_counted(name: str, classes: Tensor) -> None:
    """Raise a ValueError at a class below 0."""
    if classes.min() < 0:
        raise ValueError(f"{name} has {classes.min()}: count classes from 0")
