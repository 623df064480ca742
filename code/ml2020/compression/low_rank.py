"""Low rank: a layer of M times N weights as two thin ones, the nearest there are.

Chapter: book/compression_small.md
Source:  Eckart and Young (1936), https://doi.org/10.1007/BF02288367; in networks Denil
         et al. (2013), https://arxiv.org/abs/1306.0543
"""

import copy

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_precision,
)


def factors(
    W: Float[Tensor, "M N"], K: int
) -> tuple[Float[Tensor, "M K"], Float[Tensor, "K N"]]:
    """Return two factors whose product is, of all of rank K, the nearest to W.

    Each takes the root of a singular value.

    Args:
        W: The matrix.
        K: Its new rank, 1 or more, at most the smaller of its sides.

    Raises:
        ValueError: If K is outside its range, W is empty, or a number is NaN or
            infinite.
    """
    check_rank(W, K)
    U, sigma, Vt = torch.linalg.svd(W.detach(), full_matrices=False)
    root = sigma[:K].sqrt()
    return U[:, :K] * root, root[:, None] * Vt[:K]


def rank_error(W: Float[Tensor, "M N"], K: int) -> float:
    """Return the square of the distance from W to the nearest matrix of rank K.

    Raises:
        ValueError: As `factors` does.
    """
    check_rank(W, K)
    sigma = torch.linalg.svdvals(W.detach())
    return (sigma[K:] ** 2).sum().item()


def thin(layer: nn.Linear, K: int) -> nn.Sequential:
    """Return two fully connected layers for one: N to K without bias, then K to M.

    Args:
        layer: Stays as it is.
        K: Neurons between the two; fewer weights if K is below M N / (M + N).

    Raises:
        ValueError: As `factors` does.
    """
    A, B = factors(layer.weight, K)
    first = nn.Linear(layer.in_features, K, bias=False)
    second = nn.Linear(K, layer.out_features, bias=layer.bias is not None)
    with torch.no_grad():
        first.weight, second.weight = nn.Parameter(B), nn.Parameter(A)
        if layer.bias is not None:
            second.bias = nn.Parameter(layer.bias.clone())
    return nn.Sequential(first, second)


def thinned(model: nn.Sequential, place: int, K: int) -> nn.Sequential:
    """Return a network in which one fully connected layer has been made two.

    Args:
        model: Stays as it is.
        place: Of the layer in the model.
        K: The rank, as for `factors`.

    Raises:
        ValueError: If there is no fully connected layer in that place, or as `factors`
            does.
    """
    check_place(model, place)
    layers = [*copy.deepcopy(model)]
    layers[place : place + 1] = thin(layers[place], K)
    return nn.Sequential(*layers)


def check_rank(W: Tensor, K: int) -> None:
    """Refuse a rank that a matrix cannot have.

    Raises:
        ValueError: If it is below 1 or above the smaller side, W is empty, or a number
            is NaN or infinite.
    """
    check_filled("W", W, "number")
    check_finite("W", W, "train anew with a lower rate")
    check_precision("W", W)
    check_at_least("K", K, 1)
    if min(W.shape) < K:
        raise ValueError(f"K is {K}: give {min(W.shape)} or less, the matrix's rank")


def check_place(model: nn.Sequential, place: int) -> None:
    """Refuse a place without a fully connected layer.

    Raises:
        ValueError: If there is none.
    """
    if not 0 <= place < len(model) or not isinstance(model[place], nn.Linear):
        raise ValueError(f"place is {place}: give that of a fully connected layer")
