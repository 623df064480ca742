"""Race: the same data, first weights, order and number of steps for every rule.

Chapter: book/optimization_race.md
Source:  Choi et al. (2019), https://arxiv.org/abs/1910.05446: a comparison
         of rules is one of the ways in which their settings were chosen
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gradient_descent import (
    Adagrad,
    GradientDescent,
    Rule,
    shuffled_batches,
)
from ml2020.optimization.adabound import AdaBound
from ml2020.optimization.adam import Adam
from ml2020.optimization.adamw import AdamW
from ml2020.optimization.amsgrad import AMSGrad
from ml2020.optimization.clothes import Clothes, accuracy, cross_entropy, starts
from ml2020.optimization.lookahead import Lookahead
from ml2020.optimization.nadam import Nadam
from ml2020.optimization.nag import NAG
from ml2020.optimization.network import Schedule, train
from ml2020.optimization.radam import RAdam
from ml2020.optimization.rmsprop import RMSProp
from ml2020.optimization.sgdm import SGDM
from ml2020.optimization.swats import SWATS

SIZES = (196, 64, 10)  # of a network with one hidden layer
BATCH = 100  # examples


class Scores(NamedTuple):
    """How each network did: shares of pictures named rightly, and its way there."""

    choose: Float[Tensor, " networks"]
    judge: Float[Tensor, " networks"]
    learn: Float[Tensor, " networks"]
    losses: Float[Tensor, "passes networks"]  # the mean of the batches of each pass


def racers() -> dict[str, Callable[[float], Rule[Any]]]:
    """Return the rules by name, each to be given its rate; otherwise torch's settings.

    Lookahead and AdaBound, which torch has not, have those of their papers, and so has
    the AMSGrad without corrections.
    """
    return {
        "SGD": GradientDescent,
        "SGDM": SGDM,
        "NAG": NAG,
        "Lookahead": lambda lr: Lookahead(SGDM(lr)),
        "Adagrad": Adagrad,
        "RMSProp": lambda lr: RMSProp(lr, alpha=0.99, zero_start=True),
        "Adam": Adam,
        "Adam, uncorrected": lambda lr: Adam(lr, unbiased=False),
        "AMSGrad": lambda lr: AMSGrad(lr, unbiased=True),
        "AMSGrad, uncorrected": AMSGrad,
        "AdaBound": AdaBound,
        "RAdam": lambda lr: RAdam(lr, threshold=5),
        "Nadam": lambda lr: Nadam(lr, momentum_decay=0.004),
        "AdamW": lambda lr: AdamW(lr, weight_decay=0.01),
    }


def race(
    rule: Rule[Any],
    data: Clothes,
    seeds: Sequence[int],
    passes: int = 10,
    **schedules: Schedule,
) -> Scores:
    """Return how networks with one hidden layer do that a rule has trained.

    Args:
        rule: The rule, with its rate; it must treat each number by itself.
        data: What to learn from, to choose by and to judge by.
        seeds: One for each network: of its first weights and of its order.
        passes: How often each picture is learned from.
        schedules: For settings of the rule, see `train`.

    Raises:
        ValueError: If there is no seed or no pass, fewer pictures than a batch has, or
            the rule is SWATS.
    """
    check_by_number(rule)
    orders = [
        shuffled_batches(
            len(data.X), BATCH, passes, generator=torch.Generator().manual_seed(seed)
        )
        for seed in seeds
    ]
    batches = [torch.stack(rows) for rows in zip(*orders, strict=True)]
    theta, losses = train(
        rule,
        starts(SIZES, seeds),
        lambda theta, rows: cross_entropy(SIZES, theta, data.X[rows], data.y[rows]),
        batches,
        **schedules,
    )
    choose = accuracy(SIZES, theta, data.X_choose, data.y_choose)
    judge = accuracy(SIZES, theta, data.X_judge, data.y_judge)
    learn = accuracy(SIZES, theta, data.X, data.y)
    each_pass = [part.mean(dim=0) for part in losses.chunk(passes)]
    return Scores(choose, judge, learn, torch.stack(each_pass))


def check_by_number(rule: Any) -> None:
    """Refuse a rule that would make one vector of all networks.

    Raises:
        ValueError: If it, or the rule inside it, is SWATS.
    """
    if hasattr(rule, "inner"):
        check_by_number(rule.inner)
    if isinstance(rule, SWATS):
        raise ValueError("rule is SWATS, with one rate for all: train one network")
