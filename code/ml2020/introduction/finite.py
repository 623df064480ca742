"""A finite set of functions: with a short list, one can simply try them all.

Chapter: book/introduction.md
Source:  Mitchell (1997), chapter 2 (learning as search through a set of hypotheses)
"""

from itertools import product

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite

MOST_INPUTS = 4  # 65,536 functions; with one input more they fill any memory


def check_inputs(k: int) -> None:
    """Refuse a number of inputs whose functions make no list.

    Raises:
        ValueError: If k is outside 1 to 4.
    """
    if not 1 <= k <= MOST_INPUTS:
        raise ValueError(f"k is {k}: choose 1 to {MOST_INPUTS} inputs")


def all_inputs(k: int) -> Bool[Tensor, "{2**k} {k}"]:
    """Return every input of k bits, counting upwards: 00, 01, 10, 11.

    Raises:
        ValueError: If k is outside 1 to 4.
    """
    check_inputs(k)
    return torch.tensor(list(product([False, True], repeat=k)), dtype=torch.bool)


def all_functions(k: int) -> Bool[Tensor, "functions {2**k}"]:
    """Return every function of k bits as the list of its answers: one row a function.

    Column j is what the function answers to row j of all_inputs(k).

    Raises:
        ValueError: If k is outside 1 to 4.
    """
    check_inputs(k)
    answers = product([False, True], repeat=2**k)
    return torch.tensor(list(answers), dtype=torch.bool)  # (functions, inputs)


def losses(
    tables: Bool[Tensor, "functions inputs"],
    seen: Bool[Tensor, " inputs"],
    y_hat: Bool[Tensor, " inputs"],
) -> Float[Tensor, " functions"]:
    """Return, for each function, the share of the seen inputs that it gets wrong.

    Args:
        tables: One function a row, as all_functions makes them.
        seen: Which inputs are in the training data.
        y_hat: The right answers; those of unseen inputs do not matter.

    Raises:
        ValueError: If no input is seen.
    """
    if not seen.any():
        raise ValueError("seen is all False: show at least one example")
    wrong = tables != y_hat  # (functions, inputs)
    return wrong[:, seen].double().mean(dim=1)


def line_tables(
    weights: Float[Tensor, " w"],
    biases: Float[Tensor, " b"],
) -> Bool[Tensor, "lines 4"]:
    """Return the answers of x1 w1 + x2 w2 + b > 0 for all given w1, w2 and b.

    A point on the line is not above it, but rounding may put it there: with the weights
    0.1 and 0.2 and b = -0.3 the sum for 11 is positive. With both weights 0 there is no
    line, and all four answers are the same.

    Args:
        weights: What w1 and w2 may be.
        biases: What b may be.

    Raises:
        ValueError: If one of them is empty, or holds NaN or infinity.
    """
    for name, value in ("weights", weights), ("biases", biases):
        check_filled(name, value, "number")
        check_finite(name, value, "give numbers")
    w1, w2, b = torch.meshgrid(weights, weights, biases, indexing="ij")
    knobs = torch.stack([w1, w2, b]).flatten(start_dim=1)  # (3, lines)
    x = all_inputs(2).to(knobs)
    return (x @ knobs[:2] + knobs[2] > 0).T
