"""Early stopping: end when the validation loss has not fallen for a while.

Chapter: book/training_tips_testing.md
Source:  Prechelt (1998), for such rules and what they cost; that of patience counts
         the epochs since the best one
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ml2020.support.checks import check_at_least


class Stop(NamedTuple):
    """When training ends, and which epoch's weights are kept; both count from 0."""

    last: int
    best: int


def stopped(losses: Sequence[float], patience: int, *, latest: bool = False) -> Stop:
    """Return the epoch at which early stopping ends, and the best one until then.

    Args:
        losses: The validation loss after each epoch; NaN counts as infinite.
        patience: After how many epochs in a row without a new best it ends, 1 or more.
            If that does not happen, the last epoch ends it.
        latest: Whether an epoch as good as the best is a new best. Of many equal ones
            the latest is then kept, and not the first. Error rates move in steps of
            one example, and are often equal; losses hardly ever are.

    Raises:
        ValueError: If there is no epoch, or patience is below 1.
    """
    check_losses(losses)
    check_at_least("patience", patience, 1)
    best, least = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss < least or (latest and loss == least):
            best, least = epoch, loss
        if epoch - best == patience:
            break
    return Stop(epoch, best)


def check_losses(losses: Sequence[float]) -> None:
    """Refuse a training without an epoch.

    Raises:
        ValueError: If there is none.
    """
    if not losses:
        raise ValueError("losses is empty: give that of at least one epoch")
