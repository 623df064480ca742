"""Mixing: a task weighs the layers of ELMo itself.

Chapter: book/pretraining_words.md
Source:  Peters et al. (2018), equation 1, https://arxiv.org/abs/1802.05365
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_classes

LR, UPDATES = 0.03, 300  # of Adam, on all examples at a time


class Mix(NamedTuple):
    """Weights of the layers before the softmax, their common factor, a linear readout.

    Attributes:
        w: A number a layer.
        gamma: One number.
        W: A row a class (classes, d).
    """

    w: Tensor
    gamma: Tensor
    W: Tensor


def mixed(
    h: Float[Tensor, "layers *at d"],
    w: Float[Tensor, " layers"],
    gamma: Float[Tensor, ""],
) -> Float[Tensor, "*at d"]:
    """Return the layers' mean, weighted by the softmax of w, times gamma."""
    s = w.softmax(dim=0)
    return gamma * torch.tensordot(s, h, dims=1)


def learned_mix(
    h: Float[Tensor, "layers n d"], c: Int[Tensor, " n"], classes: int, pull: float
) -> Mix:
    """Return weights of layers and a linear classifier, learned together from zeros.

    Args:
        h: What each layer says of each example, each number with spread 1.
        c: The classes, 0 to classes - 1.
        classes: How many there are, 2 or more.
        pull: Of W to 0, 0 or more.

    Raises:
        ValueError: If there is no example, or a number is out of range.
    """
    check_at_least("classes", classes, 2)
    check_at_least("pull", pull, 0)
    check_classes("c", c, classes)
    w, gamma, W = (
        part.requires_grad_()
        for part in (
            torch.zeros(len(h), dtype=h.dtype),
            torch.ones((), dtype=h.dtype),
            torch.zeros(classes, h.shape[-1], dtype=h.dtype),
        )
    )
    rule = torch.optim.Adam([w, gamma, W], LR)
    for _ in range(UPDATES):
        scores = mixed(h, w, gamma) @ W.mT
        loss = F.cross_entropy(scores, c) + pull / 2 * W.square().sum()
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        rule.step()
    return Mix(w.detach(), gamma.detach(), W.detach())


def standardised(h: Float[Tensor, "layers n d"]) -> Float[Tensor, "layers n d"]:
    """Return layers with mean 0 at each number, and one common spread of 1 each."""
    h = h - h.mean(dim=1, keepdim=True)
    return h / h.square().mean(dim=(1, 2), keepdim=True).sqrt()
