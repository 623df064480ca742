"""Values: tensors to compute with; each operation knows how slopes go back through it.

Chapter: book/backpropagation.md
Source:  Baydin et al. (2018), table 3, https://jmlr.org/papers/v18/17-468.html;
         Bishop (2006), equations 4.88, 4.106 and 4.109
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from ml2020.backpropagation.bends import SIGMOID
from ml2020.backpropagation.engine import Node, Pull
from ml2020.logistic_regression import score_gradient, softmax_loss
from ml2020.support.checks import check_like, check_shape


class Value(Node):
    """A node that can be added, multiplied and indexed like a tensor."""

    def __add__(self, other: "Value | float") -> "Value":
        return add(self, lifted(other, self.data))

    def __mul__(self, other: "Value | float") -> "Value":
        return multiply(self, lifted(other, self.data))

    def __matmul__(self, other: "Value") -> "Value":
        return matmul(self, other)

    def __getitem__(self, places: Any) -> "Value":
        return pick(self, places)

    def __iter__(self) -> Iterator["Value"]:
        return (self[i] for i in range(len(self.data)))

    __radd__, __rmul__ = __add__, __mul__


def lifted(other: Value | float, a: Tensor) -> Value:
    """Return a value as it is, and a plain number as a value of the kind of a."""
    return other if isinstance(other, Value) else Value(a.new_tensor(other), "number")


def made(made_by: str, data: Tensor, parents: tuple[Value, ...], pull: Pull) -> Value:
    """Return what an operation makes."""
    return Value(data, made_by, parents, pull, 1 + max(p.depth for p in parents))


def add(a: Value, b: Value) -> Value:
    """Return a + b, number by number; broadcasting copies what is smaller."""
    check_pair(a, b)
    return made("add", a.data + b.data, (a, b), lambda g: (g, g))


def multiply(a: Value, b: Value) -> Value:
    """Return a * b, number by number; broadcasting copies what is smaller."""
    check_pair(a, b)
    product = a.data * b.data
    return made("multiply", product, (a, b), lambda g: (g * b.data, g * a.data))


def matmul(a: Value, b: Value) -> Value:
    """Return the product of two matrices, or of stacks of matrices."""
    check_matrices(a, b)
    return made(
        "matmul", a.data @ b.data, (a, b), lambda g: (g @ b.data.mT, a.data.mT @ g)
    )


def turned(a: Value) -> Value:
    """Return the transpose of a matrix, or of each in a stack."""
    if a.data.ndim < 2:
        raise ValueError(f"a has {a.data.ndim} axes: give a matrix")
    return made("turned", a.data.mT, (a,), lambda g: (g.mT,))


def pick(a: Value, places: Any) -> Value:
    """Return the numbers at some places, written in any way that torch can index by."""
    check_places(a, places)
    where = torch.arange(a.data.numel()).view(a.data.shape).to(a.data.device)[places]
    # Added to zeros, since a place may have been picked twice.
    return made(
        "pick",
        a.data[places],
        (a,),
        lambda g: (
            g.new_zeros(a.data.numel())
            .index_add(0, where.flatten(), g.flatten())
            .view_as(a.data),
        ),
    )


def total(a: Value) -> Value:
    """Return the sum of all numbers."""
    return made("total", a.data.sum(), (a,), lambda g: (g.expand_as(a.data),))


def relu(z: Value) -> Value:
    """Return z where it is positive, 0 elsewhere; the slope is 1, or 0 (at 0, too)."""
    a = z.data.clamp(min=0)
    return made("relu", a, (z,), lambda g: (g * (a > 0),))


def sigmoid(z: Value) -> Value:
    """Return 1 / (1 + e^-z)."""
    a = SIGMOID.value(z.data)
    return made("sigmoid", a, (z,), lambda g: (g * SIGMOID.slope(z.data),))


def softmax_cross_entropy(scores: Value, labels: Tensor) -> Value:
    """Return the cross entropy of softmax(scores), summed up over the rows."""
    check_shape("labels", labels, scores.data.shape[:1])
    return made(
        "softmax_cross_entropy",
        softmax_loss(scores.data, labels),
        (scores,),
        lambda g: (g * score_gradient(scores.data, labels),),
    )


def check_pair(a: Value, b: Value, last: int = 0) -> None:
    """Refuse two kinds of numbers, and shapes that differ before the last axes."""
    check_like("b", b.data, "a", a.data)
    m, n = tuple(a.data.shape), tuple(b.data.shape)
    if any(
        i != j and 1 not in (i, j)
        for i, j in zip(m[::-1][last:], n[::-1][last:], strict=False)
    ):
        raise ValueError(f"b has shape {n}, a has {m}: make them fit")


def check_matrices(a: Value, b: Value) -> None:
    """Refuse what has no matrix product."""
    check_pair(a, b, last=2)
    m, n = tuple(a.data.shape), tuple(b.data.shape)
    if min(len(m), len(n)) < 2 or m[-1] != n[-2]:
        raise ValueError(f"b has shape {n}, a has {m}: give b a row for a's columns")


def check_places(a: Value, places: Any) -> None:
    """Refuse places that a value has not."""
    try:
        a.data[places]
    except (IndexError, TypeError) as error:
        raise ValueError(f"places are not all in a: {error}") from error
