"""Score: the one number of a network that an explanation is about.

Chapter: book/explainable_local.md
Source:  Simonyan, Vedaldi and Zisserman (2014), who take the score and not the
         probability, https://arxiv.org/abs/1312.6034
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.support.checks import check_filled, check_finite, check_shape

Score = Callable[[Tensor], Tensor]
Dots = Float[Tensor, "n *shape"]


def lead(model: nn.Module, classes: Int[Tensor, " n"]) -> Score:
    """Return what maps examples to the lead of a class each, over the mean of others.

    The same number added to all scores changes no answer, and no lead.

    Args:
        model: Gives scores, one row an example.
        classes: For each example that will be asked about, the class.
    """

    def score(x: Tensor) -> Tensor:
        says = model(x)
        # several versions of each example may come, one after the other
        mine = classes.repeat_interleave(len(x) // len(classes))
        own = says.gather(1, mine[:, None])[:, 0]
        return own - (says.sum(dim=1) - own) / (says.shape[1] - 1)

    return score


def check_asked(score: Score, x: Tensor, baseline: Tensor | None = None) -> None:
    """Refuse what cannot be explained.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, the baseline
            has another shape or kind of numbers, or the score is not one an example.
    """
    check_filled("x", x)
    check_finite("x", x)
    if baseline is not None:
        check_shape("baseline", baseline, tuple(x.shape))
        check_finite("baseline", baseline, "give numbers")
        if baseline.dtype != x.dtype:
            raise ValueError(
                f"baseline is {baseline.dtype}, x {x.dtype}: give baseline.to(x.dtype)"
            )
    with torch.no_grad():
        says = score(x)
    if says.shape != x.shape[:1]:
        raise ValueError(
            f"score gives the shape {tuple(says.shape)}: make it one number an example"
        )
    check_finite("score", says, "look at the network")
