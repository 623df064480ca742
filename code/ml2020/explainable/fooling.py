"""Fooling: noise that leaves the answer alone and changes the explanation.

Chapter: book/explainable_local.md
Source:  Ghorbani, Abid and Zou (2019), https://arxiv.org/abs/1710.10547; as they do,
         the search replaces rectifiers by softplus
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.explainable.saliency import gradient, saliency
from ml2020.explainable.score import lead
from ml2020.support.checks import check_at_least, check_dots, check_positive

BEND = 10.0  # of softplus: the larger, the more like a rectifier
Pictures = Float[Tensor, "n 1 rows columns"]


def softened(model: nn.Sequential) -> nn.Sequential:
    """Return the same layers, each rectifier a softplus: slopes that have slopes."""
    return nn.Sequential(
        *(nn.Softplus(BEND) if isinstance(f, nn.ReLU) else f for f in model)
    )


def fooled(
    model: nn.Sequential,
    x: Pictures,
    classes: Int[Tensor, " n"],
    most: float,
    steps: int,
    lr: float,
    top: int = 50,
) -> Pictures:
    """Return pictures whose most salient dots are no more so, named as before.

    In each step no dot moves by more than the rate. What comes back is the best step of
    each picture: of those after which it is named as before the one in which the dots
    have the smallest share of all slopes of the network itself.

    Args:
        model: Names pictures.
        x: Pictures, from 0 to 1.
        classes: What it names them, as the network does.
        most: How far a dot may be moved in all, positive.
        steps: How many, 0 or more.
        lr: How far it moves in one, positive.
        top: How many of the most salient dots are to become less so.

    Raises:
        ValueError: If there is no picture, a number is outside its range, the network
            names a picture otherwise, a score has no slope, or the network no
            rectifier, so that slopes are fixed.
    """
    check_fooling(x, most, steps, lr, top)
    check_bends(model)
    check_names(model, x, classes)
    true, soft = lead(model, classes), lead(softened(model), classes)
    first = saliency(true, x).flatten(1)
    check_slopes(first)
    best = torch.zeros_like(first).scatter(1, first.topk(top, dim=1).indices, 1.0)
    start = moving = found = x
    least = share_of(gradient(true, x), best)
    for _ in range(steps):
        moving = moving.detach().requires_grad_()
        (slope,) = torch.autograd.grad(soft(moving).sum(), moving, create_graph=True)
        (down,) = torch.autograd.grad(share_of(slope, best).sum(), moving)
        moving = moving.detach() - lr * down.sign()
        moving = (start + (moving - start).clamp(-most, most)).clamp(0, 1)
        share = share_of(gradient(true, moving), best)
        better = (model(moving).argmax(dim=1) == classes) & (share < least)
        found = torch.where(better[:, None, None, None], moving, found)
        least = torch.where(better, share, least)
    return found


def share_of(slope: Pictures, best: Float[Tensor, "n dots"]) -> Float[Tensor, " n"]:
    """Return the share of some dots in the sizes of all slopes."""
    shares = F.normalize(slope.abs().flatten(1), p=1, dim=1)
    return (shares * best).sum(dim=1)


def check_fooling(x: Tensor, most: float, steps: int, lr: float, top: int) -> None:
    """Refuse a search without a picture, a length or a goal.

    Raises:
        ValueError: If there is none, or a number is outside its range.
    """
    check_dots("x", x)
    check_positive("most", most)
    check_positive("lr", lr)
    check_at_least("steps", steps, 0)
    check_at_least("top", top, 1)
    if top > x[0].numel():
        raise ValueError(f"top is {top}: give at most {x[0].numel()}, the dots")


def check_bends(model: nn.Sequential) -> None:
    """Refuse networks whose slopes are the same everywhere.

    Raises:
        ValueError: If there is no rectifier.
    """
    if not any(isinstance(layer, nn.ReLU) for layer in model):
        raise ValueError("model has no ReLU: its slopes never change, give another")


def check_names(model: nn.Sequential, x: Tensor, classes: Tensor) -> None:
    """Refuse names that the network does not give: it could never keep them.

    Raises:
        ValueError: If there is one.
    """
    with torch.no_grad():
        other = (model(x).argmax(dim=1) != classes).nonzero()[:, 0].tolist()
    if other:
        raise ValueError(f"classes are not the network's for {other}: give its names")


def check_slopes(first: Tensor) -> None:
    """Refuse pictures in which nothing is salient.

    Raises:
        ValueError: If all slopes of one are 0.
    """
    flat = (first.amax(dim=1) == 0).nonzero()[:, 0].tolist()
    if flat:
        raise ValueError(f"x has no slope in the pictures {flat}: leave them out")
