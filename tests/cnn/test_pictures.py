"""Pictures: three parts, moved, jittered and shuffled."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import clothes, moved, shuffled
from ml2020.cnn.pictures import jittered
from ml2020.data.fashion_mnist import fashion_mnist
from tests.refusals import refuses


def test_each_picture_stands_in_one_part():
    data = clothes(3000, 2000)
    whole = fashion_mnist()
    assert [len(part) for part in data] == [3000, 3000, 2000, 2000, 7000, 7000]
    assert torch.equal(data.X[:, 0], whole.train_images[:3000])
    assert torch.equal(data.X_choose[:, 0], whole.train_images[3000:5000])
    assert torch.equal(data.X_judge[-2000:, 0], whole.test_images)
    assert torch.equal(data.y, whole.train_labels[:3000])
    assert torch.equal(data.y_judge[:5000], whole.train_labels[5000:])
    assert torch.equal(data.y_judge[5000:], whole.test_labels)


def test_rejects_parts_that_are_empty_or_more_than_there_is():
    said = "^learn is .* and choose .*: give 1 or more$"
    refuses(lambda n: clothes(n, 5), said, good=[1], bad=[0, -1])
    refuses(lambda n: clothes(5, n), said, good=[1], bad=[0])
    said = "^learn is .* and choose .*: 10000 together at most$"
    refuses(lambda n: clothes(9000, n), said, good=[1000], bad=[1001])


def numbered(rows=4, columns=5):
    return torch.arange(1.0, rows * columns + 1).view(1, 1, rows, columns)


def test_what_leaves_is_lost_and_ground_enters():
    X = numbered()
    found = moved(X, 1, -2)
    assert found.shape == X.shape
    assert torch.equal(found[0, 0, 1:, :3], X[0, 0, :3, 2:])
    assert found[0, 0, 0].eq(0).all()
    assert found[0, 0, :, 3:].eq(0).all()
    assert torch.equal(moved(X, 0, 0), X)
    assert moved(X, -3, 4).sum() == X[0, 0, 3, 0]


def test_rejects_a_movement_out_of_the_frame():
    X = numbered()
    said = "^down is -?4: give less than 4 dots$"
    refuses(lambda d: moved(X, d, 0), said, good=[3, -3], bad=[4, -4])
    said = "^right is -?5: give less than 5 dots$"
    refuses(lambda r: moved(X, 0, r), said, good=[4, -4], bad=[5, -5])


@given(seed=st.integers(0, 2**31), most=st.integers(0, 3))
def test_each_picture_is_moved_by_itself_and_not_too_far(seed, most):
    X = torch.cat([numbered(), numbered() + 100])
    found = jittered(X, most, generator=torch.Generator().manual_seed(seed))
    ways = [(d, r) for d in range(-most, most + 1) for r in range(-most, most + 1)]
    for k in (0, 1):
        one = X[k : k + 1]
        assert any(torch.equal(found[k : k + 1], moved(one, *way)) for way in ways)


def test_all_movements_come_up():
    X = numbered().expand(500, -1, -1, -1)
    found = jittered(X, 1, generator=torch.Generator().manual_seed(0))
    ways = [(d, r) for d in (-1, 0, 1) for r in (-1, 0, 1)]
    many = [
        (found == moved(X, *way)).flatten(1).all(dim=1).sum().item() for way in ways
    ]
    assert sum(many) == 500
    assert min(many) > 30
    assert torch.equal(
        found, jittered(X, 1, generator=torch.Generator().manual_seed(0))
    )


def test_jitter_rejects_no_picture_and_a_negative_distance():
    X = numbered()
    with pytest.raises(ValueError, match=r"^X is empty: give at least one picture$"):
        jittered(X[:0], 1)
    said = "^most is -1: give 0 or more$"
    refuses(lambda most: jittered(X, most), said, good=[0], bad=[-1])


@given(seed=st.integers(0, 2**31))
def test_shuffling_can_be_undone(seed):
    X = torch.cat([numbered(), -numbered()])
    order = torch.randperm(20, generator=torch.Generator().manual_seed(seed))
    found = shuffled(X, order)
    assert torch.equal(found.flatten(2)[0, 0], X.flatten(2)[0, 0, order])
    assert torch.equal(shuffled(found, order.argsort()), X)


@pytest.mark.equation("eq-cnn-shuffle")
def test_a_matrix_does_not_notice_if_its_columns_are_shuffled_along():
    dice = torch.Generator().manual_seed(0)
    W = torch.randn(7, 20, generator=dice)
    X, order = numbered(), torch.randperm(20, generator=dice)
    ours = shuffled(X, order).flatten(1) @ W[:, order].T
    torch.testing.assert_close(ours, X.flatten(1) @ W.T)


def test_rejects_what_is_no_order():
    good = torch.randperm(20)
    twice = good.clone()
    twice[0] = good[1]
    bad = [twice, good[:19], torch.arange(1, 21)]
    said = r"^order is none of 20 places: give torch.randperm\(20\)$"
    refuses(lambda order: shuffled(numbered(), order), said, good=[good], bad=bad)
