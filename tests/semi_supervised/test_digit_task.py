"""Parts of the digits: none in two, labels even, and the small parts nested."""

import torch

from ml2020.data.digits import digits
from ml2020.semi_supervised import digit_task
from tests.refusals import refuses


def rows_of(X):
    table = digits().images.flatten(1)
    return [int((table == x).all(dim=1).nonzero()[0, 0]) for x in X]


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
