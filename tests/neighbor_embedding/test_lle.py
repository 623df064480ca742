"""Weights are those of a slow search, maps those of scikit-learn."""

import math

import pytest
import torch
from sklearn.manifold import locally_linear_embedding

from ml2020.neighbor_embedding import (
    bottom_axes,
    lle,
    mixture_table,
    mixture_weights,
    swiss_roll,
)
from ml2020.semi_supervised.graph import nearest_others
from tests.refusals import only_positive, refuses, spoilt


def rolled(n=400, seed=0):
    return swiss_roll(n, generator=torch.Generator().manual_seed(seed)).X


def f64(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.equation("eq-neighbor_embedding-weights")
def test_no_other_weights_of_sum_one_make_a_point_better():
    X = torch.randn(9, 5, generator=torch.Generator().manual_seed(1)).double()
    near = nearest_others(X, 3)
    w = mixture_weights(X, near, reg=1e-12)
    assert torch.allclose(w.sum(dim=1), torch.ones(9).double())
    left = (X - (w[:, :, None] * X[near]).sum(dim=1)).norm(dim=1)
    dice = torch.Generator().manual_seed(2)
    for size in (1.0, 0.1, 0.01):
        for _ in range(50):
            shift = size * torch.randn(9, 3, generator=dice).double()
            other = w + shift - shift.mean(dim=1, keepdim=True)
            worse = (X - (other[:, :, None] * X[near]).sum(dim=1)).norm(dim=1)
            assert (worse >= left - 1e-12).all()


@pytest.mark.equation("eq-neighbor_embedding-gram")
def test_weights_by_hand_and_with_the_multiplier_of_lagrange():
    hand = mixture_weights(f64([[1.0], [0.0], [3.0]]), torch.tensor([[1, 2]] * 3), 1e-9)
    assert torch.allclose(hand[0], f64([2 / 3, 1 / 3]))
    X = rolled(60)
    near, reg = nearest_others(X, 4), 1e-3
    w = mixture_weights(X, near, reg)
    for i in (0, 17, 59):
        G = torch.stack([X[i] - X[j] for j in near[i]])
        C = G @ G.T
        C = C + reg * C.trace() * torch.eye(4).double()
        system = torch.ones(5, 5).double()
        system[:4, :4], system[4, 4] = 2 * C, 0
        solved = torch.linalg.solve(system, f64([0, 0, 0, 0, 1]))
        assert torch.allclose(w[i], solved[:4])


def test_turning_stretching_and_moving_all_leaves_the_weights():
    X = rolled(50)
    near = nearest_others(X, 6)
    turn = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64)).Q
    assert torch.allclose(
        mixture_weights(X, near), mixture_weights(2.5 * X @ turn + 7, near)
    )


def test_table_has_each_weight_where_its_neighbour_is():
    near, w = torch.tensor([[1, 2], [0, 2], [1, 0]]), f64([[1, 2], [3, 4], [5, 6]])
    assert mixture_table(w, near).tolist() == [[0, 1, 2], [3, 0, 4], [6, 5, 0]]


@pytest.mark.equation("eq-neighbor_embedding-bottom")
def test_the_map_is_that_of_scikit_learn():
    X = rolled()
    ours = lle(X, 12)
    theirs, error = locally_linear_embedding(
        X.numpy(), n_neighbors=12, n_components=2, reg=1e-3, eigen_solver="dense"
    )
    # Theirs has squares that sum to 1, ours to n.
    assert ours.error.sum().item() == pytest.approx(error, rel=1e-6)
    for ours_axis, theirs_axis in zip(
        ours.Z.T, torch.from_numpy(theirs).T, strict=True
    ):
        same = torch.nn.functional.cosine_similarity(ours_axis, theirs_axis, dim=0)
        assert same.abs().item() == pytest.approx(1, abs=1e-6)


def test_axes_are_uncorrelated_and_leave_what_they_say():
    X = rolled(100)
    W = mixture_table(mixture_weights(X, nearest_others(X, 8)), nearest_others(X, 8))
    Z, error = bottom_axes(W, 3)
    assert torch.allclose(Z.mean(dim=0), torch.zeros(3).double(), atol=1e-8)
    assert torch.allclose(Z.T @ Z / 100, torch.eye(3).double(), atol=1e-8)
    assert torch.allclose(((Z - W @ Z) ** 2).mean(dim=0), error, atol=1e-10)
    assert (error.diff() >= 0).all()


def test_rejects_bad_arguments():
    X = rolled(30)
    near = nearest_others(X, 4)
    said = "^X has NaN or infinity: drop"
    bad = spoilt(X, math.nan, math.inf)
    refuses(lambda X: mixture_weights(X, near), said, good=[X], bad=bad)
    refuses(lambda X: lle(X, 8), said, good=[X], bad=bad)
    only_positive(lambda reg: mixture_weights(X, near, reg), "reg")
    refuses(lambda k: lle(X, k), "^k is .*: give 1 to 29$", good=[8, 29], bad=[0, 30])
    refuses(
        lambda count: lle(X, 8, count),
        "^count is .*: give 1 to 29$",
        good=[1, 29],
        bad=[0, 30],
    )
    low, high = near.clone(), near.clone()
    low[-1, -1], high[0, 0] = -1, 30
    last = near.clone()
    last[0, 0], last[0, 1] = 29, 0
    refuses(
        lambda near: mixture_weights(X, near),
        "^near has places outside 0 to 29: count from 0$",
        good=[near, last],
        bad=[low, high],
    )
    with pytest.raises(
        ValueError, match=r"^near is empty: give at least one neighbour$"
    ):
        mixture_weights(X, near[:, :0])
    with pytest.raises(ValueError, match=r"^X is torch.float16: give X.float\(\)$"):
        mixture_weights(X.half(), near)


def test_rejects_identical_points_and_neighbours_in_parts():
    X = rolled(30)
    copies = torch.cat([X, X[:1].repeat(3, 1)])
    assert lle(copies, 8).Z.isfinite().all()
    refuses(
        lambda X: mixture_weights(X, nearest_others(X, 3)),
        "^X has identical points, as many as neighbours: keep one of each, or raise k$",
        good=[copies[:-1]],
        bad=[copies, torch.ones(9, 2).double()],
    )
    refuses(
        lambda gap: lle(torch.cat([X, X + gap]), 6),
        "^the graph of neighbours falls into parts: raise k, or map each part alone$",
        good=[1.0],
        bad=[1000.0],
    )
    refuses(
        lambda W: bottom_axes(W, 1),
        "^W has NaN or infinity",
        good=[torch.eye(4).roll(1, 0).double()],
        bad=spoilt(torch.eye(4).roll(1, 0).double(), math.nan),
    )
