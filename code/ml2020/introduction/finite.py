"""A finite set of functions: with a short list, one can simply try them all.

Chapter: book/introduction.md
Source:  Mitchell (1997), chapter 2 (learning as search through a set of hypotheses)
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

MOST_INPUTS = 4  # 65,536 functions; with one input more they fill any memory


def all_inputs(k: int) -> Bool[Tensor, "{2**k} {k}"]:
    """Return every row of k bits, counting upwards: 00, 01, 10, 11.

    Raises:
        ValueError: If k is outside 1 to 4.
    """
    if not 1 <= k <= MOST_INPUTS:
        raise ValueError(f"k is {k}: choose 1 to {MOST_INPUTS} inputs")
    return bits(torch.arange(2**k), k)


def all_functions(k: int) -> Bool[Tensor, "functions {2**k}"]:
    """Return every function of k bits as its table: one row a function.

    Column j is what the function answers to row j of all_inputs(k).

    Raises:
        ValueError: If k is outside 1 to 4.
    """
    rows = len(all_inputs(k))
    return bits(torch.arange(2**rows), rows)


def bits(numbers: Tensor, width: int) -> Bool[Tensor, "n {width}"]:
    """Return numbers in binary, the highest bit first."""
    places = torch.arange(width - 1, -1, -1)
    return (numbers[:, None] >> places) % 2 == 1


def losses(
    tables: Bool[Tensor, "functions rows"],
    seen: Bool[Tensor, " rows"],
    y_hat: Bool[Tensor, " rows"],
) -> Float[Tensor, " functions"]:
    """Return, for each function, the share of the seen rows that it gets wrong.

    Args:
        tables: One function a row, as all_functions makes them.
        seen: Which inputs are in the training data.
        y_hat: The right answers; those of unseen inputs do not matter.

    Raises:
        ValueError: If no row is seen.
    """
    if not seen.any():
        raise ValueError("seen is all False: show at least one example")
    wrong = tables != y_hat  # (functions, rows)
    return wrong[:, seen].double().mean(dim=1)


def line_tables(
    weights: Float[Tensor, " w"],
    biases: Float[Tensor, " b"],
) -> Bool[Tensor, "lines 4"]:
    """Return the table of x1 w1 + x2 w2 + b > 0 for all given w1, w2 and b.

    Args:
        weights: What w1 and w2 may be.
        biases: What b may be.
    """
    w1, w2, b = torch.meshgrid(weights, weights, biases, indexing="ij")
    knobs = torch.stack([w1, w2, b]).flatten(start_dim=1)  # (3, lines)
    x = all_inputs(2).to(knobs)
    return (x @ knobs[:2] + knobs[2] > 0).T
