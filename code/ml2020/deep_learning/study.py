"""Study: networks of given width and depth learn to read digits.

Chapter: book/deep_learning.md
Source:  the chapter's own experiment; for the digits see ml2020.data.digits
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.course_rules import split
from ml2020.data.digits import digits
from ml2020.deep_learning.theta import Draw, draws, side_by_side
from ml2020.gradient_descent import shuffled_batches
from ml2020.optimization import SGDM, train
from ml2020.support.checks import check_at_least, check_features, check_shape

TRAINING, VALIDATION, TEST = 900, 300, 597  # of 1,797 pictures
SHUFFLE = 2020  # the seed with which they are shuffled before they are split
BATCH = 50


class DigitSets(NamedTuple):
    """Digits in three sets, 64 dots each, and what they show."""

    X: Float[Tensor, "training 64"]
    labels: Int[Tensor, " training"]
    X_validation: Float[Tensor, "validation 64"]
    labels_validation: Int[Tensor, " validation"]
    X_test: Float[Tensor, "test 64"]
    labels_test: Int[Tensor, " test"]


class Accuracies(NamedTuple):
    """The share of pictures of each set that each network names rightly."""

    training: Float[Tensor, " networks"]
    validation: Float[Tensor, " networks"]
    test: Float[Tensor, " networks"]


def digit_sets(shuffle: int | None = SHUFFLE) -> DigitSets:
    """Return 900 digits to train with, 300 to validate, 597 to test.

    Dots are scaled so that those of the training set have mean 0 and variance 1.

    Args:
        shuffle: The seed to shuffle with before the split; None leaves all in order.
    """
    data, sizes = digits(), (TRAINING, VALIDATION, TEST)
    if shuffle is None:
        places = list(torch.arange(len(data.labels)).split(sizes))  # type: ignore[no-untyped-call]
    else:
        dice = torch.Generator().manual_seed(shuffle)
        places = split(len(data.labels), sizes, generator=dice)
    X = data.images.flatten(1)
    learned = X[places[0]]
    X = (X - learned.mean()) / learned.std()
    return DigitSets(
        *(part for rows in places for part in (X[rows], data.labels[rows]))
    )


def sizes_of(width: int, depth: int) -> tuple[int, ...]:
    """Return the sizes of a network for digits.

    Args:
        width: Neurons in each hidden layer, 1 or more.
        depth: Hidden layers, 0 or more; with none the width counts for nothing.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("width", width, 1)
    check_at_least("depth", depth, 0)
    return (64, *[width] * depth, 10)


def study(
    draw: Draw,
    sizes: Sequence[int],
    lr: float,
    data: DigitSets,
    seeds: Sequence[int],
    epochs: int,
) -> Accuracies:
    """Return how well networks of rectifiers read after descent with momentum 0.9.

    Args:
        draw: What draws the first weights, such as `he_layers`.
        sizes: 64, those of the hidden layers, and 10.
        lr: The learning rate, positive.
        data: The three sets.
        seeds: One for each network: of its first weights and of its order.
        epochs: How often each picture is learned from, 1 or more.

    Returns:
        The accuracies; 0 for a network whose weights have overflowed.

    Raises:
        ValueError: If there is no seed, or another argument is not such as above.
    """
    check_reader(sizes)
    check_digits(data)
    check_at_least("epochs", epochs, 1)
    theta = draws(draw, sizes, seeds)
    dice = (torch.Generator().manual_seed(seed) for seed in seeds)
    orders = [shuffled_batches(len(data.X), BATCH, epochs, generator=d) for d in dice]

    def loss(theta: Tensor, rows: Tensor) -> Tensor:
        scores = side_by_side(theta, sizes, data.X[rows])
        each = F.cross_entropy(
            scores.flatten(0, 1), data.labels[rows].flatten(), reduction="none"
        )
        return each.view(rows.shape).mean(dim=1)

    batches = [torch.stack(rows) for rows in zip(*orders, strict=True)]
    theta, _ = train(SGDM(lr, momentum=0.9), theta, loss, batches)

    def share(X: Tensor, labels: Tensor) -> Tensor:
        scores = side_by_side(theta, sizes, X.expand(len(theta), -1, -1))
        whole = scores.isfinite().all(dim=2)
        return ((scores.argmax(dim=2) == labels) & whole).float().mean(dim=1)

    return Accuracies(
        share(data.X, data.labels),
        share(data.X_validation, data.labels_validation),
        share(data.X_test, data.labels_test),
    )


def check_reader(sizes: Sequence[int]) -> None:
    """Raise a ValueError at a network that takes no 64 dots or names no ten digits."""
    if not sizes or (sizes[0], sizes[-1]) != (64, 10):
        raise ValueError(f"sizes are {tuple(sizes)}: begin with 64, end with 10")


def check_digits(data: DigitSets) -> None:
    """Raise a ValueError if a set is empty, or a dot or a label is none."""
    for X, y in zip(DigitSets._fields[::2], DigitSets._fields[1::2], strict=True):
        dots, labels = getattr(data, X), getattr(data, y)
        check_features(f"data.{X}", dots)
        check_shape(f"data.{y}", labels, (len(dots),))
        if not ((labels >= 0) & (labels <= 9)).all():
            raise ValueError(f"data.{y} is not from 0 to 9: give the digits shown")
