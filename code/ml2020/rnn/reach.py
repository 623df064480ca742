"""Reach: how much of the last state still hangs on each of the inputs.

Chapter: book/rnn_memory.md
Source:  Hochreiter and Schmidhuber (1997), section 3, https://doi.org/10.1162/neco.1997.9.8.1735
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.network import KINDS, Sizes, Theta, states_of
from ml2020.support.checks import check_filled


def reach(
    theta: Theta, kind: str, sizes: Sizes, X: Float[Tensor, "T n inputs"]
) -> Float[Tensor, "*networks T"]:
    """Return the size of the slopes of what is said at last by each of the inputs.

    The size is the root of the mean square of all of them (the Frobenius norm of the
    Jacobian, but for a constant), over units, inputs and sequences.

    Args:
        theta: A row a network.
        kind: One of `KINDS`.
        sizes: Of the network.
        X: Sequences, time first.

    Raises:
        ValueError: If there is no sequence, or theta is another network's.
    """
    check_filled("X", X, "sequence")
    many = theta if theta.ndim > 1 else theta[None]
    with torch.enable_grad():
        # The inputs once for each network: its slopes are its own.
        each = X[:, None].expand(-1, len(many), -1, -1).requires_grad_()
        h = KINDS[kind].says(states_of(many, kind, sizes, each)[-1])
        squares = torch.zeros_like(each)
        for unit in range(sizes.m):
            (slope,) = torch.autograd.grad(h[..., unit].sum(), each, retain_graph=True)
            squares += slope**2
    size = (squares.mean(dim=(2, 3)) / sizes.m).sqrt().mT  # (networks, T)
    return size if theta.ndim > 1 else size[0]
