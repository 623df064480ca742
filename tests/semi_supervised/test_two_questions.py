"""Each set of points is what it is said to be, whichever question is asked."""

import pytest
import torch

from ml2020.semi_supervised import QUESTIONS, few_labels
from tests.refusals import refuses


def made(name, n=4000, seed=0):
    return QUESTIONS[name](n, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_questions_are_even_and_have_nothing_to_do_with_each_other(name):
    points = made(name)
    assert len(points.X) == 4000
    for y in (points.along, points.across):
        assert set(y.tolist()) == {0, 1}
        assert y.double().mean().item() == pytest.approx(0.5, abs=0.05)
    both = (points.along * points.across).double().mean().item()
    expected = 0.25 if name != "smooth" else both
    assert both == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_same_dice_make_the_same_points(name):
    assert torch.equal(made(name, 50).X, made(name, 50).X)
    assert not torch.equal(made(name, 50).X, made(name, 50, 1).X)


def test_groups_are_three_apart():
    X, along, across = made("generative")
    for k in (0, 1):
        assert X[along == k, 0].mean().item() == pytest.approx(3 * k - 1.5, abs=0.1)
        assert X[along == k].std(dim=0).tolist() == pytest.approx([1, 1], abs=0.05)
    assert torch.equal(across, (X[:, 1] > 0).long())


def test_heaps_have_a_gap_in_the_first_feature_only():
    X, along, across = made("gap")
    assert ((X[:, 0] > 0) == (along == 1)).double().mean() > 0.995
    for k in (0, 1):
        heap = X[along == k, 0]
        assert heap.mean().item() == pytest.approx(3 * k - 1.5, abs=0.05)
        assert heap.std().item() == pytest.approx(0.5, abs=0.03)
    inner = (X.abs() < 0.25).double().mean(dim=0)
    assert inner[0] < 0.02
    assert (inner[1:] > 0.15).all()
    assert torch.equal(across, (X[:, 1] > 0).long())


def test_moons_are_thin_half_circles():
    X, along, across = made("smooth")
    centre = torch.stack([along.double(), along / 2], dim=1)
    radius = (X - centre).norm(dim=1)
    assert radius.mean().item() == pytest.approx(1, abs=0.01)
    assert radius.std().item() == pytest.approx(0.06, abs=0.01)
    side = (X - centre)[:, 1] * (1 - 2 * along)
    assert side.min() > -0.3
    assert torch.equal(across, (X[:, 0] > 0.5).long())


def test_one_direction_is_three_times_as_long_as_all_others():
    X, along, across = made("directions")
    values, vectors = torch.linalg.eigh(X.T.cov())
    assert values[-1].item() == pytest.approx(9, abs=0.6)
    assert values[0] > 0.8
    assert values[-2] < 1.2
    sides = X @ vectors[:, -1] > 0
    agree = (sides == (along == 1)).double().mean().item()
    assert max(agree, 1 - agree) > 0.97
    assert abs((sides == (across == 1)).double().mean().item() - 0.5) < 0.05


def test_the_long_direction_may_point_anywhere():
    sums = [
        torch.linalg.eigh(made("directions", 200, seed).X.T.cov())[1][:, -1].sum() ** 2
        for seed in range(20)
    ]
    assert sum(sums).item() / 20 < 4  # 1 on average; 20 if all features were alike


def test_few_labels_are_as_many_of_each_and_none_twice():
    y = made("generative", 60).across
    places = few_labels(y, 3, generator=torch.Generator().manual_seed(0))
    again = few_labels(y, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(places, again)
    assert y[places].tolist() == [0, 0, 0, 1, 1, 1]
    assert len(places.unique()) == 6


def test_rejects_more_labels_than_there_are_and_too_few_points():
    y = torch.tensor([0, 0, 1])
    refuses(
        lambda each: few_labels(y, each),
        "^each is .*: give 1 to 1$",
        good=[1],
        bad=[0, 2],
    )
    for make in QUESTIONS.values():
        refuses(make, "^n is .*: give 2 or more$", good=[2], bad=[1])
