"""Network: a recurrent layer and scores on top of it, all its numbers in one row theta.

Chapter: book/rnn_memory.md
Source:  Lee (2020), recurrent networks
"""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.elman import Weights, elman_step, unrolled
from ml2020.rnn.gru import gru_step
from ml2020.rnn.lstm import Cell, lstm_step
from ml2020.support.checks import check_at_least, check_like, check_shape

Theta = Float[Tensor, "*networks parameters"]
Inputs = Float[Tensor, "T ... n inputs"]


class Kind(NamedTuple):
    """One kind of recurrent layer.

    Attributes:
        blocks: How many blocks of rows its weights have.
        step: Maps an input, a state and weights to the next state.
        first: Makes the state before the first input out of zeros (n, m).
        says: What of a state goes up to the next layer.
        keeps: The block whose sigmoid is the share of the old that stays, if any.
        stores: Whether it reads what it stored; if not, U has no column.
    """

    blocks: int
    step: Callable[[Tensor, Any, Weights], Any]
    first: Callable[[Tensor], Any]
    says: Callable[[Any], Tensor]
    keeps: int | None = None
    stores: bool = True


class Sizes(NamedTuple):
    """How many inputs, units of the recurrent layer, and outputs."""

    inputs: int
    m: int
    outputs: int


def itself(h: Tensor) -> Tensor:
    """Return it: an Elman network and a GRU say what they store."""
    return h


def forgetful_step(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """Return what a layer says that reads nothing but its input."""
    return elman_step(x, h[..., :0], weights)


KINDS = {
    "no memory": Kind(1, forgetful_step, itself, itself, stores=False),
    "Elman": Kind(1, elman_step, itself, itself),
    "LSTM": Kind(4, lstm_step, lambda h: Cell(h, h), lambda cell: cell.h, 2),
    "GRU": Kind(3, gru_step, itself, itself, 1),
}


def shapes(kind: str, sizes: Sizes) -> list[tuple[int, int]]:
    """Return the shapes of W, U, b, and of V and a, which make the scores.

    Raises:
        ValueError: If there is no such kind, or nothing of some size.
    """
    check_kind(kind, sizes)
    rows = KINDS[kind].blocks * sizes.m
    top = [(sizes.outputs, sizes.m), (1, sizes.outputs)]
    stored = sizes.m if KINDS[kind].stores else 0
    return [(rows, sizes.inputs), (rows, stored), (1, rows), *top]


def unpacked(theta: Theta, kind: str, sizes: Sizes) -> tuple[Weights, Tensor, Tensor]:
    """Return the weights, V and a of each network, as views.

    Raises:
        ValueError: If theta has another length than such a network.
    """
    wanted = shapes(kind, sizes)
    counts = [prod(shape) for shape in wanted]
    check_length(theta, sum(counts))
    parts = theta.split(counts, dim=-1)  # type: ignore[no-untyped-call]
    pairs = zip(parts, wanted, strict=True)
    W, U, b, V, a = (part.view(*theta.shape[:-1], *shape) for part, shape in pairs)
    return Weights(W, U, b), V, a


def states_of(theta: Theta, kind: str, sizes: Sizes, X: Inputs) -> list[Any]:
    """Return the states after each input, from zeros; many networks side by side.

    Raises:
        ValueError: If X has no input, another width or another type of float than
            theta, or theta is another network's.
    """
    weights, _, _ = unpacked(theta, kind, sizes)
    check_shape("X", X, (*X.shape[:-1], sizes.inputs))
    check_like("X", X, "theta", theta)
    step, first = KINDS[kind].step, KINDS[kind].first
    n = X[0].shape[-2] if len(X) else 0
    zeros = theta.new_zeros(*theta.shape[:-1], n, sizes.m)
    return unrolled(lambda x, state: step(x, state, weights), X, first(zeros))


def last_scores(
    theta: Theta, kind: str, sizes: Sizes, X: Inputs
) -> Float[Tensor, "*networks n outputs"]:
    """Return what a network says after its last input.

    Raises:
        ValueError: As `states_of` does.
    """
    V, a = unpacked(theta, kind, sizes)[1:]
    h = KINDS[kind].says(states_of(theta, kind, sizes, X)[-1])
    return h @ V.mT + a


def check_kind(kind: str, sizes: Sizes) -> None:
    """Refuse what is no network.

    Raises:
        ValueError: If there is no such kind, or nothing of some size.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind}: choose one of {', '.join(KINDS)}")
    for name, size in zip(Sizes._fields, sizes, strict=True):
        check_at_least(f"sizes.{name}", size, 1)


def check_length(theta: Tensor, count: int) -> None:
    """Refuse the numbers of another network.

    Raises:
        ValueError: If there are more or fewer.
    """
    if theta.shape[-1] != count:
        raise ValueError(f"theta has {theta.shape[-1]} numbers a row: give {count}")
