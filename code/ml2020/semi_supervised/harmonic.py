"""Harmonic solution: labels flow, until each value is the mean of its neighbours'.

Chapter: book/semi_supervised.md
Source:  Zhu, Ghahramani and Lafferty (2003), section 2, equation 5; the rounds are
         those of Zhu and Ghahramani (2002), section 2.2
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.support.checks import check_at_least, check_shape, check_weights


def harmonic(
    W: Float[Tensor, "n n"],
    known: Int[Tensor, " few"],
    labels: Int[Tensor, " few"],
    classes: int,
) -> Float[Tensor, "n classes"]:
    """Return the values that are each the weighted mean of their neighbours'.

    Args:
        W: The weights of the edges, symmetric, not negative, 0 on the diagonal.
        known: The labelled nodes, none twice.
        labels: Their classes, from 0 to classes - 1.
        classes: How many there are.

    Raises:
        ValueError: If W is no graph's, a label is out of range or double, or a node is
            so far from all labels that its value is not determined in W's digits.
    """
    check_weights(W)
    check_no_loops(W)
    check_known(W, known, labels, classes)
    Y = one_hot(labels, classes).to(W)
    unknown = torch.ones_like(W[0], dtype=torch.bool).index_fill(0, known, False)
    D = W.sum(dim=1)
    # L_uu, divided by the degrees: nodes far from all others keep their digits.
    P = W[unknown] / D[unknown, None]
    L = torch.eye(len(P)).to(W) - P[:, unknown]
    y, failed = torch.linalg.solve_ex(L, P[:, known] @ Y)
    check_determined(y, failed)
    return (
        W.new_zeros(len(W), classes)
        .index_copy(0, known, Y)
        .masked_scatter(unknown[:, None], y)
    )


def flow(
    W: Float[Tensor, "n n"],
    known: Int[Tensor, " few"],
    labels: Int[Tensor, " few"],
    classes: int,
    rounds: int,
) -> Float[Tensor, "n classes"]:
    """Return how far the labels have come: in each round all take their mean.

    Args:
        W: As for `harmonic`; each node has a neighbour.
        known: As for `harmonic`.
        labels: As for `harmonic`.
        classes: As for `harmonic`.
        rounds: How many, 0 or more; without end it is the harmonic solution.

    Raises:
        ValueError: As `harmonic`, or if rounds are negative.
    """
    check_weights(W)
    check_no_loops(W)
    check_known(W, known, labels, classes)
    check_at_least("rounds", rounds, 0)
    Y = one_hot(labels, classes).to(W)
    P = W / W.sum(dim=1, keepdim=True)
    y = W.new_zeros(len(W), classes).index_copy(0, known, Y)
    for _ in range(rounds):
        y = (P @ y).index_copy(0, known, Y)
    return y


def check_no_loops(W: Tensor) -> None:
    """Refuse edges from a node to itself.

    Raises:
        ValueError: If there is one.
    """
    if W.diagonal().any():
        raise ValueError("W joins a node to itself: set its diagonal to 0")


def check_known(W: Tensor, known: Tensor, labels: Tensor, classes: int) -> None:
    """Refuse labels of no class or no node, and nodes that no label reaches.

    Raises:
        ValueError: If there is such a label or node.
    """
    check_shape("labels", labels, (len(known),))
    for name, value, count in (("known", known, len(W)), ("labels", labels, classes)):
        if not len(value) or not ((value >= 0) & (value < count)).all():
            raise ValueError(
                f"{name} is empty or outside 0 to {count - 1}: count from 0"
            )
    if len(set(known.tolist())) < len(known):
        raise ValueError("known names a node twice: give each node one label")
    reached = torch.zeros_like(W[0], dtype=torch.bool).index_fill(0, known, True)
    newest = known
    while len(newest):
        touched = (W[:, newest] > 0).any(dim=1) & ~reached
        reached, newest = reached | touched, touched.nonzero()[:, 0]
    if not reached.all():
        raise ValueError(
            "known has no label in a part of the graph: label a node of each part, or"
            " lower gamma"
        )


def check_determined(y: Tensor, failed: Tensor) -> None:
    """Refuse values that are lost in rounding: they have to add up to 1 for each node.

    Raises:
        ValueError: If they do not.
    """
    if failed or not ((y.sum(dim=1) - 1).abs() < 1e-4).all():
        raise ValueError("W hardly joins some nodes to a label: lower gamma")
