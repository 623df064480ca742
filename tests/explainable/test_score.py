"""The lead of a class is what is left when all scores are moved alike."""

import pytest
import torch

from ml2020.explainable import lead
from tests.explainable.nets import conv_net, pictures
from tests.refusals import refuses


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


def test_what_has_no_lead_is_refused():
    x = pictures(2)
    ask = lambda k: lead(conv_net(), torch.tensor([0, k]))(x)  # noqa: E731
    refuses(ask, "^classes has others than 0 to 2", good=[0, 2], bad=[3, -1])
    single = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(81, 1)).double()
    call = lambda m: lead(m, torch.tensor([0, 0]))(x)  # noqa: E731
    refuses(call, "^model gives one score: give two", good=[conv_net()], bad=[single])


def test_many_versions_of_one_example_are_asked_about_its_class():
    model, x = conv_net(), pictures(4)
    found = lead(model, torch.tensor([1]))(x)
    torch.testing.assert_close(found, lead(model, torch.tensor([1] * 4))(x))


def test_examples_and_classes_that_do_not_belong_together_are_refused():
    model, said = conv_net(), "^classes has .* for .* examples: give one for each"
    ask = lambda k: lead(model, torch.tensor(k, dtype=torch.int64))(pictures(4))  # noqa: E731
    refuses(ask, said, good=[[0], [0, 1], [0, 1, 2, 0]], bad=[[], [0] * 3, [0] * 5])
    score = lead(model, torch.tensor([0, 1]))
    refuses(lambda n: score(pictures(2)[:n]), said, good=[2], bad=[0, 1])
