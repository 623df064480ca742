"""Integrated gradients add up to the change of the score; of a line at once."""

import pytest
import torch
from jaxtyping import TypeCheckError

from ml2020.explainable import integrated, lead, slope
from tests.explainable.nets import conv_net, linear, pictures
from tests.refusals import refuses


@pytest.mark.equation("eq-explainable-complete")
@pytest.mark.parametrize("shrink", ["max", "stride"])
def test_the_parts_add_up_to_the_change_of_the_score(shrink):
    x, x0 = pictures(3), pictures(3, seed=1) / 3
    score = lead(conv_net(shrink), torch.tensor([0, 1, 2]))
    found = integrated(score, x, x0, 100).sum(dim=(1, 2, 3))
    torch.testing.assert_close(found, score(x) - score(x0), atol=5e-4, rtol=0)


@pytest.mark.equation("eq-explainable-integrated")
def test_it_is_the_integral_by_a_slow_sum_over_other_places():
    x, x0 = pictures(1), 0 * pictures(1)
    score = lambda x: (x**3).sum(dim=(1, 2, 3)) + x[:, 0, 0, 0] * x[:, 0, 1, 1]  # noqa: E731
    steps = 120
    total = torch.zeros_like(x)
    for k in range(steps + 1):  # trapezium
        weight = 0.5 if k in (0, steps) else 1.0
        total += weight * slope(score, x0 + k / steps * (x - x0)) / steps
    torch.testing.assert_close(
        integrated(score, x, x0, 100), (x - x0) * total, atol=1e-4, rtol=0
    )


def test_of_a_linear_score_one_step_is_enough():
    w, x, x0 = pictures(1, seed=3) - 0.5, pictures(2), pictures(2, seed=4)
    torch.testing.assert_close(integrated(linear(w), x, x0, 1), w * (x - x0))


def test_a_trunk_that_is_long_enough_still_matters():
    score = lambda x: 1 - torch.relu(1 - x[:, 0])  # noqa: E731
    x = torch.tensor([[2.0]])
    assert slope(score, x).item() == 0
    assert integrated(score, x, 0 * x, 50).item() == pytest.approx(1)


def test_where_nothing_changes_nothing_is_attributed():
    x = pictures(2)
    x0 = x.clone()
    x0[0, 0, 2:4] += 1
    found = integrated(lead(conv_net(), torch.tensor([1, 1])), x, x0, 5)
    assert not found[1].any()
    assert not found[0, 0, 4:].any()
    assert found[0].any()


def test_bad_settings_are_refused():
    x, score = pictures(2), lead(conv_net(), torch.tensor([0, 0]))
    said = "^steps is .*: give 1 or more"
    refuses(lambda n: integrated(score, x, 0 * x, n), said, good=[1], bad=[0, -2])
    with pytest.raises(TypeCheckError, match="baseline"):
        integrated(score, x, x[:1], 1)
    said = "^score does not depend on x: "
    deaf = lambda x: torch.zeros(len(x))  # noqa: E731
    refuses(lambda s: integrated(s, x, x, 1), said, good=[score], bad=[deaf])
