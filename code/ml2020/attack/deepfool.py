"""DeepFool: to the nearest border as if the network were linear, again and again.

Chapter: book/attack_find.md
Source:  Moosavi-Dezfooli, Fawzi and Frossard (2016), algorithm 2,
         https://arxiv.org/abs/1511.04599
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.attack.balls import DOTS, Box, Pictures, steepest
from ml2020.attack.losses import Model
from ml2020.support.checks import check_at_least, check_box, check_finite


def to_border(
    gaps: Float[Tensor, "n classes"], slopes: Float[Tensor, "n classes dots"]
) -> Float[Tensor, "n dots"]:
    """Return the shortest change after which a linear score is no longer ahead.

    Args:
        gaps: The score of each class less that of the first answer, 0 for itself.
        slopes: Their slopes by the dots.
    """
    ways = steepest(slopes.flatten(0, 1), 2).view_as(slopes)  # of length 1
    long = (slopes * ways).sum(dim=2)
    far = torch.where(long > 0, gaps.abs() / long, torch.inf)
    rows, nearest = torch.arange(len(gaps)), far.argmin(dim=1)
    step = far[rows, nearest][:, None]
    return torch.where(step.isfinite(), step * ways[rows, nearest], 0)


def all_slopes(
    model: Model, x: Pictures
) -> tuple[Float[Tensor, "n classes"], Float[Tensor, "n classes dots"]]:
    """Return the scores, and the slope of each by the dots."""
    x = x.detach().requires_grad_()
    scores = model(x)
    parts = [
        torch.autograd.grad(scores[:, c].sum(), x, retain_graph=True)[0].flatten(1)
        for c in range(scores.shape[1])
    ]
    return scores.detach(), torch.stack(parts, dim=1)


def deepfool(
    model: Model,
    start: Pictures,
    steps: int = 50,
    beyond: float = 0.02,
    box: Box = DOTS,
) -> Pictures:
    """Return pictures just behind the nearest border that is found.

    Args:
        model: Maps pictures to scores.
        start: The pictures, inside the box.
        steps: At most so many; a picture that is called otherwise stays.
        beyond: By which share of the whole change it goes on, so that it is behind.
        box: The ends of a dot, or None (the paper's).

    Raises:
        ValueError: If a number or a picture is outside its range.
    """
    check_box("start", start, box)
    check_at_least("steps", steps, 0)
    check_at_least("beyond", beyond, 0)
    first = model(start).argmax(dim=1, keepdim=True)
    x, change = start, torch.zeros_like(start)
    for _ in range(steps):
        scores, slopes = all_slopes(model, x)
        still = scores.argmax(dim=1, keepdim=True) == first
        if not still.any():
            break
        check_finite("what the model says", scores, "mend the model")
        w = slopes - slopes.take_along_dim(first[..., None], dim=1)
        if box is not None:  # a dot at its end takes no part in a step out of the box
            here = x.flatten(1)[:, None]
            w = torch.where(
                ((here > box[0]) | (w > 0)) & ((here < box[1]) | (w < 0)), w, 0
            )
        step = to_border(scores - scores.take_along_dim(first, dim=1), w)
        change = change + torch.where(still, step, 0).view_as(start)
        if box is not None:
            change = (start + change).clamp(*box) - start
        x = start + (1 + beyond) * change
        x = x if box is None else x.clamp(*box)
    return x
