"""Coverage: attention should, over all steps, look at every part as much.

Chapter: book/conditional_generation_sequence.md
Source:  Xu et al. (2015), section 4.2.1, https://proceedings.mlr.press/v37/xuc15.html,
         with tau = 1; Lee (2020), conditional generation
"""

from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_filled


def uncovered(
    alpha: Float[Tensor, "n S parts"],
    spoken: Bool[Tensor, "n S"],
    tau: float | Float[Tensor, "n parts"],
) -> Float[Tensor, " n"]:
    """Return how far the attention that each part gets in all steps is from tau.

    Args:
        alpha: The weight of each part in each step.
        spoken: Whether something is said in a step; behind the end nothing is.
        tau: What each part should get: a number for all, or one for each.

    Raises:
        ValueError: If there is nothing.
    """
    check_cover(alpha)
    got = (alpha * spoken[..., None]).sum(dim=1)
    return (tau - got).square().sum(dim=-1)


def check_cover(alpha: Tensor) -> None:
    """Refuse attention of nobody.

    Raises:
        ValueError: If there is nothing.
    """
    check_filled("alpha", alpha, "weight")
