"""The losses are the lecture's and the paper's, in loops over classes."""

import math

import pytest
import torch

from ml2020.attack import lead, margin, non_targeted, targeted
from tests.refusals import below, refuses


def some():
    dice = torch.Generator().manual_seed(2)
    scores = torch.randn(6, 4, generator=dice, dtype=torch.float64)
    return scores, torch.tensor([0, 1, 2, 3, 0, 2]), torch.tensor([1, 0, 3, 2, 2, 1])


@pytest.mark.equation("eq-attack-loss")
def test_without_a_target_it_is_the_logarithm_of_the_true_class():
    scores, y, _ = some()
    for z, c, found in zip(
        scores.tolist(), y.tolist(), non_targeted(scores, y), strict=True
    ):
        p = math.exp(z[c]) / sum(math.exp(v) for v in z)
        assert found.item() == pytest.approx(math.log(p))


@pytest.mark.equation("eq-attack-targeted")
def test_with_a_target_it_is_the_difference_of_two_scores():
    scores, y, target = some()
    rows = torch.arange(6)
    expected = scores[rows, y] - scores[rows, target]
    torch.testing.assert_close(targeted(scores, y, target), expected)


@pytest.mark.equation("eq-attack-margin")
def test_the_lead_and_the_margin_are_the_paper_s_in_loops():
    scores, y, target = some()
    for k in range(6):
        z, c, t = scores[k].tolist(), int(y[k]), int(target[k])
        ahead = z[c] - max(v for i, v in enumerate(z) if i != c)
        wanted = max(v for i, v in enumerate(z) if i != t) - z[t]
        assert lead(scores, y)[k].item() == pytest.approx(ahead)
        for kappa in (0.0, 0.5):
            found = margin(lead(scores, y), kappa)[k].item()
            assert found == pytest.approx(max(ahead, -kappa))
            found = margin(-lead(scores, target), kappa)[k].item()
            assert found == pytest.approx(max(wanted, -kappa))


def test_the_lead_is_below_0_exactly_where_the_network_errs():
    scores, y, _ = some()
    assert torch.equal(lead(scores, y) < 0, scores.argmax(dim=1) != y)


def test_a_target_that_is_the_true_class_is_refused():
    scores, y, target = some()
    spoilt = [torch.cat([target[:k], y[k : k + 1], target[k + 1 :]]) for k in (0, 5)]
    said = "^target is the true class of a picture: choose another one$"
    refuses(lambda t: targeted(scores, y, t), said, good=[target], bad=spoilt)
    refuses(
        lambda t: targeted(scores, y, t),
        "^target is not from 0 to 3: mend it$",
        good=[torch.tensor([3, 0, 3, 0, 3, 0])],
        bad=[torch.tensor([4, 0, 3, 0, 3, 0]), torch.tensor([3, 0, 3, 0, 3, -1])],
    )


def test_classes_without_a_score_are_refused():
    scores, y, _ = some()
    for loss in (non_targeted, lead):
        refuses(
            lambda c, loss=loss: loss(scores, c),
            "^y is not from 0 to 3: mend it$",
            good=[y],
            bad=[y + 1, y - 1],
        )
    refuses(lambda n: lead(scores[:, :n], 0 * y), "^scores has one", good=[2], bad=[1])
    refuses(
        lambda k: margin(lead(scores, y), k),
        "^kappa is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), math.nan],
    )
