"""Course: how long networks learn, from how many pictures, and when they are looked at.

Chapter: book/training_tips_testing.md
Source:  the chapter's own experiment
"""

from collections.abc import Sequence
from typing import NamedTuple

from ml2020.deep_learning.study import DigitSets
from ml2020.support.checks import check_at_least


class Course(NamedTuple):
    """How long networks learn, and from how many pictures.

    Attributes:
        pictures: How many of the training set each gets, drawn by its seed; 1 or more.
        batch: How many go into a batch; the last one of an epoch may be smaller.
        epochs: How often each is learned from, a multiple of `look`.
        look: After how many epochs all sets are looked at, each time; 1 or more.
    """

    pictures: int
    batch: int
    epochs: int
    look: int


def check_course(course: Course, pictures: int) -> None:
    """Refuse a course without an end, or a look.

    Raises:
        ValueError: If a number is not whole, or below 1, looks do not divide the
            epochs, or more pictures are asked for than there are.
    """
    for name, value in course._asdict().items():
        if not isinstance(value, int):
            raise ValueError(f"course.{name} is {value}: give a whole number")
        check_at_least(f"course.{name}", value, 1)
    if course.epochs % course.look:
        many = f"course.epochs is {course.epochs}: give a multiple of course.look"
        raise ValueError(f"{many}, {course.look}")
    for name, most in (("pictures", pictures), ("batch", course.pictures)):
        if getattr(course, name) > most:
            many = f"course.{name} is {getattr(course, name)}"
            raise ValueError(f"{many}: give {most} or fewer")


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
