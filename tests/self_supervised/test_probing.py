"""Probes read what is there, with the pull that is best to choose by."""

import pytest
import torch
from torch import nn

from ml2020.explainable.probe import probe
from ml2020.self_supervised import canvas_task, probed, share_right
from ml2020.self_supervised.probing import PULLS, shown_again
from ml2020.self_supervised.views import viewed
from tests.refusals import refuses

TASK = canvas_task(0)
FLAT = nn.Flatten()


def test_pulls_are_six_a_factor_of_ten_apart():
    assert PULLS == (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def test_share_right_counts_the_largest_scores():
    scores = torch.tensor([[1.0, 2], [3, 0], [0, 1], [5, 4]])
    assert share_right(scores, torch.tensor([1, 0, 0, 0])) == 0.75


@pytest.mark.equation("eq-self_supervised-probe")
def test_the_pull_is_that_with_most_right_to_choose_by_and_the_strongest_of_these():
    h, y = FLAT(TASK.pool[:50]).double(), TASK.pool_y[:50]
    fits = {pull: probe(h, y, 10, pull) for pull in PULLS}
    right = {
        pull: share_right(fit(FLAT(TASK.choose).double()), TASK.choose_y)
        for pull, fit in fits.items()
    }
    best = max(p for p in PULLS if right[p] == max(right.values()))
    found = probed(FLAT, TASK, 50)
    assert found.pull == best
    assert found.choose == right[best]
    there = share_right(fits[best](FLAT(TASK.judge).double()), TASK.judge_y)
    assert found.judge == there


def test_without_views_the_seed_does_not_matter_and_with_views_it_does():
    assert probed(FLAT, TASK, 10, 0, 1) == probed(FLAT, TASK, 10, 0, 2)
    first, again = (
        shown_again(FLAT, TASK.pool[:3], TASK.pool_y[:3], 2, 5) for _ in "ab"
    )
    assert torch.equal(first[0], again[0])
    other = shown_again(FLAT, TASK.pool[:3], TASK.pool_y[:3], 2, 6)
    assert not torch.equal(first[0], other[0])


def test_views_are_shown_besides_the_picture_with_its_label():
    x, y = TASK.pool[:3], TASK.pool_y[:3]
    h, labels = shown_again(FLAT, x, y, 2, 5)
    by = torch.Generator().manual_seed(5)
    seen = [x, viewed(x, generator=by), viewed(x, generator=by)]
    assert torch.equal(h, torch.cat(seen).flatten(1))
    assert labels.tolist() == y.tolist() * 3


def test_views_are_heard_by_the_probe():
    assert probed(FLAT, TASK, 20, 3) != probed(FLAT, TASK, 20, 0)
    state = torch.random.get_rng_state()
    probed(FLAT, TASK, 10, 1)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_the_features_get_no_slope():
    layer = nn.Sequential(nn.Flatten(), nn.Linear(196, 4))
    probed(layer, TASK, 10, 1)
    assert layer[1].weight.grad is None


def test_rejects_labels_that_are_not_as_many_of_each_and_negative_views():
    said = "^labels is .*: give 10, 20, ... or 1200$"
    tiny = nn.Sequential(nn.Flatten(), nn.AvgPool1d(49))
    good, bad = [10, 1200], [0, 5, 15, 1210, -10]
    refuses(lambda n: probed(tiny, TASK, n), said, good=good, bad=bad)
    said = "^views is -1: give 0 or more$"
    refuses(lambda n: probed(tiny, TASK, 10, n), said, good=[0, 1], bad=[-1])
