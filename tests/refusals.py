"""How to test a refusal: all bad, one bad among good, the limit from both sides.

    from tests.refusals import only_positive, refuses, spoilt

    def test_rejects_what_is_no_rate():
        only_positive(lambda lr: SGD(lr=lr), "lr")

    def test_rejects_features_that_are_no_numbers():
        said = "^X has NaN or infinity: "
        refuses(lambda X: fit(X, y), said, good=[X], bad=spoilt(X, math.nan, math.inf))

A check that only met input that is bad everywhere may say `.all()` for `.any()`; one
that never met the last allowed value may say `<` for `<=`.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from torch import Tensor


def refuses(
    call: Callable[[Any], object],
    said: str,
    *,
    good: Iterable[Any],
    bad: Iterable[Any],
) -> None:
    """Assert that a call takes each good value and refuses each bad one.

    Args:
        call: Gets one value.
        said: What the ValueError has to say, as a regular expression: the name of the
            argument first, the remedy last.
        good: At least one; among them the last value allowed.
        bad: At least one; among them the first value that is not.
    """
    good, bad = list(good), list(bad)
    assert good, "good is empty: a refusal is tested from both sides"
    assert bad, "bad is empty: a refusal is tested from both sides"
    for value in good:
        call(value)
    for value in bad:
        with pytest.raises(ValueError, match=said):
            call(value)


def only_positive(call: Callable[[float], object], name: str) -> None:
    """Assert that a call takes the numbers above 0 for a setting, and no others."""
    said = rf"^{name} is .*: give a positive number$"
    bad = [0.0, -1.0, math.nan, math.inf]
    refuses(call, said, good=[above(0.0)], bad=bad)


def only_shares(call: Callable[[float], object], name: str) -> None:
    """Assert that a call takes 0 and what is below 1 for a setting, and no others."""
    said = rf"^{name} is .*: choose it in \[0, 1\)$"
    refuses(call, said, good=[0.0, below(1.0)], bad=[below(0.0), 1.0, math.nan])


def spoilt(good: Tensor, *bad: float) -> list[Tensor]:
    """Return copies with a bad number: everywhere, only first, only last.

    Args:
        good: At least two numbers; it stays as it is.
        bad: What is put in, each in its turn.
    """
    assert good.numel() > 1, "one bad among good needs two"
    copies = []
    for number in bad:
        for where in (slice(None), slice(1), slice(-1, None)):
            copy = good.clone()
            copy.view(-1)[where] = number
            copies.append(copy)
    return copies


def above(limit: float) -> float:
    """Return the next number above a limit."""
    return math.nextafter(limit, math.inf)


def below(limit: float) -> float:
    """Return the next number below a limit."""
    return math.nextafter(limit, -math.inf)
