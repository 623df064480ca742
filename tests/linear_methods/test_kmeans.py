"""K-means never makes J larger, ends where scikit-learn does, and leaves none empty."""

import math
from inspect import signature

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from ml2020.linear_methods import cluster_means, kmeans, nearest
from ml2020.linear_methods.kmeans import refilled, spread_within
from tests.refusals import refuses, spoilt


def points(seed=0, n=60, features=3):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(n, features, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-linear_methods-assign")
def test_each_goes_to_the_nearest_centre_as_a_loop_finds_it():
    X, C = points(), points(1, 4)
    labels = nearest(X, C)
    for x, k in zip(X, labels, strict=True):
        assert k == min(range(4), key=lambda j: math.dist(x.tolist(), C[j].tolist()))


def test_of_equally_near_centres_the_first_is_taken():
    X = torch.tensor([[0.0], [1.0]])
    assert nearest(X, torch.tensor([[-1.0], [1.0], [1.0]])).tolist() == [0, 1]


@pytest.mark.equation("eq-linear_methods-update")
def test_a_centre_is_the_mean_of_its_own():
    X, labels = points(), torch.arange(60) % 4
    C = cluster_means(X, labels, 4)
    for k in range(4):
        torch.testing.assert_close(C[k], X[k::4].mean(dim=0))


@pytest.mark.equation("eq-linear_methods-spread")
def test_spread_is_the_sum_of_squared_distances():
    X, C = points(), points(1, 4)
    labels = torch.arange(60) % 4
    loop = sum(
        math.dist(x.tolist(), C[k].tolist()) ** 2
        for x, k in zip(X, labels, strict=True)
    )
    assert spread_within(X, labels, C).item() == pytest.approx(loop)


@settings(max_examples=25)
@given(seed=st.integers(0, 200), count=st.integers(1, 8))
def test_no_round_makes_it_larger_and_it_settles(seed, count):
    X = points(seed)
    found = kmeans(X, X[:count])
    assert (found.path.diff() <= 1e-9).all()
    assert found.settled
    assert torch.equal(found.labels, nearest(X, found.centres))
    torch.testing.assert_close(found.centres, cluster_means(X, found.labels, count))


@settings(max_examples=20)
@given(seed=st.integers(0, 100))
def test_it_ends_where_sklearn_ends_from_the_same_start(seed):
    X = points(seed)
    ours = kmeans(X, X[:5])
    theirs = KMeans(5, init=X[:5].numpy(), n_init=1, tol=0).fit(X.numpy())
    assert ours.path[-1].item() == pytest.approx(theirs.inertia_, rel=1e-9)


def test_rounds_can_be_cut_short():
    X = points()
    short = kmeans(X, X[:5], rounds=1)
    assert not short.settled
    assert len(short.path) == 2
    assert short.path[1] < short.path[0]
    enough = kmeans(X, X[:5])
    exact = kmeans(X, X[:5], rounds=len(enough.path) - 1)
    assert exact.settled
    assert torch.equal(exact.path, enough.path)


def test_an_empty_cluster_gets_the_farthest_that_is_not_alone():
    X = torch.tensor([[0.0], [1.0], [9.0], [5.0]])
    C = torch.tensor([[0.5], [-100.0], [6.0]])
    # 9 is farthest from its centre, 6; 5 stays there.
    assert refilled(X, torch.tensor([0, 0, 2, 2]), C).tolist() == [0, 0, 1, 2]
    alone = torch.tensor([[0.5], [-100.0], [90.0]])
    # 9 is farther, but the only one of its cluster; 5 is the farthest of the rest.
    assert refilled(X, torch.tensor([0, 0, 2, 0]), alone).tolist() == [0, 0, 2, 1]


def test_two_empty_clusters_get_two_examples():
    X = torch.tensor([[0.0], [1.0], [2.0], [8.0]])
    C = torch.tensor([[0.0], [50.0], [60.0]])
    given_labels = torch.zeros(4, dtype=torch.int64)
    assert refilled(X, given_labels, C).tolist() == [0, 0, 2, 1]
    assert given_labels.tolist() == [0, 0, 0, 0]
    found = kmeans(X, C)
    assert found.labels.bincount(minlength=3).min() > 0
    assert found.path[-1].item() == pytest.approx(0.5)


def test_repeated_points_are_shared_out_as_far_as_they_differ():
    X = torch.tensor([[0.0], [0.0], [0.0], [1.0], [2.0]])
    found = kmeans(X, torch.tensor([[0.0], [0.0], [0.0]]))
    assert found.path[-1] == 0


def test_rejects_more_clusters_than_different_examples():
    X = torch.tensor([[0.0], [0.0], [1.0], [2.0]])
    refuses(
        lambda start: kmeans(X, start),
        "^X has 3 different examples: ask for no more than 3 clusters, not 4$",
        good=[X[1:], X[:3]],
        bad=[X],
    )
    with pytest.raises(ValueError, match=r"^X has 1 different examples"):
        kmeans(torch.ones(5, 2), torch.zeros(2, 2))


def test_rejects_an_empty_cluster_and_labels_of_none():
    X = points(n=4)
    refuses(
        lambda labels: cluster_means(X, torch.tensor(labels), 2),
        "^labels leave cluster 1 empty: give it an example$",
        good=[[0, 1, 1, 0]],
        bad=[[0, 0, 0, 0]],
    )
    refuses(
        lambda labels: cluster_means(X, torch.tensor(labels), 2),
        "^labels are outside 0 to 1: count from 0$",
        good=[[0, 1, 1, 0]],
        bad=[[0, 1, 2, 0], [0, -1, 1, 0]],
    )


def test_rejects_what_is_no_number():
    X = points(n=6)
    refuses(
        lambda X: kmeans(X, points(1, 2)),
        "^X has NaN",
        good=[X],
        bad=spoilt(X, math.nan),
    )
    refuses(
        lambda C: kmeans(X, C), "^C has NaN", good=[X[:2]], bad=spoilt(X[:2], math.inf)
    )
    with pytest.raises(ValueError, match=r"^C is torch.float32, X is torch.float64"):
        kmeans(X, X[:2].float())
    refuses(
        lambda rounds: kmeans(X, X[:2], rounds),
        "^rounds is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
    with pytest.raises(ValueError, match=r"^X is empty"):
        cluster_means(X[:0], torch.zeros(0).long(), 1)


def test_the_farthest_is_so_by_squares_whatever_the_side():
    X = torch.tensor([[1.0, 0.0], [-5.0, -5.0], [2.0, 2.0]])
    C = torch.tensor([[0.0, 0.0], [100.0, 100.0]])
    assert refilled(X, torch.zeros(3, dtype=torch.int64), C).tolist() == [0, 1, 0]


def test_it_takes_at_most_as_many_rounds_as_sklearn_unless_told():
    assert signature(kmeans).parameters["rounds"].default == KMeans().max_iter


def test_who_is_alone_is_not_taken_however_near_all_are():
    X = torch.tensor([[0.0], [0.1], [5.0]])
    C = torch.tensor([[0.0], [5.0], [100.0]])
    assert refilled(X, torch.tensor([0, 0, 1]), C).tolist() == [0, 2, 1]


def test_an_example_is_given_away_once_however_near_the_others_are():
    X = torch.tensor([[0.0], [0.1], [0.2]])
    C = torch.tensor([[0.0], [5.0], [6.0]])
    assert refilled(X, torch.zeros(3, dtype=torch.int64), C).tolist() == [0, 2, 1]
