"""A picture with parts gone is the baseline there, and itself elsewhere."""

import pytest
import torch
from jaxtyping import TypeCheckError

from ml2020.explainable import by_part, coalitions, worths
from tests.explainable.nets import linear, pictures
from tests.refusals import refuses

NUMBER = (torch.arange(9) // 3)[:, None] + 0 * torch.arange(9)


def test_kept_parts_are_the_picture_s_and_the_others_the_baseline_s():
    x, x0, w = pictures(1), pictures(1, seed=1), pictures(1, seed=2)
    found = worths(linear(w), x, x0, NUMBER, coalitions(3))
    for row, worth in zip(coalitions(3).tolist(), found.tolist(), strict=True):
        mixed = x0.clone()
        for part, kept in enumerate(row):
            if kept:
                mixed[:, :, 3 * part : 3 * part + 3] = x[:, :, 3 * part : 3 * part + 3]
        assert worth == pytest.approx(linear(w)(mixed).item())


def test_the_sum_over_parts_is_the_sum_over_dots():
    a = pictures(2)
    expected = torch.stack([a[:, 0, 3 * k : 3 * k + 3].sum((1, 2)) for k in range(3)])
    torch.testing.assert_close(by_part(a, NUMBER), expected.T)


def test_parts_that_do_not_fit_are_refused():
    x, who = pictures(1), coalitions(3)
    call = lambda n: worths(linear(x), x, 0 * x, n, who)  # noqa: E731
    refuses(call, "^number has parts outside 0 to 2: ", good=[NUMBER], bad=[NUMBER + 1])
    said = "^number has the shape .*: give"
    shorter = [NUMBER[1:], NUMBER[:, :4]]
    refuses(lambda n: by_part(x, n), said, good=[NUMBER], bad=shorter)
    said = "^number has parts outside 0 to "
    refuses(lambda n: by_part(x, n), said, good=[NUMBER], bad=[NUMBER - 1])
    with pytest.raises(TypeCheckError, match="'number'"):
        call(NUMBER[1:])
    with pytest.raises(TypeCheckError, match="'baseline'"):
        worths(linear(x), x, x[..., :-1], NUMBER, who)
