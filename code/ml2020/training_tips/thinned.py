"""Thinned: all networks that dropout can make of one layer, and their mean.

Chapter: book/training_tips_testing.md
Source:  Lee (2020), dropout is a kind of ensemble; Srivastava and others (2014),
         on linear regression; Wager, Wang and Liang (2013),
         https://arxiv.org/abs/1307.1493
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_examples,
    check_features,
    check_finite,
    check_like,
    check_same_type,
    check_shape,
    check_share,
)
from ml2020.training_tips.dropout import dropped

MOST = 16  # inputs: 65,536 masks


def all_masks(inputs: int) -> Bool[Tensor, "masks inputs"]:
    """Return all 2**inputs ways to drop inputs: first all of them, last none.

    Args:
        inputs: How many, from 1 to 16.

    Raises:
        ValueError: If there are fewer or more.
    """
    check_inputs(inputs)
    numbers = torch.arange(2**inputs)
    return (numbers[:, None] >> torch.arange(inputs)) % 2 == 1


def chances(masks: Bool[Tensor, "masks inputs"], p: float) -> Float[Tensor, " masks"]:
    """Return the probability of each mask, in float64.

    Args:
        masks: Which inputs stay, a row a mask.
        p: The probability with which each input is dropped, in [0, 1).

    Raises:
        ValueError: If p is outside its range.
    """
    check_share("p", p)
    stays = masks.double()
    return ((1 - p) * stays + p * (1 - stays)).prod(dim=1)


def dropout_error(
    X: Float[Tensor, "n inputs"],
    y_hat: Float[Tensor, " n"],
    w: Float[Tensor, " inputs"],
    p: float,
) -> Float[Tensor, ""]:
    """Return the expected squared error of a linear neuron whose inputs are dropped.

    The errors of all examples are summed up, and averaged over all masks, one by one.

    Args:
        X: One row an example, of at most 16 inputs.
        y_hat: The right answers.
        w: The weights.
        p: The probability with which each input is dropped, in [0, 1).

    Raises:
        ValueError: If there is no example, there are too many inputs, types differ, a
            number is NaN or infinite, p is outside its range, or squares overflow.
    """
    check_neuron(X, y_hat, w)
    check_share("p", p)
    check_errors(X, y_hat, w, p)
    masks = all_masks(X.shape[1])
    says = [dropped(X, keep.expand_as(X), p) @ w for keep in masks]
    errors = torch.stack([((q - y_hat) ** 2).sum() for q in says])
    return chances(masks, p).to(w) @ errors


def dropout_ridge(X: Float[Tensor, "n inputs"], p: float) -> Float[Tensor, " inputs"]:
    """Return the ridge penalty that dropout amounts to: a strength for each weight.

    It is p / (1 - p) times the sum of squares of the input that the weight is on.

    Args:
        X: One row an example.
        p: The probability with which each input is dropped, in [0, 1).

    Raises:
        ValueError: If there is no example, p is outside its range, a number is NaN or
            infinite, or squares overflow.
    """
    check_share("p", p)
    check_features("X", X)
    check_total("X", X, p)
    return p / (1 - p) * (X**2).sum(dim=0)


def check_inputs(inputs: int) -> None:
    """Refuse more inputs than masks can be listed for.

    Raises:
        ValueError: If there is none, or there are more than 16.
    """
    check_at_least("inputs", inputs, 1)
    if inputs > MOST:
        raise ValueError(f"inputs is {inputs}: give {MOST} or fewer, or draw masks")


def check_neuron(X: Tensor, y_hat: Tensor, w: Tensor) -> None:
    """Refuse examples that a linear neuron cannot be judged by.

    Raises:
        ValueError: If there is none, shapes or types do not fit, or a number is NaN or
            infinite.
    """
    check_examples(X, y_hat)
    check_shape("y_hat", y_hat, (len(X),))
    check_shape("w", w, (X.shape[1],))
    check_same_type(X, y_hat)
    check_like("w", w, "X", X)
    check_finite("w", w, "train anew with a lower rate")


def check_errors(X: Tensor, y_hat: Tensor, w: Tensor, p: float) -> None:
    """Refuse errors whose squares overflow, in whichever thin neuron.

    Raises:
        ValueError: If the largest ones might.
    """
    farthest = X.abs() @ w.abs() / (1 - p) + y_hat.abs()
    check_total("X, w or y_hat", farthest[:, None], 0.0)


def check_total(name: str, value: Tensor, p: float) -> None:
    """Refuse numbers whose squares, or their sum over the rows, overflow.

    Raises:
        ValueError: If they do, made louder as dropout with p makes them.
    """
    if not (value.square().sum(dim=0) * (1 / (1 - p))).isfinite().all():
        said = f"{name} has numbers so large that squares overflow: measure in units"
        raise ValueError(f"{said} that keep them near 1")
