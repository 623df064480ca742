"""Small task: parts of the pictures, shapes of the rivals, and what they cost."""

import pytest
import torch

from ml2020.compression import small_task
from ml2020.compression.small_task import (
    apart,
    clothes,
    dense,
    flat_rank,
    half,
    nonzero_products,
    times,
    with_exits,
)


def picture():
    return clothes().X[:1]


def test_the_parts_of_the_pictures_do_not_overlap():
    task = clothes()
    assert [len(x) for x in (task.X, *task.choose, *task.judge)] == [3000] + [2000] * 4
    assert len(task.y) == 3000


def test_counts_of_the_dense_network():
    model = dense(0)
    assert sum(p.numel() for p in model.parameters()) == 20_042
    products = 13 * 13 * 8 * 9 + 6 * 6 * 16 * 8 * 9 + 576 * 32 + 32 * 10
    assert nonzero_products(model, picture()) == products == 72_392


def test_zeros_are_not_multiplied():
    model = dense(0)
    with torch.no_grad():
        model[0].weight[0] = 0
    assert nonzero_products(model, picture()) == 72_392 - 13 * 13 * 9


@pytest.mark.parametrize("make", [half, flat_rank, with_exits])
def test_a_rival_is_drawn_by_its_seed(make):
    same, other = make(1), make(2)
    for p, q in zip(make(1).parameters(), same.parameters(), strict=True):
        assert torch.equal(p, q)
    assert any(
        not torch.equal(p, q)
        for p, q in zip(same.parameters(), other.parameters(), strict=True)
    )


def test_shapes_of_the_rivals():
    x = clothes().X[:2]
    assert half(0)(x).shape == flat_rank(0)(x).shape == (2, 10)
    assert with_exits(0)(x).shape == (3, 2, 10)
    split = apart(dense(0), 0, nearest=False)
    assert split(x).shape == (2, 10)
    assert nonzero_products(split, x[:1]) == 72_392 - 41_472 + 36 * (72 + 128)


def test_times_are_the_least_of_all_rounds(monkeypatch):
    clock = iter([0, 5, 5, 6, 10, 12, 12, 20])
    monkeypatch.setattr(small_task.time, "process_time", lambda: next(clock))
    runs = {"a": lambda: None, "b": lambda: None}
    assert times(runs, 2) == {"a": 5, "b": 1}  # second round: first b, 2, then a, 8


def test_exits_bend_behind_each_layer():
    model, x = with_exits(0), clothes().X[:5]
    for part in model.parts:
        x = part(x)
        assert x.min() == 0
        assert x.max() > 0
