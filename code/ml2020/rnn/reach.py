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
    Jacobian, but for a constant), over units, inputs and sequences. All is computed in
    float64, whatever comes in: in float32 small slopes would become 0.

    Args:
        theta: A row a network.
        kind: One of `KINDS`.
        sizes: Of the network.
        X: Sequences, time first.

    Raises:
        ValueError: If there is no sequence, or theta is another network's.
    """
    check_filled("X", X, "sequence")
    many = (theta if theta.ndim > 1 else theta[None]).double()
    with torch.enable_grad():
        # The inputs once for each network: its slopes are its own.
        each = X.double()[:, None].expand(-1, len(many), -1, -1).requires_grad_()
        h = KINDS[kind].says(states_of(many, kind, sizes, each)[-1])
        slopes = torch.stack(
            [
                torch.autograd.grad(unit.sum(), each, retain_graph=True)[0]
                for unit in h.unbind(dim=-1)
            ]
        )
    size = root_mean_square(slopes.movedim(0, -1).flatten(3).movedim(2, -1)).mT
    return size if theta.ndim > 1 else size[0]


def root_mean_square(
    slopes: Float[Tensor, "*shape inputs n"],
) -> Float[Tensor, "*shape"]:
    """Return the root of the mean square over the last two axes, however small."""
    largest = slopes.abs().amax(dim=(-2, -1), keepdim=True)
    shape = slopes / largest.clamp(min=torch.finfo(slopes.dtype).tiny)
    return shape.square().mean(dim=(-2, -1)).sqrt() * largest[..., 0, 0]
