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
    that comes out.

    The network that comes in is left alone: a copy walks.

    Args:
        network: The set of functions, and in it the one to start from.
        ell: How bad one answer is: maps answers and labels to (n,).
        x: The examples, the first axis counting them.
        y_hat: The right answers.
        eta: The learning rate.
        steps: How many steps to take.

    Raises:
        ValueError: If eta is not positive, steps is negative, or the walk leaves all
            numbers because eta is too large.
    """
    check_positive("eta", eta)
    check_at_least("steps", steps, 0)
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
        raise ValueError(f"eta is {eta}: the loss grew without end, take less")
    return f, history
