"""Score function: the slope of a mean reward, from samples and their probabilities.

Chapter: book/conditional_generation_tips.md
Source:  Williams (1992), https://doi.org/10.1007/BF00992696; for sequences Ranzato et
         al. (2016), section 3.2.1, https://arxiv.org/abs/1511.06732; the mean of the
         other samples as baseline: Kool, van Hoof and Welling (2019),
         https://openreview.net/forum?id=r1lgTGL5DE
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_shape


def score_function_loss(
    log_p: Float[Tensor, "*samples"],
    reward: Float[Tensor, "*samples"],
    baseline: Tensor | float = 0.0,
) -> Float[Tensor, ""]:
    """Return a number whose slope, with its sign turned, is that of the mean reward.

    Its value means nothing.

    Args:
        log_p: Of what was drawn, with its slope.
        reward: Of what was drawn.
        baseline: What is taken off the reward, a number or one for each sample; it
            must not depend on that sample.

    Raises:
        ValueError: If there is no sample, shapes differ, or one is NaN or infinite.
    """
    check_samples("log_p", log_p, reward)
    check_baseline(baseline, reward)
    advantage = (reward - baseline).detach()
    return -(advantage * log_p).mean()


def others_mean(reward: Float[Tensor, " k *samples"]) -> Float[Tensor, " k *samples"]:
    """Return, for each of k samples, the mean reward of the k - 1 others.

    Args:
        reward: k samples of the same question, k 2 or more.

    Raises:
        ValueError: If there is one sample alone.
    """
    check_others(reward)
    return (reward.sum(dim=0, keepdim=True) - reward) / (len(reward) - 1)


def mean_reward(
    p: Float[Tensor, "*answers"], reward: Float[Tensor, "*answers"]
) -> Float[Tensor, ""]:
    """Return the mean reward, where all answers can be listed.

    Args:
        p: The probability of each answer, with its slope.
        reward: Of each answer.

    Raises:
        ValueError: If there is no answer, shapes differ, or one is NaN or infinite.
    """
    check_samples("p", p, reward)
    return (p * reward).sum()


def check_samples(name: str, value: Tensor, reward: Tensor) -> None:
    """Refuse rewards of nothing.

    Raises:
        ValueError: If there is no sample, shapes differ, or one is NaN or infinite.
    """
    check_filled(name, value, "sample")
    check_shape("reward", reward, tuple(value.shape))
    check_finite(name, value.detach(), "leave out what has probability 0")
    check_finite("reward", reward)


def check_baseline(baseline: Tensor | float, reward: Tensor) -> None:
    """Refuse what cannot be taken off.

    Raises:
        ValueError: If it is NaN or infinite, or neither one number nor one a reward.
    """
    given = torch.as_tensor(baseline, dtype=torch.float64)
    if given.dim():
        check_shape("baseline", given, tuple(reward.shape))
    check_finite("baseline", given)


def check_others(reward: Tensor) -> None:
    """Refuse a sample that is alone.

    Raises:
        ValueError: If it is.
    """
    if len(reward) < 2:
        raise ValueError(f"reward has {len(reward)} samples of a question: give 2")
