"""Retrieval: who is nearest in the space of codes?

Chapter: book/autoencoder_codes.md
Source:  Salakhutdinov and Hinton (2009), https://doi.org/10.1016/j.ijar.2008.11.006
         (text); Krizhevsky and Hinton (2011) (pictures)
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features

Codes = Float[Tensor, "n d"]
Queries = Float[Tensor, "q d"]


def nearest(queries: Queries, codes: Codes, k: int) -> Int[Tensor, "q k"]:
    """Return the places of the k codes nearest to each query, the nearest first.

    Raises:
        ValueError: If there is no code, a number is not finite, or k is not from 1 to
            the number of codes.
    """
    check_codes(queries, codes)
    check_at_least("k", k, 1)
    if k > len(codes):
        raise ValueError(f"k is {k}: give {len(codes)} or fewer, one for each code")
    return torch.cdist(queries, codes).topk(k, largest=False).indices


def shared_class(
    queries: Queries,
    asked: Int[Tensor, " q"],
    codes: Codes,
    known: Int[Tensor, " n"],
    k: int = 5,
) -> float:
    """Return the share of the k nearest codes that have the class of their query.

    Raises:
        ValueError: See `nearest`.
    """
    met = known[nearest(queries, codes, k)]
    return (met == asked[:, None]).double().mean().item()


def voted(
    queries: Queries, codes: Codes, known: Int[Tensor, " n"], k: int = 5
) -> Int[Tensor, " q"]:
    """Return the most frequent class of the k nearest codes; the lowest if several are.

    Raises:
        ValueError: See `nearest`.
    """
    return known[nearest(queries, codes, k)].mode(dim=1).values


def ranks(queries: Codes, codes: Codes) -> Int[Tensor, " n"]:
    """Return how many codes are at least as near, by angle, as the query's own.

    Query i belongs to code i; 1 is the best rank. Ties count against it.

    Raises:
        ValueError: If there is no code, or a number is not finite.
    """
    check_codes(queries, codes)
    cosines = F.normalize(queries, dim=1) @ F.normalize(codes, dim=1).T
    return (cosines >= cosines.diag()[:, None]).sum(dim=1)


def check_codes(queries: Tensor, codes: Tensor) -> None:
    """Refuse what has no distances."""
    check_features("queries", queries)
    check_features("codes", codes)
