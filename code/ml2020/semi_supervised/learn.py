"""Learn: networks that also ask something of pictures without labels.

Chapter: book/semi_supervised.md
Source:  Lee (2013), equations 15 and 16, for the sum and the ramp; each term is that of
         ml2020/semi_supervised/extras.py
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import Rule
from ml2020.semi_supervised.digit_task import DigitTask
from ml2020.semi_supervised.extras import EXTRAS
from ml2020.semi_supervised.graph import nearest_others
from ml2020.semi_supervised.network import augmented, fresh, network_scores
from ml2020.support.checks import check_at_least

BATCH, NEAREST = 64, 5  # pictures without labels an update; neighbours of each
AUGMENTED = ("labels, augmented", "consistency")  # so are their labelled pictures


def learned(
    kind: str,
    tasks: Sequence[DigitTask],
    rule: Rule[Any],
    strength: float,
    steps: int,
    seeds: Sequence[int],
    decay: float = 0.0,
) -> Float[Tensor, "networks parameters"]:
    """Return a network for each task, taught side by side.

    Args:
        kind: One of `EXTRAS`.
        tasks: With as many labels each.
        rule: How a gradient becomes a step.
        strength: Of what is asked beside the labels, after a ramp over half of the
            steps.
        steps: Updates, 1 or more.
        seeds: Of the first numbers, one for each task; the first one's dice draw.
        decay: What the squares of all numbers cost, an L2 penalty.

    Raises:
        ValueError: If there is no such kind, a number is out of range, or the tasks
            differ in their sizes.
    """
    check_kind(kind, strength)
    check_alike(tasks)
    check_at_least("steps", steps, 1)
    check_at_least("strength", strength, 0)
    check_at_least("decay", decay, 0)
    dice = torch.Generator().manual_seed(seeds[0])
    X, y = torch.stack([t.X for t in tasks]), torch.stack([t.y for t in tasks])
    asks = extra_cost(kind, tasks, dice)
    theta = fresh(seeds)
    memory = rule.init(theta)
    for step in range(steps):
        theta = theta.detach().requires_grad_()
        shown = augmented(X, generator=dice) if kind in AUGMENTED else X
        z = network_scores(theta, shown)
        cost = cross_entropy(z.mT, y, reduction="none").mean(dim=1)
        cost = cost + decay * (theta**2).sum(dim=1)
        if asks is not None and strength:
            cost = cost + strength * min(1.0, 2 * (step + 1) / steps) * asks(theta)
        (g,) = torch.autograd.grad(cost.sum(), theta)
        theta, memory = rule.step(theta.detach(), g, memory)
    return theta


def extra_cost(
    kind: str, tasks: Sequence[DigitTask], dice: torch.Generator
) -> Callable[[Tensor], Tensor] | None:
    """Return what is asked of networks beside the labels, on a fresh batch each time.

    Args:
        kind: One of `EXTRAS`.
        tasks: Of each network; pictures with labels are asked about, too.
        dice: What draws the batches.
    """
    partner, extra = EXTRAS[kind]
    if extra is None:
        return None
    pool = torch.stack([torch.cat([t.X, t.unlabelled]) for t in tasks])
    true = torch.stack([torch.cat([t.y, t.hidden]) for t in tasks])
    near = nearest_others(pool, NEAREST) if partner == "neighbour" else None
    which = torch.arange(len(tasks))[:, None]

    def asks(theta: Tensor) -> Tensor:
        rows = torch.randint(pool.shape[1], (len(tasks), BATCH), generator=dice)
        U = pool[which, rows]
        said = other = network_scores(theta, U)
        if near is not None:
            pick = torch.randint(NEAREST, rows.shape, generator=dice)
            other = network_scores(theta, pool[which, near[which, rows, pick]])
        elif partner == "augmented":
            other = network_scores(theta, augmented(U, generator=dice))
        return extra(said, other, true[which, rows])

    return asks


def check_alike(tasks: Sequence[DigitTask]) -> None:
    """Refuse tasks that cannot be learned side by side.

    Raises:
        ValueError: If they have more and fewer labels, or unlabelled pictures.
    """
    sizes = {(len(task.X), len(task.unlabelled)) for task in tasks}
    if len(sizes) != 1:
        raise ValueError(f"tasks have {len(sizes)} sizes: give some of one size")


def check_kind(kind: str, strength: float) -> None:
    """Refuse what is none of ours, and a strength of nothing.

    Raises:
        ValueError: If there is no such kind, or it has nothing to be strong.
    """
    if kind not in EXTRAS:
        raise ValueError(f"kind is {kind}: choose one of {', '.join(EXTRAS)}")
    if strength > 0 and EXTRAS[kind][1] is None:
        raise ValueError(f"{kind} asks nothing else: set strength to 0")
