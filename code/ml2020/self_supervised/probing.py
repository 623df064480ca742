"""Probing: what a linear classifier reads from frozen features, with few labels.

Chapter: book/self_supervised.md
Source:  Alain and Bengio (2016), https://arxiv.org/abs/1610.01644, and section 2.3 of
         Chen et al. (2020); the fit is that of ml2020/explainable/probe.py
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.explainable.probe import probe
from ml2020.self_supervised.canvas import CLASSES, CanvasTask
from ml2020.self_supervised.views import viewed

PULLS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)  # of the weights to 0
VIEWS = 10  # of each labelled picture, besides itself
AMOUNTS = (10, 100, 1000)  # labels
Features = Callable[[Tensor], Tensor]


class Probed(NamedTuple):
    """What a linear classifier gets right, with the pull that was best to choose by."""

    pull: float
    choose: float  # accuracy on the pictures that the pull was chosen by
    judge: float  # and on those that judge


def share_right(scores: Tensor, y: Tensor) -> float:
    """Return the share of pictures whose largest score is that of what they show."""
    return (scores.argmax(dim=1) == y).double().mean().item()


@torch.no_grad()
def shown_again(
    features: Features, x: Tensor, y: Tensor, views: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Return features of pictures, and of so many views of each, with the labels."""
    generator = torch.Generator().manual_seed(seed)
    seen = [x, *(viewed(x, generator=generator) for _ in range(views))]
    return torch.cat([features(part) for part in seen]), y.repeat(views + 1)


def probed(
    features: Features, task: CanvasTask, labels: int, views: int = 0, seed: int = 0
) -> Probed:
    """Return how well the pictures' digits are read from features that stay.

    All features are read by one procedure: logistic regression with each pull, and the
    strongest of the pulls that are best on the pictures to choose by.

    Args:
        features: From pictures to rows of numbers.
        task: The pictures.
        labels: How many of the pool have one, a multiple of 10, 1,200 at most.
        views: Of each labelled picture, shown besides itself.
        seed: Of these views.

    Raises:
        ValueError: If there is another number of labels, or views are negative.
    """
    check_labels_of(task, labels, views)
    own = task.pool[:labels], task.pool_y[:labels]
    h, y = shown_again(features, *own, views, seed)
    with torch.no_grad():
        to_choose, to_judge = features(task.choose), features(task.judge)
    best = Probed(0.0, -1.0, 0.0)
    for pull in reversed(PULLS):
        fit = probe(h.double(), y, CLASSES, pull)
        met = share_right(fit(to_choose.double()), task.choose_y)
        if met > best.choose:
            met_there = share_right(fit(to_judge.double()), task.judge_y)
            best = Probed(pull, met, met_there)
    return best


def check_labels_of(task: CanvasTask, labels: int, views: int) -> None:
    """Refuse labels that are not as many of each digit.

    Raises:
        ValueError: If there is another number of them, or views are negative.
    """
    if labels not in range(CLASSES, len(task.pool) + 1, CLASSES):
        raise ValueError(f"labels is {labels}: give 10, 20, ... or {len(task.pool)}")
    if views < 0:
        raise ValueError(f"views is {views}: give 0 or more")
