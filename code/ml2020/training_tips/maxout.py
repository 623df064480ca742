"""Maxout: a neuron that says the largest of several sums, so its bend is learned.

Chapter: book/training_tips_training.md
Source:  Goodfellow, Warde-Farley, Mirza, Courville and Bengio (2013),
         description of maxout, https://arxiv.org/abs/1302.4389
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_shape


def maxout(
    x: Float[Tensor, "n inputs"],
    W: Float[Tensor, "neurons pieces inputs"],
    b: Float[Tensor, "neurons pieces"],
) -> Float[Tensor, "n neurons"]:
    """Return the largest sum of each neuron, for each example.

    Args:
        x: One row an example.
        W: For each neuron a row of weights for each of its pieces.
        b: A bias for each piece.

    Raises:
        ValueError: If there is no example, neuron, piece or input, shapes do not fit,
            or a number is NaN or infinite.
    """
    check_maxout(x, W, b)
    sums = torch.einsum("ni,opi->nop", x, W) + b
    return sums.max(dim=2).values


def winners(
    x: Float[Tensor, "n inputs"],
    W: Float[Tensor, "neurons pieces inputs"],
    b: Float[Tensor, "neurons pieces"],
) -> Int[Tensor, "n neurons"]:
    """Return which piece of each neuron is the largest; of equal ones, any.

    The others have no part in what is said, so the gradient does not touch them.

    Raises:
        ValueError: What `maxout` refuses.
    """
    check_maxout(x, W, b)
    return (torch.einsum("ni,opi->nop", x, W) + b).argmax(dim=2)


def check_maxout(x: Tensor, W: Tensor, b: Tensor) -> None:
    """Refuse a layer without a piece, or numbers that are none.

    Raises:
        ValueError: If there is nothing to take the largest of, shapes do not fit, or a
            number is NaN or infinite.
    """
    check_filled("x", x, "example and input")
    check_filled("W", W, "neuron and piece")
    check_shape("x", x, (len(x), W.shape[2]))
    check_shape("b", b, tuple(W.shape[:2]))
    check_finite("x", x)
    check_finite("W", W, "train anew with a lower rate")
    check_finite("b", b, "train anew with a lower rate")
