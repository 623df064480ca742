"""Digits on a canvas: whole, anywhere, and none in two parts."""

import torch

from ml2020.data.digits import digits
from ml2020.self_supervised import canvas_task, placed
from ml2020.self_supervised.canvas import CLASSES, EACH
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_placed_picture_is_whole_and_the_rest_is_empty():
    images = torch.rand(50, 3, 3, generator=dice()) + 0.1
    canvas = placed(images, 5, generator=dice(1))
    assert canvas.shape == (50, 1, 5, 5)
    for picture, where in zip(images, canvas[:, 0], strict=True):
        rows, columns = where.any(dim=1).nonzero()[:, 0], where.any(dim=0).nonzero()
        i, j = int(rows[0]), int(columns[0])
        assert torch.equal(where[i : i + 3, j : j + 3], picture)
        assert (where != 0).sum() == 9


def test_every_place_is_as_likely():
    images = torch.ones(9000, 1, 1)
    share = placed(images, 3, generator=dice()).mean(dim=0)[0]
    assert share.shape == (3, 3)
    assert (share - 1 / 9).abs().max() < 0.015  # four standard errors


def test_rows_and_columns_are_drawn_apart():
    canvas = placed(torch.ones(400, 1, 1), 2, generator=dice())
    assert (canvas[:, 0, 0, 1].mean() - 0.25).abs() < 0.1


def test_the_same_seed_places_alike_and_the_arguments_stay():
    images = torch.rand(4, 2, 2, generator=dice())
    before = images.clone()
    first, again = (placed(images, 6, generator=dice(3)) for _ in range(2))
    assert torch.equal(first, again)
    assert torch.equal(images, before)
    assert not torch.equal(first, placed(images, 6, generator=dice(4)))


def test_a_canvas_of_the_picture_s_size_changes_nothing():
    images = torch.rand(4, 3, 3, generator=dice())
    assert torch.equal(placed(images, 3)[:, 0], images)


def test_rejects_canvases_that_are_too_small_and_no_picture():
    images = torch.zeros(2, 4, 4)
    refuses(lambda s: placed(images, s), "^side is 3: give 4", good=[4], bad=[3])
    refuses(lambda x: placed(x, 4), "^images is empty", good=[images], bad=[images[:0]])


def test_the_parts_are_all_digits_and_none_stands_in_two():
    task = canvas_task(0)
    X = torch.cat([task.pool, task.choose, task.judge])
    y = torch.cat([task.pool_y, task.choose_y, task.judge_y])
    images, labels = digits()
    assert (len(task.pool), len(task.choose), len(task.judge)) == (1200, 197, 400)
    assert X.shape == (len(images), 1, 14, 14)
    weights = 1 + torch.rand(10, generator=dice(), dtype=torch.float64)
    ink = X.double().sum(dim=(1, 2, 3)) * weights[y]
    known = images.double().sum(dim=(1, 2)) * weights[labels]
    torch.testing.assert_close(ink.sort().values, known.sort().values)


def test_the_first_of_the_pool_have_as_many_of_each_digit():
    task = canvas_task(1)
    assert task.pool_y.tolist() == list(range(CLASSES)) * EACH


def test_labels_go_with_their_pictures():
    task = canvas_task(2)
    images, labels = digits()
    for X, y in (
        (task.pool, task.pool_y),
        (task.choose, task.choose_y),
        (task.judge, task.judge_y),
    ):
        for k in (0, 7, 100):
            windows = X[k, 0].unfold(0, 8, 1).unfold(1, 8, 1).reshape(-1, 1, 8, 8)
            same = (windows == images[labels == y[k]]).all(dim=(2, 3))
            assert same.any()


def test_a_seed_is_a_draw():
    assert torch.equal(canvas_task(5).pool, canvas_task(5).pool)
    assert not torch.equal(canvas_task(5).judge, canvas_task(6).judge)
