"""Universal: one change that is added to every picture, and a patch that is stuck on.

Chapter: book/attack_find.md
Source:  Moosavi-Dezfooli et al. (2017), https://arxiv.org/abs/1610.08401, here by
         descent on the mean loss; Brown et al. (2017), https://arxiv.org/abs/1712.09665
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.attack.balls import Pictures
from ml2020.attack.losses import Classes, Losses, LossOf
from ml2020.attack.pgd import pgd
from ml2020.support.checks import check_at_least, check_dots

Places = Int[Tensor, "n 2"]


def universal(
    loss: LossOf,
    X: Pictures,
    y: Classes,
    eps: float,
    steps: int,
    rate: float,
) -> Float[Tensor, " *shape"]:
    """Return one change, no dot by more than eps, that lowers the mean loss.

    Args:
        loss: Maps pictures and classes to what each has to make small.
        X: The pictures that it is found on, dots from 0 to 1.
        y: Their classes.
        eps: How far it may move each dot, 0 or more.
        steps: How many, 0 or more.
        rate: The length of a step, positive.

    Raises:
        ValueError: If a number or a picture is outside its range.
    """
    check_dots("X", X)

    def mean_loss(change: Tensor) -> Losses:
        return loss((X + change).clamp(0, 1), y).mean()[None]

    return pgd(mean_loss, torch.zeros_like(X[:1]), eps, steps, rate, box=None)[0]


def pasted(
    x: Float[Tensor, "n 1 rows columns"], patch: Float[Tensor, "a b"], places: Places
) -> Float[Tensor, "n 1 rows columns"]:
    """Return pictures with a patch on each, its first dot at a place of its own.

    Raises:
        ValueError: If a patch would not lie inside its picture.
    """
    check_places(x, patch, places)
    a, b = patch.shape
    rows = places[:, 0, None, None] + torch.arange(a)[:, None]
    columns = places[:, 1, None, None] + torch.arange(b)
    x = x.clone()
    x[torch.arange(len(x))[:, None, None], 0, rows, columns] = patch
    return x


def some_places(
    n: int, most: tuple[int, int], *, generator: torch.Generator | None = None
) -> Places:
    """Return n places, rows and columns from 0 to the most of each.

    Raises:
        ValueError: If a most is negative.
    """
    check_at_least("most", min(most), 0)
    drawn = [torch.randint(m + 1, (n,), generator=generator) for m in most]
    return torch.stack(drawn, dim=1)


def learn_patch(
    loss: LossOf,
    X: Float[Tensor, "n 1 rows columns"],
    y: Classes,
    side: int,
    steps: int,
    rate: float,
    places: Callable[[], Places],
) -> Float[Tensor, "side side"]:
    """Return a square patch that lowers the mean loss wherever it may stand.

    Args:
        loss: Maps pictures and classes to what each has to make small.
        X: Pictures to find it on, dots from 0 to 1.
        y: Their classes, or those wanted.
        side: Of the patch, in dots, 1 or more.
        steps: How many, 0 or more.
        rate: The length of a step, positive.
        places: Draws a place for each picture, anew in each step.

    Raises:
        ValueError: If a number or a picture is outside its range.
    """
    check_dots("X", X)
    check_at_least("side", side, 1)

    def mean_loss(patch: Tensor) -> Losses:
        return loss(pasted(X, patch[0], places()), y).mean()[None]

    grey = X.new_full((1, side, side), 0.5)  # all inks are 0.5 away, or nearer
    return pgd(mean_loss, grey, 0.5, steps, rate)[0]


def check_places(x: Tensor, patch: Tensor, places: Tensor) -> None:
    """Refuse places at which a patch would not lie inside.

    Raises:
        ValueError: If there is one.
    """
    sides = torch.tensor([x.shape[2:], patch.shape], dtype=torch.int64)
    room = sides[0] - sides[1]
    if ((places < 0) | (places > room)).any():
        raise ValueError(f"places are not from 0 to {room.tolist()}: move them inside")
