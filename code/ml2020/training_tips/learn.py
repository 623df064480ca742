"""Learn: networks learn digits, each from its own few, and tell how well, as they go.

Chapter: book/training_tips_testing.md
Source:  the chapter's own experiment; for the digits see ml2020.data.digits
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor
from torch.func import grad

from ml2020.deep_learning.study import DigitSets
from ml2020.deep_learning.theta import Draw
from ml2020.gradient_descent import Rule, shuffled_batches
from ml2020.support.checks import check_at_least
from ml2020.training_tips.network import masks_of, say
from ml2020.training_tips.plan import Course, Plan, begin


class Curves(NamedTuple):
    """Mean loss and share named rightly of each set: a row a look, a column a network.

    A network whose scores are no numbers has an infinite loss, and names nothing.
    """

    training_loss: Float[Tensor, "looks networks"]
    training: Float[Tensor, "looks networks"]
    validation_loss: Float[Tensor, "looks networks"]
    validation: Float[Tensor, "looks networks"]
    test_loss: Float[Tensor, "looks networks"]
    test: Float[Tensor, "looks networks"]


class Learned(NamedTuple):
    """Networks that have learned: their numbers, and what was seen on the way."""

    theta: Float[Tensor, "networks parameters"]
    curves: Curves


def learn(
    plan: Plan,
    rule: Rule[Any],
    draw: Draw,
    data: DigitSets,
    seeds: Sequence[int],
    course: Course,
) -> Learned:
    """Return what networks are after they have learned.

    Args:
        plan: What they are; 64 inputs, 10 outputs or more.
        rule: How each gradient becomes a step.
        draw: What draws their first layers.
        data: The three sets.
        seeds: One for each network: of its pictures, first numbers, order and masks.
        course: How long it takes.

    Raises:
        ValueError: If there is no seed, the plan does not fit the pictures, or the
            course has a number out of range, or a batch of one to normalise.
    """
    check_course(course, len(data.X), plan.norm)
    check_sets(plan.sizes, data)
    theta, looks = begin(plan, draw, seeds), []
    dice = [torch.Generator().manual_seed(seed) for seed in seeds]
    count, size = course.pictures, course.batch
    orders = [torch.randperm(len(data.X), generator=d) for d in dice]
    mine = torch.stack(orders)[:, :count]

    def loss(theta: Tensor, places: Tensor, masks: list[Tensor]) -> Tensor:
        scores = say(plan, theta, data.X[places], masks=masks).scores
        return losses(scores, data.labels[places]).sum()  # no gradient mixes networks

    memory = rule.init(theta)
    for _ in range(course.epochs // course.look):
        drawn = [shuffled_batches(count, size, course.look, generator=d) for d in dice]
        for places in zip(*drawn, strict=True):
            chosen = mine.gather(1, torch.stack(places))
            g = grad(loss)(theta, chosen, masks_of(plan, chosen.shape[1], dice))
            theta, memory = rule.step(theta, g, memory)
        looks.append(look(plan, theta, data, mine))
    return Learned(theta, Curves(*map(torch.stack, zip(*looks, strict=True))))


def look(
    plan: Plan, theta: Tensor, data: DigitSets, rows: Int[Tensor, "networks n"]
) -> list[Tensor]:
    """Return loss and share of the three sets, for each network: six numbers.

    Nothing is dropped; sums are normalised by the moments of the training pictures.
    """
    own = data.X[rows], data.labels[rows]
    known = say(plan, theta, own[0]).moments
    others = (
        (data.X_validation, data.labels_validation),
        (data.X_test, data.labels_test),
    )
    seen = []
    for X, labels in (own, *others):
        X, labels = X.expand(len(theta), -1, -1), labels.expand(len(theta), -1)
        scores = say(plan, theta, X, known=known).scores
        whole = scores.isfinite().all(dim=2)
        right = ((scores.argmax(dim=2) == labels) & whole).float().mean(dim=1)
        seen += [losses(scores, labels).nan_to_num(torch.inf), right]
    return seen


def losses(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross entropy of each network."""
    flat = F.cross_entropy(scores.flatten(0, 1), labels.flatten(), reduction="none")
    return flat.view(labels.shape).mean(dim=1)


def check_course(course: Course, pictures: int, norm: str) -> None:
    """Refuse a course without an end or a look, or that makes all sums of a batch 0.

    Raises:
        ValueError: If a number is no count or more than there is.
    """
    for name, value in course._asdict().items():
        if not isinstance(value, int):
            raise ValueError(f"course.{name} is {value}: give a whole number")
        check_at_least(f"course.{name}", value, 1)
    if course.epochs % course.look:
        many = f"course.epochs is {course.epochs}: give a multiple of course.look"
        raise ValueError(f"{many}, {course.look}")
    for name, most in (("pictures", pictures), ("batch", course.pictures)):
        if (value := getattr(course, name)) > most:
            raise ValueError(f"course.{name} is {value}: give {most} or fewer")
    if norm == "batch" and 1 in (course.batch, course.pictures % course.batch):
        many = f"course.batch is {course.batch}: it leaves a batch of 1, which has no"
        raise ValueError(f"{many} variance: give another")


def check_sets(sizes: Sequence[int], data: DigitSets) -> None:
    """Refuse a network that does not fit the pictures, or their labels.

    Raises:
        ValueError: If it has other inputs than dots, or fewer outputs than digits.
    """
    dots, most = data.X.shape[1], int(data.labels.max())
    if sizes[0] != dots:
        raise ValueError(f"plan.sizes begins with {sizes[0]}: give {dots}, the dots")
    if sizes[-1] <= most:
        raise ValueError(f"plan.sizes ends with {sizes[-1]}: give {most + 1} or more")
