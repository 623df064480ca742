"""Schedules: the learning rate as a function of the step, counted from 0.

Chapter: book/optimization_momentum.md
Source:  Smith (2017), section 3, https://arxiv.org/abs/1506.01186 (triangular);
         Loshchilov and Hutter (2017), equation 5, https://arxiv.org/abs/1608.03983;
         Smith and Topin (2017), section 2, https://arxiv.org/abs/1708.07120 (one cycle)
"""

import math

from ml2020.support.checks import check_at_least, check_positive


def triangular(t: int, low: float, high: float, half: int) -> float:
    """Return the rate that rises from low to high in `half` steps, falls, and repeats.

    Raises:
        ValueError: If t is negative, half is not positive, or not 0 < low <= high: it
            begins at low, and a rule by itself refuses a rate of 0.
    """
    check_at_least("t", t, 0)
    check_positive("low", low)
    check_order(low, high)
    check_positive("half", half)
    cycle = math.floor(1 + t / (2 * half))
    x = abs(t / half - 2 * cycle + 1)
    return low + (high - low) * max(0.0, 1 - x)


def cosine_restarts(
    t: int, low: float, high: float, period: int, factor: int = 1
) -> float:
    """Return the rate that falls along half a cosine, and then starts again.

    Args:
        t: The step, from 0.
        low: The rate at the end of a period, not quite reached.
        high: The rate at each start.
        period: How many steps the first period has.
        factor: How much longer each period is than the one before.

    Raises:
        ValueError: If t is negative, a length less than 1, or not 0 <= low <= high.
    """
    check_at_least("t", t, 0)
    check_order(low, high)
    check_at_least("period", period, 1)
    check_at_least("factor", factor, 1)
    while t >= period:
        t, period = t - period, period * factor
    return cosine(high, low, t / period)


def one_cycle(
    t: int, total: int, low: float, high: float, final: float, warm: float = 0.3
) -> float:
    """Return the rate that warms up, anneals as long, then fine-tunes; all linearly.

    Momentum moves the other way: give its own three values.

    Args:
        t: The step, from 0 to total - 1.
        total: How many steps the training has.
        low: The value at the start, and after the annealing.
        high: The value at the peak.
        final: The value of the last step.
        warm: The share of all steps that the warm-up takes, and again the annealing.

    Raises:
        ValueError: If the three phases do not fit into the total, or t does not.
    """
    check_step(t, total - 1)
    check_phases(warm, total)
    peak, valley = warm * total - 1, 2 * warm * total - 2
    if t <= peak:
        return linear(low, high, t / peak)
    if t <= valley:
        return linear(high, low, (t - peak) / (valley - peak))
    return linear(low, final, (t - valley) / (total - 1 - valley))


def linear_warmup(t: int, high: float, steps: int) -> float:
    """Return the rate that reaches high in `steps` equal parts, and stays.

    Raises:
        ValueError: If t is negative, or high or steps not positive.
    """
    check_at_least("t", t, 0)
    check_positive("high", high)
    check_positive("steps", steps)
    return high * min(1.0, (t + 1) / steps)


def constant_then_fall(t: int, total: int, high: float, fall: int) -> float:
    """Return the rate that stays at high, and falls to 0 in the last `fall` steps.

    The 0 itself would be the rate of step `total`, which is not taken.

    Args:
        t: The step, from 0 to total - 1; total is allowed, since torch's schedulers ask
            once more after the last step.
        total: How many steps the training has.
        high: The rate until then.
        fall: How many steps the fall takes, 1 to total.

    Raises:
        ValueError: If high is not positive, or fall or t does not fit into the total.
    """
    check_step(t, total)
    check_positive("high", high)
    check_fall(fall, total)
    return high * min(1.0, (total - t) / fall)


def linear(start: float, end: float, share: float) -> float:
    """Return what lies that share of the way from start to end."""
    return start + (end - start) * share


def cosine(start: float, end: float, share: float) -> float:
    """Return the same, slow at both ends."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def check_fall(fall: int, total: int) -> None:
    """Refuse a fall that is longer than the training."""
    if not 1 <= fall <= total:
        raise ValueError(f"fall is {fall}: choose it from 1 to {total}")


def check_order(low: float, high: float) -> None:
    """Refuse a range of rates that is none."""
    if not 0 <= low <= high:
        raise ValueError(f"low is {low} and high {high}: give 0 <= low <= high")


def check_step(t: int, last: int) -> None:
    """Refuse a step outside the training."""
    if not 0 <= t <= last:
        raise ValueError(f"t is {t}: give a step from 0 to {last}")


def check_phases(warm: float, total: int) -> None:
    """Refuse a share of warm-up that leaves no room for the other phases."""
    peak, valley = warm * total - 1, 2 * warm * total - 2
    if not 0 < peak < valley < total - 1:
        raise ValueError(f"warm is {warm}: two such shares must fit {total}")
