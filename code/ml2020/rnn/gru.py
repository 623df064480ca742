"""GRU: two gates and no separate memory; the old goes only as far as the new comes.

Chapter: book/rnn_memory.md
Source:  Cho et al. (2014), equations 5 to 8, https://doi.org/10.3115/v1/D14-1179
"""

import torch
from torch import Tensor

from ml2020.rnn.elman import Weights, summed


def gru_step(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """Return the state after one more input.

    torch's own lets the reset gate act after the product with U.

    Args:
        x: The input (n, inputs).
        h: What was said and stored (n, m).
        weights: Three blocks of rows, for the reset gate r, the update gate u (the
            paper's z) and the new h, in this order.
    """
    W, U, b = weights
    split = 2 * h.shape[-1], h.shape[-1]  # the gates' rows, and those of the new h
    rows = (
        W.split(split, dim=-2),  # type: ignore[no-untyped-call]
        U.split(split, dim=-2),  # type: ignore[no-untyped-call]
        b.split(split, dim=-1),  # type: ignore[no-untyped-call]
    )
    gates, candidate = map(Weights, *rows)
    r, u = summed(x, h, gates).sigmoid().chunk(2, dim=-1)
    return u * h + (1 - u) * torch.tanh(summed(x, r * h, candidate))
