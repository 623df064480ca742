"""Contest: all ways to learn the digits, each asked with one setting.

Chapter: book/semi_supervised.md
Source:  our own; the idea of tuning on few labels is that of Oliver, Odena, Raffel,
         Cubuk and Goodfellow (2018), https://arxiv.org/abs/1804.09170
"""

from collections.abc import Sequence
from typing import NamedTuple

from ml2020.optimization import Adam
from ml2020.semi_supervised.alone import ALONE, Says
from ml2020.semi_supervised.digit_task import DigitTask
from ml2020.semi_supervised.learn import learned
from ml2020.semi_supervised.network import network_scores


class Shares(NamedTuple):
    """Shares of pictures named rightly: to choose by, few or many, and to judge."""

    few: float
    many: float
    judge: float


def contest(
    name: str,
    tasks: Sequence[DigitTask],
    strength: float,
    lr: float,
    steps: int,
    seeds: Sequence[int],
) -> list[Shares]:
    """Return what one way, with one setting, reaches in each task.

    Args:
        name: One of `ALONE`, or of `EXTRAS` for networks.
        tasks: What to learn.
        strength: The setting.
        lr: The rate of Adam, for networks.
        steps: Their updates.
        seeds: Of their first numbers.

    Raises:
        ValueError: If there is no such way, or a setting is out of range.
    """
    if name in ALONE:
        says = [ALONE[name](task, strength) for task in tasks]
        return [shares(task, say) for task, say in zip(tasks, says, strict=True)]
    theta = learned(name, tasks, Adam(lr=lr), strength, steps, seeds)
    return [
        shares(task, lambda X, row=row: network_scores(row[None], X[None].float())[0])
        for task, row in zip(tasks, theta, strict=True)
    ]


def shares(task: DigitTask, says: Says) -> Shares:
    """Return how often the largest score is that of what is shown."""
    parts = ("few", "many", "judge")
    return Shares(
        *(
            (
                says(getattr(task, part).double()).argmax(dim=1)
                == getattr(task, f"{part}_y")
            )
            .double()
            .mean()
            .item()
            for part in parts
        )
    )
