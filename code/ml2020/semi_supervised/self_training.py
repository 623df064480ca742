"""Self-training: the surest of a classifier's own answers become labels.

Chapter: book/semi_supervised.md
Source:  Lee (2013), equations 14 to 16, for pseudo-labels; the loop is older
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_choices, check_share

Classifier = Callable[[Tensor], Tensor]  # examples: probabilities, a column a class


def pseudo_labels(
    y: Float[Tensor, "n classes"], threshold: float
) -> tuple[Int[Tensor, " sure"], Int[Tensor, " sure"]]:
    """Return which answers are surer than a threshold, and what they say.

    Args:
        y: Probabilities of the classes.
        threshold: What the largest has to exceed, from 0 to below 1.

    Raises:
        ValueError: If there is no answer, one is no probability, or the threshold is
            out of range.
    """
    check_choices(y)
    check_share("threshold", threshold)
    largest, label = y.max(dim=1)
    sure = (largest > threshold).nonzero()[:, 0]
    return sure, label[sure]


def self_trained(
    learn: Callable[[Tensor, Tensor], Classifier],
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
    unlabelled: Float[Tensor, "u features"],
    threshold: float,
    rounds: int,
) -> tuple[Classifier, Int[Tensor, " u"]]:
    """Return the last classifier, and the label that each got, -1 for none.

    Who has got a label keeps it.

    Args:
        learn: Makes a classifier of labelled examples.
        X: The labelled examples.
        y: Their labels.
        unlabelled: The others.
        threshold: As for `pseudo_labels`.
        rounds: How often labels are given, at most; 0 or more.

    Raises:
        ValueError: If rounds are negative, or as `pseudo_labels`.
    """
    check_at_least("rounds", rounds, 0)
    given = torch.full((len(unlabelled),), -1, dtype=torch.int64, device=y.device)
    classify = learn(X, y)
    for _ in range(rounds):
        left = (given < 0).nonzero()[:, 0]
        if not len(left):
            break
        sure, labels = pseudo_labels(classify(unlabelled[left]), threshold)
        if not len(sure):
            break
        given = given.index_copy(0, left[sure], labels)
        taken = given >= 0
        classify = learn(
            torch.cat([X, unlabelled[taken]]), torch.cat([y, given[taken]])
        )
    return classify, given
