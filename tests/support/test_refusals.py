"""The test of a refusal fails when the refusal is too lax, too strict, or unclear."""

import math

import pytest
import torch

from tests.refusals import above, below, only_positive, only_shares, refuses, spoilt

SAID = r"^x is .*: give a positive number$"


def check(fault):
    """Return a refusal of what is not above 0; `fault` tells when it goes wrong."""

    def call(x):
        if fault(x):
            raise ValueError(f"x is {x}: give a positive number")

    return call


def test_it_is_content_with_a_refusal_that_is_right():
    refuses(check(lambda x: not x > 0), SAID, good=[above(0.0)], bad=[0.0, math.nan])


@pytest.mark.parametrize(
    "fault", [lambda x: x < 0, lambda x: x <= 0], ids=["zero is let in", "so is NaN"]
)
def test_it_fails_if_a_bad_value_is_taken(fault):
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        refuses(check(fault), SAID, good=[1.0], bad=[0.0, math.nan])


def test_it_fails_if_a_good_value_is_refused():
    with pytest.raises(ValueError, match=SAID):
        refuses(check(lambda x: not x > 1e-9), SAID, good=[above(0.0)], bad=[0.0])


def test_it_fails_if_the_words_are_others():
    with pytest.raises(AssertionError, match="Regex pattern did not match"):
        refuses(check(lambda x: x <= 0), "^y is ", good=[1.0], bad=[0.0])


@pytest.mark.parametrize(("good", "bad"), [([], [0.0]), ([1.0], [])])
def test_it_fails_if_a_side_is_missing(good, bad):
    with pytest.raises(AssertionError, match="from both sides"):
        refuses(check(lambda x: x <= 0), SAID, good=good, bad=bad)


@pytest.mark.parametrize("lax", [torch.all, lambda z: z.view(-1)[0]])
def test_one_bad_number_among_good_ones_is_enough(lax):
    good = torch.ones(2, 3)
    call = check(lambda z: bool(lax(z.isnan())))
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        refuses(call, "^x is ", good=[good], bad=spoilt(good, math.nan))
    assert good.isfinite().all()


def test_the_next_numbers_are_neighbours():
    assert below(1.0) < 1.0 < above(1.0)
    assert below(1.0) == 1.0 - 2**-53
    assert above(1.0) == 1.0 + 2**-52


@pytest.mark.parametrize(
    "lax", [lambda x: not x >= 0, lambda x: x <= 0, lambda x: not x > 0]
)
def test_only_positive_fails_if_zero_nan_or_infinity_is_taken(lax):
    only_positive(check(lambda x: not 0 < x < math.inf), "x")
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        only_positive(check(lax), "x")


@pytest.mark.parametrize(
    "fault",
    [
        lambda x: x < 0 or x >= 1,  # NaN
        lambda x: not 0 <= x <= 1,
        lambda x: not -1e-300 <= x < 1,
        lambda x: not 0 < x < 1,
        lambda x: not 0 <= x < 1 - 1e-15,
    ],
)
def test_only_shares_fails_if_one_side_or_nan_is_wrong(fault):
    def call(x, refused=lambda x: not 0 <= x < 1):
        if refused(x):
            raise ValueError(f"x is {x}: choose it in [0, 1)")

    only_shares(call, "x")
    with pytest.raises((ValueError, pytest.fail.Exception)):
        only_shares(lambda x: call(x, fault), "x")
