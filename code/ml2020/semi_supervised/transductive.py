"""Transductive SVM: labels for the unlabelled, such that the margin is widest.

Chapter: book/semi_supervised.md
Source:  Joachims (1999), section 4 (figures 3 and 4); our hinges are squared
"""

from collections.abc import Iterator
from itertools import product

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.semi_supervised.svm import fit_svm, svm_objective
from ml2020.support.checks import (
    check_at_least,
    check_finite,
    check_positive,
    check_sides,
)

BRUTE = 10  # unlabelled examples at most, whose labellings are all tried


def labellings(
    X: Float[Tensor, "n features"],
    y: Float[Tensor, " n"],
    unlabelled: Float[Tensor, "u features"],
    cost: float,
) -> Iterator[tuple[Float[Tensor, " u"], float]]:
    """Yield each way to label the unlabelled, and the least objective with it.

    Args:
        X: The labelled examples.
        y: Their sides, 1 or -1.
        unlabelled: At most ten others.
        cost: What it costs to be inside the margin, the same for all.

    Raises:
        ValueError: If there are too many, or as `fit_svm`.
    """
    check_few(len(unlabelled))
    check_positive("cost", cost)
    everything = torch.cat([X, unlabelled])
    costs = torch.full_like(everything[:, 0], cost)
    for sides in product((1.0, -1.0), repeat=len(unlabelled)):
        guess = torch.tensor(sides, dtype=X.dtype)
        sides_of_all = torch.cat([y, guess])
        w = fit_svm(everything, sides_of_all, costs)
        yield guess, svm_objective(w, everything, sides_of_all, costs).item()


def flipped(
    scores: Float[Tensor, " u"], guess: Float[Tensor, " u"], pairs: int
) -> Float[Tensor, " u"]:
    """Return the guesses with some pairs exchanged that stand the wrong way round.

    A pair is one labelled 1 and one labelled -1 of which the second scores higher. As
    many are labelled 1 as before.

    Args:
        scores: w x of each unlabelled example.
        guess: Their labels, 1 or -1.
        pairs: How many at most, the worst first; 0 or more.

    Raises:
        ValueError: If a score is not finite, a label is neither 1 nor -1, or pairs are
            negative.
    """
    check_finite("scores", scores, "fit the machine anew")
    check_sides("guess", guess, len(scores))
    check_at_least("pairs", pairs, 0)
    up, down = (guess > 0).nonzero()[:, 0], (guess < 0).nonzero()[:, 0]
    lowest, highest = (
        up[scores[up].argsort()],
        down[scores[down].argsort().flip(0)],
    )
    count = min(len(up), len(down), pairs)
    lowest, highest = lowest[:count], highest[:count]
    wrong = scores[lowest] < scores[highest]
    new = guess.clone()
    new[lowest[wrong]], new[highest[wrong]] = -1.0, 1.0
    return new


def transductive_svm(
    X: Float[Tensor, "n features"],
    y: Float[Tensor, " n"],
    unlabelled: Float[Tensor, "u features"],
    costs: tuple[float, float],
    positives: int,
    pairs: int = 1,
) -> tuple[Float[Tensor, " features"], Float[Tensor, " u"]]:
    """Return w and the labels that flipping ends with.

    Args:
        X: The labelled examples.
        y: Their sides, 1 or -1.
        unlabelled: The others.
        costs: What it costs a labelled one to be inside the margin, and in the end an
            unlabelled one; it begins with 1/32 and is doubled.
        positives: How many of the unlabelled get the label 1.
        pairs: How many are flipped before w is fitted anew.

    Raises:
        ValueError: If positives are negative or more than there are, a cost or pairs
            are not positive, or as `fit_svm`.
    """
    check_positives(positives, len(unlabelled))
    for name, value in (("costs", costs[0]), ("costs", costs[1]), ("pairs", pairs)):
        check_positive(name, value)
    everything = torch.cat([X, unlabelled])
    w = fit_svm(X, y, torch.full_like(y, costs[0]))
    guess = torch.full_like(unlabelled[:, 0], -1.0)
    guess[(unlabelled @ w).argsort(descending=True)[:positives]] = 1.0
    weight = costs[1] / 32
    while weight <= costs[1]:
        each = torch.cat([torch.full_like(y, costs[0]), torch.full_like(guess, weight)])
        before = None
        while before is None or not torch.equal(before, guess):
            w = fit_svm(everything, torch.cat([y, guess]), each, w)
            before, guess = guess, flipped(unlabelled @ w, guess, pairs)
        weight *= 2
    return w, guess


def check_few(count: int) -> None:
    """Refuse more labellings than there is patience for.

    Raises:
        ValueError: If there are more than 2^10.
    """
    if count > BRUTE:
        raise ValueError(f"unlabelled has {count} examples: give at most {BRUTE}")


def check_positives(positives: int, count: int) -> None:
    """Refuse more labels of a kind than examples.

    Raises:
        ValueError: If there are more, or fewer than none.
    """
    if not 0 <= positives <= count:
        raise ValueError(f"positives is {positives}: give 0 to {count}")
