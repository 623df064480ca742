"""Randomised: a network that has forgotten what it learned, its weights as large.

Chapter: book/explainable_local.md
Source:  Adebayo et al. (2018), Sanity checks for saliency maps,
         https://arxiv.org/abs/1810.03292, who draw the weights anew
"""

import copy

import torch
from torch import nn


def randomised(
    model: nn.Sequential, *, generator: torch.Generator | None = None
) -> nn.Sequential:
    """Return a copy in which the numbers of each parameter stand in a random order.

    Args:
        model: It stays as it is.
        generator: Seed it to get the same order.

    Raises:
        ValueError: If it has also learned what is no parameter, as a BatchNorm has.
    """
    check_all_is_learned(model)
    model = copy.deepcopy(model)
    with torch.no_grad():
        for p in model.parameters():
            order = torch.randperm(p.numel(), generator=generator).to(p.device)
            p.copy_(p.flatten()[order].view_as(p))
    return model


def check_all_is_learned(model: nn.Sequential) -> None:
    """Refuse networks that would remember something.

    Raises:
        ValueError: If there are running statistics, or other buffers.
    """
    for name, _ in model.named_buffers():
        raise ValueError(f"model keeps {name}, which is no parameter: leave it out")
