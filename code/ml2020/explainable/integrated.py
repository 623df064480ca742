"""Integrated gradients: the slopes on the way from a baseline, added up.

Chapter: book/explainable_local.md
Source:  Sundararajan, Taly and Yan (2017), equation 1, https://arxiv.org/abs/1703.01365
"""

import torch

from ml2020.explainable.saliency import gradient
from ml2020.explainable.score import Dots, Score
from ml2020.support.checks import check_asked, check_at_least, check_depends


def integrated(score: Score, x: Dots, baseline: Dots, steps: int = 50) -> Dots:
    """Return integrated gradients, by the midpoint rule.

    Args:
        score: Maps examples to one number each, which hangs on that example alone.
        x: Examples; they stay as they are.
        baseline: For each what stands for "nothing there", of the same shape.
        steps: At how many places on the way the slope is taken, 1 or more.

    Raises:
        ValueError: If there is no example, the baseline has another shape, a number is
            NaN or infinite, steps are below 1, or the score does not depend on x.
    """
    check_at_least("steps", steps, 1)
    check_asked(score, x, baseline)
    check_depends("score", score, x)
    total = torch.zeros_like(x)
    for step in range(steps):
        alpha = (step + 0.5) / steps
        total += gradient(score, baseline + alpha * (x - baseline))
    return (x - baseline) * total / steps
