"""Detector: does a network say something else once the picture has been squeezed?

Chapter: book/attack_defend.md
Source:  Xu, Evans and Qi (2018), section IV, https://arxiv.org/abs/1704.01155
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.attack.losses import Model
from ml2020.support.checks import check_filled, check_finite


def moved_answer(model: Model, x: Tensor, changed: Tensor) -> Float[Tensor, " n"]:
    """Return how far apart two answers are: the sum over classes, from 0 to 2.

    Raises:
        ValueError: If an answer is NaN.
    """
    one, other = (model(seen).softmax(dim=1) for seen in (x, changed))
    apart = (one - other).abs().sum(dim=1)
    check_finite("what the model says", apart, "mend the model")
    return apart


def area(good: Float[Tensor, " a"], bad: Float[Tensor, " b"]) -> float:
    """Return how often a bad one scores higher than a good one; ties count half.

    That is the area under the ROC curve.

    Raises:
        ValueError: If there are none of one kind, or one is NaN or infinite.
    """
    check_filled("good", good)
    check_filled("bad", bad)
    check_finite("good", good)
    check_finite("bad", bad)
    higher = (bad[:, None] > good).double() + 0.5 * (bad[:, None] == good).double()
    return higher.mean().item()
