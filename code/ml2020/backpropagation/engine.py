"""Engine: what was computed is remembered as a graph, and slopes flow back through it.

Chapter: book/backpropagation.md
Source:  Linnainmaa (1970); Baydin et al. (2018), section 3.2, reverse accumulation,
         https://jmlr.org/papers/v18/17-468.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ml2020.support.checks import check_filled, check_precision, check_single

Pull = Callable[[Tensor], tuple[Tensor, ...]]


@dataclass(frozen=True, eq=False)
class Node:
    """A tensor in a graph: an input, or what an operation made of other nodes.

    Attributes:
        data: The numbers, float32 or float64; nobody may change them in place.
        made_by: The operation, or a name for an input.
        parents: What it was made of.
        pull: Maps the slope of the result by this node to those by its parents.
        depth: 0 for an input, else one more than its deepest parent.

    Raises:
        ValueError: If there is no number, one is NaN or infinite, or none is a float.
    """

    data: Tensor
    made_by: str = "input"
    # Not in its text: a node that is reached along many paths would be in it as often.
    parents: tuple["Node", ...] = field(default=(), repr=False)
    pull: Pull = field(default=lambda slope: (), repr=False)
    depth: int = 0

    def __post_init__(self) -> None:
        check_precision(self.made_by, self.data)
        check_filled(self.made_by, self.data)
        numbers_only(f"{self.made_by} (depth {self.depth})", self.data)


def numbers_only(name: str, data: Tensor) -> None:
    """Raise a ValueError with the first place at which there is NaN or infinity."""
    if not data.isfinite().all():
        place = (~data.isfinite()).nonzero()[0].tolist()
        raise ValueError(
            f"{name} is {data[tuple(place)]} at {place}: keep what made it in range"
        )


def folded(slope: Tensor, shape: Sequence[int]) -> Tensor:
    """Return a slope summed over the copies that broadcasting has made."""
    front = slope.ndim - len(shape)
    axes = [i for i in range(slope.ndim) if i < front or shape[i - front] == 1]
    return slope.sum(axes).view(shape) if axes else slope


def ancestors(result: Node) -> list[Node]:
    """Return all that a node was made of, and itself, the deepest first.

    No node stands before one that was made of it: a topological order, reversed.
    """
    found, waiting = {result: None}, [result]
    while waiting:
        new = [p for p in waiting.pop().parents if p not in found]
        found.update(dict.fromkeys(new))
        waiting.extend(new)
    return sorted(found, key=lambda node: -node.depth)


def backward(result: Node, wanted: Sequence[Node]) -> list[Tensor]:
    """Return the derivative of one number by each of several nodes.

    Args:
        result: A single number.
        wanted: The nodes to derive by; one that the result does not depend on gets 0.

    Raises:
        ValueError: If the result is no single number, or a slope, or the sum of those
            that have arrived, is NaN or infinite, or one has the wrong shape: the
            operation that it came back through is named.
    """
    check_single("result", result.data)
    slopes = {result: torch.ones_like(result.data)}
    for node in ancestors(result):
        arriving = pulled(node, slopes[node])
        for parent, slope in zip(node.parents, arriving, strict=True):
            arrived = folded(slope, parent.data.shape)
            if parent in slopes:  # along another path
                arrived = arrived + slopes[parent]
            numbers_only(f"slope back through {node.made_by}", arrived)
            slopes[parent] = arrived
    return [slopes.get(n, torch.zeros_like(n.data)).clone() for n in wanted]


def pulled(node: Node, slope: Tensor) -> tuple[Tensor, ...]:
    """Return the slopes by the parents of a node, as its operation pulls them back.

    Raises:
        ValueError: If there is not one for each parent, or one has another shape.
    """
    slopes = node.pull(slope)
    check_pulled(node, slopes)
    return slopes


def check_pulled(node: Node, slopes: Sequence[Tensor]) -> None:
    """Refuse what cannot be the slopes by a node's parents.

    Each has its parent's shape, or that of what broadcasting has made of the parent.

    Raises:
        ValueError: If there is not one for each parent, or one has another shape.
    """
    shapes = [tuple(parent.data.shape) for parent in node.parents]
    found = [tuple(slope.shape) for slope in slopes]
    fits = all(
        len(m) <= len(n) <= max(len(m), node.data.ndim)
        and all(i in (1, j) for i, j in zip(m[::-1], n[::-1], strict=False))
        for m, n in zip(shapes, found, strict=False)
    )
    if len(found) != len(shapes) or not fits:
        raise ValueError(
            f"pull of {node.made_by} gives the shapes {found}: give it {shapes}"
        )
