"""The lead of a class is what is left when all scores are moved alike."""

import math

import pytest
import torch

from ml2020.explainable import lead
from ml2020.explainable.score import check_asked
from tests.explainable.nets import conv_net, pictures
from tests.refusals import refuses, spoilt


@pytest.mark.equation("eq-explainable-lead")
def test_the_lead_is_the_own_score_minus_the_mean_of_the_others():
    model, x = conv_net(), pictures(2)
    says = model(x)
    found = lead(model, torch.tensor([2, 0]))(x)
    expected = [
        says[0, 2] - (says[0, 0] + says[0, 1]) / 2,
        says[1, 0] - (says[1, 1] + says[1, 2]) / 2,
    ]
    torch.testing.assert_close(found, torch.stack(expected))


def test_the_same_number_on_all_scores_changes_no_lead():
    model, x, k = conv_net(), pictures(2), torch.tensor([1, 1])
    more = torch.nn.Sequential(model)
    before = lead(model, k)(x)
    model[-1].bias.data += 7
    torch.testing.assert_close(lead(more, k)(x), before)


def test_many_versions_of_one_example_are_asked_about_its_class():
    model, x = conv_net(), pictures(4)
    found = lead(model, torch.tensor([1]))(x)
    torch.testing.assert_close(found, lead(model, torch.tensor([1] * 4))(x))


def test_what_cannot_be_explained_is_refused():
    x = pictures(2)
    ok = lambda x: x.sum(dim=(1, 2, 3))  # noqa: E731
    said = "^x has NaN or infinity: "
    refuses(lambda x: check_asked(ok, x), said, good=[x], bad=spoilt(x, math.nan))
    refuses(
        lambda x: check_asked(ok, x), "^x is empty: give", good=[x[:1]], bad=[x[:0]]
    )
    said = "^baseline has the shape .*: give it"
    refuses(
        lambda b: check_asked(ok, x, b), said, good=[0 * x], bad=[x[:1], x[..., :3]]
    )
    said = "^baseline has NaN or infinity: give numbers"
    refuses(lambda b: check_asked(ok, x, b), said, good=[x], bad=spoilt(x, math.inf))
    said = "^baseline is torch.float32, x torch.float64: give baseline.to"
    refuses(lambda b: check_asked(ok, x, b), said, good=[x], bad=[x.float()])
    said = "^score gives the shape .*: make it one number an example"
    scores = [lambda x: x.sum(), lambda x: x[:, 0, 0]]
    refuses(lambda s: check_asked(s, x), said, good=[ok], bad=scores)
    said = "^score has NaN or infinity: look at the network"
    refuses(
        lambda s: check_asked(s, x), said, good=[ok], bad=[lambda x: ok(x) + math.nan]
    )
