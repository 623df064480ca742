"""Rates: a grid of learning rates grows until the best of them lies inside it."""

import math
from collections.abc import Callable, Sequence

from ml2020.support.checks import check_positive


def widened(
    rates: Sequence[float], loss: Callable[[float], float], factor: float = 3.0
) -> dict[float, float]:
    """Return the loss at each rate, and at more until the least is not at the edge.

    Every method whose rate is chosen so had the same chance. It does not end where the
    loss falls for ever towards an edge.

    Args:
        rates: The rates to begin with, positive.
        loss: Maps a rate to what has to be small, such as the mean over networks on
            examples to choose by. NaN counts as infinite.
        factor: From one rate to the next beyond an edge, above 1.

    Raises:
        ValueError: If there is no rate, or a number is outside its range.
    """
    check_rates(rates, factor)
    waiting, losses = list(rates), {}
    while waiting:
        rate = waiting.pop(0)
        met = loss(rate)
        losses[rate] = math.inf if math.isnan(met) else met
        if not waiting:
            best = min(losses, key=lambda rate: losses[rate])
            waiting = [best / factor] if best == min(losses) else waiting
            waiting = [best * factor] if best == max(losses) else waiting
    return losses


def refined(
    rates: Sequence[float], loss: Callable[[float], float], factor: float = 3.0
) -> dict[float, float]:
    """Return what `widened` does, and the loss at two rates beside the best.

    They lie halfway, as factors, to the neighbours of the best.

    Args:
        rates: The rates to begin with, positive.
        loss: Maps a rate to what has to be small. NaN counts as infinite.
        factor: From one rate to the next, above 1.

    Raises:
        ValueError: If there is no rate, or a number is outside its range.
    """
    losses = widened(rates, loss, factor)
    best, root = min(losses, key=lambda rate: losses[rate]), math.sqrt(factor)
    for rate in (best / root, best * root):
        met = loss(rate)
        losses[rate] = math.inf if math.isnan(met) else met
    return losses


def check_rates(rates: Sequence[float], factor: float) -> None:
    """Refuse a grid that cannot be widened.

    Raises:
        ValueError: If there is no rate, or a number is outside its range.
    """
    if not rates:
        raise ValueError("rates is empty: give at least one")
    for rate in rates:
        check_positive("rates", rate)
    if not 1 < factor < math.inf:
        raise ValueError(f"factor is {factor}: give more than 1")
