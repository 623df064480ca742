"""Splits use every example once, and say no to what does not add up."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold

from ml2020.course_rules import kfold, split
from tests.refusals import refuses


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


@given(count=st.integers(4, 30), seed=st.integers(0, 50), data=st.data())
def test_a_group_is_never_on_both_sides(count, seed, data):
    groups = torch.randint(-3, 4, (count,), generator=dice(seed))
    groups[:2] = torch.tensor([5, 6])  # two at least
    kinds = len(groups.unique())
    k = data.draw(st.integers(2, kinds))
    pool = 100 + torch.randperm(count, generator=dice(seed))
    turns = kfold(pool, k, groups=groups, generator=dice(seed))
    of = dict(zip(pool.tolist(), groups.tolist(), strict=True))
    judges = [[of[place] for place in judge.tolist()] for _, judge in turns]
    assert sum(map(len, judges)) == count
    for (learn, judge), names in zip(turns, judges, strict=True):
        assert set(names).isdisjoint(of[place] for place in learn.tolist())
        assert sorted(torch.cat([learn, judge]).tolist()) == sorted(pool.tolist())
        assert len(set(names)) in (kinds // k, -(-kinds // k))


def test_groups_of_one_are_no_groups():
    alone = kfold(9, 4, groups=torch.arange(9), generator=dice())
    for ours, theirs in zip(alone, kfold(9, 4, generator=dice()), strict=True):
        assert ours[1].tolist() == sorted(theirs[1].tolist())


@pytest.mark.parametrize(("count", "k"), [(10, 5), (11, 3)])
def test_unshuffled_it_is_scikit_learns(count, k):
    ours = [
        (learn.tolist(), judge.tolist())
        for learn, judge in kfold(count, k, shuffle=False)
    ]
    assert ours == [
        (learn.tolist(), judge.tolist())
        for learn, judge in KFold(k).split(range(count))
    ]


def test_unshuffled_groups_come_in_the_order_of_their_numbers():
    groups = torch.tensor([7, 2, 7, 5, 2])
    turns = kfold(5, 3, groups=groups, shuffle=False)
    assert [judge.tolist() for _, judge in turns] == [[1, 4], [3], [0, 2]]
    assert turns[0][0].tolist() == [3, 0, 2]


def test_rejects_more_folds_than_groups_and_a_group_too_few():
    groups = torch.tensor([4, 4, 1, 1, 0])
    refuses(
        lambda k: kfold(5, k, groups=groups),
        r"^k is .*: choose 2 to 3, one or more for each fold$",
        good=[2, 3],
        bad=[1, 4],
    )
    refuses(
        lambda some: kfold(5, 2, groups=some),
        r"^groups has the shape \(.*\): give it \(5,\)$",
        good=[groups],
        bad=[groups[:1], groups[:4], groups[:, None]],
    )


def test_the_same_seed_splits_alike_and_the_global_dice_stay():
    before = torch.get_rng_state()
    first, second = (
        split(9, (4, 5), generator=dice()),
        split(9, (4, 5), generator=dice()),
    )
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert kfold(9, 3, generator=dice())[0][1].tolist() != [0, 1, 2]
    assert torch.equal(torch.get_rng_state(), before)


def test_only_the_places_of_the_pool_are_used(device):
    pool = torch.tensor([3, 14, 15, 92, 65, 35], device=device)
    kept = pool.clone()
    groups = split(pool, (2, 4), generator=dice())
    assert torch.cat(groups).sort().values.tolist() == [3, 14, 15, 35, 65, 92]
    for learn, judge in kfold(pool, 3, generator=dice()):
        assert torch.cat([learn, judge]).sort().values.tolist() == [
            *(3, 14, 15, 35, 65, 92)
        ]
    assert torch.equal(pool, kept)


def test_a_number_stands_for_all_places():
    every = torch.arange(7)
    for by_number, by_place in zip(
        split(7, (3, 4), generator=dice()),
        split(every, (3, 4), generator=dice()),
        strict=True,
    ):
        assert torch.equal(by_number, by_place)
    assert torch.equal(
        kfold(7, 2, generator=dice())[0][0], kfold(every, 2, generator=dice())[0][0]
    )


def test_rejects_an_empty_group():
    refuses(
        lambda sizes: split(5, sizes),
        r"^sizes are .*: give every set 1 or more$",
        good=[(1, 4), (4, 1), (5,)],
        bad=[(), (0, 5), (5, 0), (-1, 6)],
    )


@pytest.mark.parametrize("pool", [5, torch.tensor([9, 8, 7, 6, 5])])
def test_rejects_sizes_that_do_not_add_up(pool):
    refuses(
        lambda sizes: split(pool, sizes),
        r"^sizes add up to [46]: make it 5$",
        good=[(2, 3)],
        bad=[(2, 2), (3, 3)],
    )


@pytest.mark.parametrize("pool", [5, torch.tensor([9, 8, 7, 6, 5])])
def test_rejects_more_folds_than_rows_and_fewer_than_two(pool):
    refuses(
        lambda k: kfold(pool, k),
        r"^k is .*: choose 2 to 5, one or more for each fold$",
        good=[2, 5],
        bad=[1, 6, 0],
    )


@pytest.mark.parametrize(
    "cut", [lambda pool: split(pool, (2, 2)), lambda pool: kfold(pool, 2)]
)
def test_rejects_an_example_that_would_teach_and_judge(cut):
    refuses(
        cut,
        r"^pool has a place twice: give each example once$",
        good=[torch.tensor([1, 2, 3, 4])],
        bad=[torch.tensor([1, 2, 3, 1]), torch.tensor([2, 2, 2, 2])],
    )
