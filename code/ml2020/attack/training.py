"""Risks: what a network has to make small so that it withstands, and its rivals.

Chapter: book/attack_defend.md
Source:  Madry et al. (2018), equation 2.1, https://arxiv.org/abs/1706.06083; Gowal et
         al. (2018), section 3.3, https://arxiv.org/abs/1810.12715 (interval bounds)
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ml2020.attack.balls import drawn_inside
from ml2020.attack.bounds import worst_scores
from ml2020.attack.losses import non_targeted
from ml2020.attack.pgd import pgd
from ml2020.attack.readers import SIZES, Risk, as_model, plain_risk
from ml2020.support.checks import check_at_least, check_positive, check_share


def adversarial_risk(
    eps: float,
    steps: int,
    rate: float,
    sizes: Sequence[int] = SIZES,
    *,
    generator: torch.Generator | None = None,
) -> Risk:
    """Return the cross-entropy of pictures attacked, the network being as it is.

    Args:
        eps: The radius of the ball, 0 or more.
        steps: Of PGD with math.inf, 1 or more.
        rate: The length of a step, positive.
        sizes: Of the networks' input, hidden layers and output.
        generator: Of where to begin in the ball; without one at the pictures.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("eps", eps, 0)
    check_at_least("steps", steps, 1)
    check_positive("rate", rate)
    plain = plain_risk(sizes)

    def risk(theta: Tensor, x: Tensor, y: Tensor, done: float) -> Tensor:
        model = as_model(theta.detach(), sizes)
        x = pgd(
            lambda x: non_targeted(model(x), y),
            x,
            eps,
            steps,
            rate,
            generator=generator,
        )
        return plain(theta, x, y, done)

    return risk


def noise_risk(
    eps: float,
    sizes: Sequence[int] = SIZES,
    *,
    generator: torch.Generator | None = None,
) -> Risk:
    """Return the cross-entropy of pictures whose dots all went up or down by eps.

    Raises:
        ValueError: If eps is negative.
    """
    check_at_least("eps", eps, 0)
    plain = plain_risk(sizes)

    def risk(theta: Tensor, x: Tensor, y: Tensor, done: float) -> Tensor:
        way = drawn_inside(torch.zeros_like(x), 1, box=None, generator=generator)
        return plain(theta, (x + eps * way.sign()).clamp(0, 1), y, done)

    return risk


def dropout_risk(
    share: float,
    sizes: Sequence[int] = SIZES,
    *,
    generator: torch.Generator | None = None,
) -> Risk:
    """Return the cross-entropy with a share of the hidden neurons silent, drawn anew.

    Raises:
        ValueError: If the share is not in [0, 1).
    """
    check_share("share", share)

    def bend(z: Tensor) -> Tensor:
        dice = torch.rand(z.shape, generator=generator, dtype=z.dtype)
        return z.relu() * (dice >= share) / (1 - share)

    return plain_risk(sizes, bend)


def interval_risk(
    eps: float, last_share: float = 0.5, sizes: Sequence[int] = SIZES
) -> Risk:
    """Return the cross-entropy of bounds on the scores, mixed with the plain one.

    Both grow during the first half of the training: the ball from nothing to eps, and
    the share of the bounds from nothing to the last one.

    Args:
        eps: The last radius, 0 or more.
        last_share: Of the bounds; 0.5 is the paper's.
        sizes: Of the networks' input, hidden layers and output.

    Raises:
        ValueError: If eps is negative, or the share not from 0 to 1.
    """
    check_at_least("eps", eps, 0)
    if not 0 <= last_share <= 1:
        raise ValueError(f"last_share is {last_share}: choose it from 0 to 1")
    plain = plain_risk(sizes)

    def risk(theta: Tensor, x: Tensor, y: Tensor, done: float) -> Tensor:
        grown = min(1.0, 2 * done)
        k = len(theta)
        worst = worst_scores(theta, x, y, grown * eps, sizes)
        wrong = F.cross_entropy(worst, y, reduction="none").view(k, -1).mean(dim=1)
        share = grown * last_share
        return (1 - share) * plain(theta, x, y, done) + share * wrong

    return risk
