"""Splits use every example once, and say no to what does not add up."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold

from ml2020.course_rules import kfold, split


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4), seed=st.integers(0, 99)
)
def test_every_example_is_in_one_group(sizes, seed):
    groups = split(sum(sizes), tuple(sizes), generator=dice(seed))
    assert [len(group) for group in groups] == sizes
    assert sorted(torch.cat(groups).tolist()) == list(range(sum(sizes)))


@given(count=st.integers(2, 30), data=st.data())
def test_every_example_judges_once_and_teaches_otherwise(count, data):
    k = data.draw(st.integers(2, count))
    turns = kfold(count, k, generator=dice())
    judges = torch.cat([judge for _, judge in turns])
    assert sorted(judges.tolist()) == list(range(count))
    for learn, judge in turns:
        assert sorted(torch.cat([learn, judge]).tolist()) == list(range(count))


@pytest.mark.parametrize(("count", "k"), [(10, 5), (11, 3), (7, 7)])
def test_the_groups_are_as_large_as_scikit_learns(count, k):
    ours = [len(judge) for _, judge in kfold(count, k)]
    theirs = [len(judge) for _, judge in KFold(k).split(range(count))]
    assert ours == theirs


@pytest.mark.equation("eq-course_rules-cv")
def test_the_mean_over_groups_is_scikit_learns_cross_validation():
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import cross_val_score

    x = torch.randn(20, 2, generator=dice(1), dtype=torch.float64)
    y_hat = torch.randn(20, generator=dice(2), dtype=torch.float64)
    turns = kfold(20, 4, generator=dice(3))
    total = 0.0
    for learn, judge in turns:
        ones = torch.ones(20, 1).double()
        X = torch.cat([ones, x], dim=1)
        theta = torch.linalg.lstsq(X[learn], y_hat[learn]).solution
        total += ((X[judge] @ theta - y_hat[judge]) ** 2).mean().item()
    theirs = cross_val_score(
        LinearRegression(),
        x.numpy(),
        y_hat.numpy(),
        cv=[(a.numpy(), b.numpy()) for a, b in turns],
        scoring="neg_mean_squared_error",
    )
    assert total / 4 == pytest.approx(-theirs.mean())


def test_the_same_seed_splits_alike_and_the_global_dice_stay():
    before = torch.get_rng_state()
    first, second = (
        split(9, (4, 5), generator=dice()),
        split(9, (4, 5), generator=dice()),
    )
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert kfold(9, 3, generator=dice())[0][1].tolist() != [0, 1, 2]
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("sizes", [(), (0, 5), (-1, 6)])
def test_rejects_an_empty_group(sizes):
    with pytest.raises(ValueError, match=r"^sizes are .*: give every group 1 or more$"):
        split(5, sizes)


def test_rejects_sizes_that_do_not_add_up():
    with pytest.raises(ValueError, match=r"^sizes add up to 4: make it 5$"):
        split(5, (2, 2))


@pytest.mark.parametrize("k", [1, 6])
def test_rejects_more_folds_than_rows_and_fewer_than_two(k):
    with pytest.raises(ValueError, match=rf"^k is {k}: choose 2 to 5, one fold a row$"):
        kfold(5, k)
