"""Through: numbers learn at the network that is made of them, rounded or shared.

Chapter: book/compression_small.md
Source:  Courbariaux, Bengio and David (2015), algorithm 1,
         https://arxiv.org/abs/1511.00363; Han, Mao and Dally (2016), section 3.3,
         https://arxiv.org/abs/1510.00149
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from ml2020.compression.bits import quantised, straight_through
from ml2020.compression.clusters import Coded
from ml2020.gradient_descent import shuffled_batches
from ml2020.support.checks import check_at_least, check_positive

BATCH = 100  # pictures
Numbers = dict[str, Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]  # of scores, and the rows they are for


class Descent(NamedTuple):
    """How long and how fast numbers learn."""

    lr: float  # at the start; it falls to 0
    epochs: int
    keep_real: bool = True  # else after each step they are what is made of them


def learned(
    model: nn.Module,
    numbers: Mapping[str, Tensor],
    made: Callable[[Numbers], Numbers],
    X: Float[Tensor, " n *picture"],
    y: Int[Tensor, " n"],
    descent: Descent,
    *,
    loss: Loss | None = None,
    generator: torch.Generator | None = None,
) -> Numbers:
    """Return numbers that have learned, with Adam and a rate that falls to 0.

    Args:
        model: Says how the network computes; it stays as it is.
        numbers: What learns, by name.
        made: Makes the network's parameters of them.
        X: What to learn from.
        y: Classes.
        descent: The rate, positive, and the passes, 1 or more.
        loss: Of scores and the rows of X that they are for; else the cross-entropy.
        generator: Of the order.

    Raises:
        ValueError: If a setting is outside its range.
    """
    check_positive("lr", descent.lr)
    check_at_least("epochs", descent.epochs, 1)
    lr, epochs, keep_real = descent
    numbers = {  # a copy: what was given stays as it is
        n: v.detach().clone().requires_grad_() for n, v in numbers.items()
    }
    rule = torch.optim.Adam(numbers.values(), lr)
    batches = shuffled_batches(len(X), BATCH, epochs, generator=generator)
    for step, rows in enumerate(batches):
        rule.param_groups[0]["lr"] = lr * (1 - step / len(batches))
        scores = functional_call(model, made(numbers), X[rows])
        error = loss(scores, rows) if loss else cross_entropy(scores, y[rows])
        rule.zero_grad()
        error.backward()  # type: ignore[no-untyped-call]
        rule.step()
        if not keep_real:
            rounded = made(numbers)
            for name, value in numbers.items():
                value.data = rounded[name].detach()
    return {name: value.detach() for name, value in numbers.items()}


def parameters(model: nn.Module) -> Numbers:
    """Return a network's numbers, by name."""
    return {name: p.detach() for name, p in model.named_parameters()}


def weights(numbers: Mapping[str, Tensor]) -> list[str]:
    """Return the names of the weights: what has two axes or more, and is no bias."""
    return [name for name, value in numbers.items() if value.ndim > 1]


def rounded_to(bits: int) -> Callable[[Numbers], Numbers]:
    """Return what makes weights of so many bits, with slopes that go straight through.

    Biases stay as they are.

    Args:
        bits: For each weight, as for `quantised`.
    """

    def made(numbers: Numbers) -> Numbers:
        names = weights(numbers)
        return numbers | {
            n: straight_through(numbers[n], quantised(numbers[n], bits).values)
            for n in names
        }

    return made


def looked_up(coded: Mapping[str, Coded]) -> Callable[[Numbers], Numbers]:
    """Return what makes weights of tables: the slope of a value is a cluster's sum."""

    def made(numbers: Numbers) -> Numbers:
        return numbers | {n: numbers[n][code.ids] for n, code in coded.items()}

    return made


def kept_by(masks: Mapping[str, Tensor]) -> Callable[[Numbers], Numbers]:
    """Return what makes pruned weights: where a mask is 0, so is the weight."""

    def made(numbers: Numbers) -> Numbers:
        return numbers | {n: numbers[n] * mask for n, mask in masks.items()}

    return made
