"""Parts of the digits: none in two, labels even, and the small parts nested."""

import torch

from ml2020.data.digits import digits
from ml2020.semi_supervised import digit_task
from ml2020.semi_supervised.digit_task import halves, lower_digits
from tests.refusals import refuses


def rows_of(X):
    apart = torch.cdist(X, digits().images.flatten(1))
    return apart.argmin(dim=1).tolist()


def test_parts_are_apart_and_their_labels_are_those_of_the_pictures():
    task = digit_task(20, 3)
    parts = [
        (task.X, task.y),
        (task.unlabelled, task.hidden),
        (task.few, task.few_y),
        (task.many, task.many_y),
        (task.judge, task.judge_y),
    ]
    assert [len(X) for X, _ in parts] == [20, 900, 20, 300, 397]
    rows = [rows_of(X) for X, _ in parts]
    seen = [row for part in rows for row in part]
    assert len(set(seen)) == len(seen)
    for part, (_, y) in zip(rows, parts, strict=True):
        assert torch.equal(digits().labels[part], y)
    for y in (task.y, task.few_y):
        assert torch.bincount(y, minlength=10).tolist() == [2] * 10


def test_smaller_tasks_lie_in_larger_ones():
    small, large = digit_task(10, 1), digit_task(100, 1)
    for part in ("X", "few"):
        assert set(rows_of(getattr(small, part))) < set(rows_of(getattr(large, part)))
    for part in ("unlabelled", "many", "judge"):
        assert torch.equal(getattr(small, part), getattr(large, part))


def test_seeds_draw_other_pictures():
    assert torch.equal(digit_task(10, 0).X, digit_task(10, 0).X)
    assert not torch.equal(digit_task(10, 0).X, digit_task(10, 1).X)


def test_rejects_labels_that_are_not_even():
    refuses(
        lambda labels: digit_task(labels, 0),
        "^labels is .*: give 10, 20, ... or 100$",
        good=[10, 100],
        bad=[0, 15, 110],
    )


def test_halves_are_two_folds_with_as_many_of_each_digit():
    task = digit_task(20, 2)
    first, second = halves(task)
    assert torch.equal(first.X, second.few)
    assert torch.equal(first.few_y, second.y)
    assert sorted(rows_of(first.X) + rows_of(second.X)) == sorted(rows_of(task.X))
    for y in (first.y, second.y):
        assert y.tolist() == list(range(10))
    assert torch.equal(first.X, digit_task(10, 2).X)
    assert torch.equal(first.judge, task.judge)
    for fold, (X, y) in (
        (first, (first.X, first.y)),
        (second, (second.few, second.few_y)),
    ):
        assert torch.equal(digits().labels[rows_of(X)], y)
        assert fold.unlabelled is task.unlabelled


def test_half_of_the_digits_are_asked_and_the_unlabelled_may_be_others():
    task = digit_task(20, 1)
    own, others = (lower_digits(task, strangers=s) for s in (False, True))
    for found in (own, others):
        assert len(found.unlabelled) == len(found.hidden) == 400
        assert found.y.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
        for y in (found.few_y, found.many_y, found.judge_y):
            assert set(y.tolist()) == set(range(5))
        assert torch.equal(digits().labels[rows_of(found.X)], found.y)
        assert torch.equal(digits().labels[rows_of(found.judge)], found.judge_y)
        assert torch.equal(digits().labels[rows_of(found.unlabelled)], found.hidden)
    assert set(own.hidden.tolist()) == set(range(5))
    assert set(others.hidden.tolist()) == set(range(5, 10))


def test_rejects_to_halve_single_pictures():
    refuses(
        halves,
        "^task has .* labels: give it 20, 40, ... or 100$",
        good=[digit_task(20, 0)],
        bad=[digit_task(10, 0), digit_task(50, 0)],
    )
