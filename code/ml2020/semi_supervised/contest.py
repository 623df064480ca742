"""Contest: all ways to learn the digits, each asked with one setting.

Chapter: book/semi_supervised.md
Source:  our own; the idea of tuning on few labels is that of Oliver, Odena, Raffel,
         Cubuk and Goodfellow (2018), https://arxiv.org/abs/1804.09170
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from torch import Tensor

from ml2020.optimization import Adam
from ml2020.semi_supervised.alone import ALONE, Says
from ml2020.semi_supervised.digit_task import DigitTask
from ml2020.semi_supervised.extras import EXTRAS, SURE
from ml2020.semi_supervised.learn import learned
from ml2020.semi_supervised.network import network_scores


class Shares(NamedTuple):
    """The accuracy on three parts, and of the unlabelled who is sure, and wrong then.

    The last two are 0 for who is no network: its scores are no probabilities.
    """

    few: float
    many: float
    judge: float
    sure: float = 0.0
    wrong: float = 0.0


def contest(
    name: str,
    tasks: Sequence[DigitTask],
    strength: float,
    lr: float,
    steps: int,
    seeds: Sequence[int],
    decay: float = 0.0,
) -> list[Shares]:
    """Return what one way, with one setting, reaches in each task.

    Args:
        name: One of `ALONE`, or of `EXTRAS` for networks.
        tasks: What to learn.
        strength: The setting.
        lr: The rate of Adam, for networks.
        steps: Their updates.
        seeds: Of their first numbers.
        decay: What the squares of their numbers cost.

    Raises:
        ValueError: If there is no such way, or a setting is out of range.
    """
    check_way(name)
    if name in ALONE:
        says = [ALONE[name](task, strength) for task in tasks]
        return [shares(task, say) for task, say in zip(tasks, says, strict=True)]
    theta = learned(name, tasks, Adam(lr=lr), strength, steps, seeds, decay)
    found = []
    for task, row in zip(tasks, theta.unsqueeze(1), strict=True):
        say = partial(one_network, row)
        sure, wrong = certainty(say(task.unlabelled), task.hidden)
        found.append(shares(task, say)._replace(sure=sure, wrong=wrong))
    return found


def check_way(name: str) -> None:
    """Refuse what is no way to learn.

    Raises:
        ValueError: If there is no such way.
    """
    if name not in (*ALONE, *EXTRAS):
        raise ValueError(
            f"name is {name}: choose one of {', '.join((*ALONE, *EXTRAS))}"
        )


def one_network(theta: Tensor, X: Tensor) -> Tensor:
    """Return what the only network says."""
    return network_scores(theta, X[None].to(theta))[0]


def certainty(z: Tensor, true: Tensor) -> tuple[float, float]:
    """Return how many answers are sure, and how many of all are sure and wrong."""
    largest, label = z.softmax(dim=-1).max(dim=-1)
    sure = largest > SURE
    return sure.double().mean().item(), (sure & (label != true)).double().mean().item()


def shares(task: DigitTask, says: Says) -> Shares:
    """Return the accuracy: how often the largest score is that of what is shown."""
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
