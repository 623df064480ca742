"""Search: walk downhill through a set of functions that has knobs.

Chapter: book/introduction.md
Source:  Bishop (2006), section 5.2.4 (gradient descent)
"""

import copy
import math

import torch
from torch import Tensor, nn

from ml2020.introduction.loss import Loss, average_loss
from ml2020.support.checks import check_at_least, check_positive


def find(
    network: nn.Module,
    ell: Loss,
    x: Tensor,
    y_hat: Tensor,
    eta: float,
    steps: int,
) -> tuple[nn.Module, list[float]]:
    """Return the network after so many steps of gradient descent, and every loss.

    There are steps + 1 losses: the first is the start's, the last that of the network
    that comes out (with dropout that of one draw: asked again, it draws another).

    The network that comes in is left alone: a copy walks.

    Args:
        network: The set of functions, and in it the one to start from.
        ell: How bad one answer is: maps answers and labels to (n,).
        x: The examples, the first axis counting them.
        y_hat: The right answers.
        eta: The learning rate.
        steps: How many steps to take.

    Raises:
        ValueError: If eta is not positive, steps is negative, the network does not take
            x or returns no tensor, no step can be taken from the start, or the last
            loss is NaN or infinite. A rate that is too large need not end like that:
            look at the losses.
    """
    check_positive("eta", eta)
    check_at_least("steps", steps, 0)
    check_taken(network, x)
    check_start(network, ell, x, y_hat)
    f = copy.deepcopy(network)
    loss = average_loss(f, x, y_hat, ell)
    history = [loss.item()]
    for _ in range(steps):
        slopes = torch.autograd.grad(loss, list(f.parameters()))
        with torch.no_grad():
            for knob, slope in zip(f.parameters(), slopes, strict=True):
                knob.sub_(eta * slope)
        loss = average_loss(f, x, y_hat, ell)
        history.append(loss.item())
    if not math.isfinite(history[-1]):
        raise ValueError(f"eta is {eta}: the loss left all numbers, take less")
    return f, history


def check_taken(network: nn.Module, x: Tensor) -> None:
    """Refuse examples that the network cannot answer with one tensor.

    Raises:
        ValueError: If torch cannot put them through it, since type, features or a whole
            number's range are not the network's, or something else comes out.
    """
    try:
        with torch.random.fork_rng(), torch.no_grad():
            y = copy.deepcopy(network)(x)
    except (RuntimeError, IndexError) as error:
        raise ValueError(
            f"x is {x.dtype}, {tuple(x.shape)}: give what the network takes"
        ) from error
    if not isinstance(y, Tensor):
        raise ValueError(f"network returns a {type(y).__name__}: return one tensor")


def check_start(network: nn.Module, ell: Loss, x: Tensor, y_hat: Tensor) -> None:
    """Refuse a start that has no loss, or no slope for every parameter.

    Raises:
        ValueError: If ell does not give one finite number an example, if it does not
            move with the network, or if a parameter is frozen or unused.
    """

    def one_each(y: Tensor, y_hat: Tensor) -> Tensor:
        each = ell(y, y_hat)
        if each.shape != (len(x),):
            raise ValueError(
                f"ell returns the shape {tuple(each.shape)}: give one number an example"
            )
        return each

    f = copy.deepcopy(network)  # a normalising layer would note what it has seen
    with torch.random.fork_rng():  # and dropout would draw
        loss = average_loss(f, x, y_hat, one_each)
    if not loss.isfinite():
        raise ValueError(f"the first loss is {loss:.3g}: mend x, y_hat or the network")
    knobs = list(f.parameters())
    if not knobs or not all(knob.requires_grad for knob in knobs):
        raise ValueError("network has no parameters, or frozen ones: give free ones")
    if not loss.requires_grad:
        raise ValueError("ell has no slope: give one that moves with the network")
    slopes = torch.autograd.grad(loss, knobs, allow_unused=True)
    if any(slope is None for slope in slopes):
        raise ValueError("network has parameters that ell does not see: drop them")
