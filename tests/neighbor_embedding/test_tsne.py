"""The slope is that of autograd, the loss that of scikit-learn."""

import math

import pytest
import torch
from sklearn.manifold import TSNE

from ml2020.data.digits import digits
from ml2020.neighbor_embedding import (
    descended,
    divergence,
    joint,
    likeness,
    mapped,
    neighbour_shares,
    sne_slope,
    still,
    symmetric_slope,
    tsne_shares,
    tsne_slope,
)
from tests.refusals import only_positive, refuses, spoilt


def some(n=12, seed=1):
    dice = torch.Generator().manual_seed(seed)
    P = joint(neighbour_shares(torch.randn(n, 5, generator=dice).double(), 4.0))
    return P, torch.randn(n, 2, generator=dice).double()


@pytest.mark.equation("eq-neighbor_embedding-t")
def test_shares_are_those_of_a_slow_loop():
    _, Z = some(6)
    s = [
        [
            0.0 if i == j else 1 / (1 + ((Z[i] - Z[j]) ** 2).sum().item())
            for j in range(6)
        ]
        for i in range(6)
    ]
    total = sum(map(sum, s))
    assert torch.allclose(likeness(Z), torch.tensor(s).double())
    assert torch.allclose(tsne_shares(Z), torch.tensor(s).double() / total)


@pytest.mark.equation("eq-neighbor_embedding-slope")
def test_slope_is_that_of_autograd():
    P, Z = some()
    Z.requires_grad_()
    auto = torch.autograd.grad(divergence(P, tsne_shares(Z)), Z)[0]
    assert torch.allclose(tsne_slope(P, Z.detach()), auto)


def test_at_scikit_learns_map_the_loss_is_theirs_and_ours_comes_as_far():
    X = digits().images[:300].flatten(1)
    model = TSNE(perplexity=30, method="exact", init="pca", random_state=0)
    theirs = torch.from_numpy(model.fit_transform(X.numpy())).double()
    P = joint(neighbour_shares(X.double(), 30.0))
    assert divergence(P, tsne_shares(theirs)).item() == pytest.approx(
        model.kl_divergence_, abs=1e-4
    )
    U, s, _ = torch.linalg.svd(X.double() - X.double().mean(dim=0))
    start = U[:, :2] * s[:2]
    start = 1e-4 * start / start[:, 0].std()
    ours = divergence(P, tsne_shares(mapped(P, start)))
    assert ours.item() == pytest.approx(model.kl_divergence_, rel=0.08)


def test_a_map_is_mapped_as_its_phases_say():
    P, Z = some()
    at_first = descended(lambda Z: tsne_slope(3.0 * P, Z), still(Z), 5, 2.0, 0.5)
    then = descended(lambda Z: tsne_slope(P, Z), at_first, 7, 2.0, 0.8).Z
    out = mapped(P, Z, rounds=12, early=5, exaggeration=3.0, step_size=2.0)
    assert torch.allclose(out, then - then.mean(dim=0))
    short = mapped(P, Z, rounds=3, early=5, exaggeration=3.0, step_size=2.0)
    only = descended(lambda Z: tsne_slope(3.0 * P, Z), still(Z), 3, 2.0, 0.5).Z
    assert torch.allclose(short, only - only.mean(dim=0))
    assert torch.allclose(mapped(P, Z, rounds=0), Z - Z.mean(dim=0))


def test_defaults_are_those_it_names():
    P, Z = some()
    named = mapped(
        P,
        Z,
        rounds=1000,
        early=250,
        exaggeration=12.0,
        step_size=50.0,
        slope=tsne_slope,
    )
    assert torch.equal(mapped(P, Z), named)


@pytest.mark.parametrize("slope", [tsne_slope, symmetric_slope])
def test_three_alike_points_become_a_triangle_of_equal_sides(slope):
    P = (1 - torch.eye(3).double()) / 6
    Z = torch.tensor([[0.0, 0.0], [1.0, 0.1], [-0.3, 1.2]]).double()
    out = mapped(P, Z, rounds=500, early=0, step_size=0.1, slope=slope)
    sides = torch.pdist(out)
    assert sides.max() / sides.min() < 1.001


def test_rejects_bad_arguments():
    P, Z = some()
    few = {"rounds": 4, "early": 2}
    said = "^Z has NaN or infinity: drop"
    refuses(lambda Z: mapped(P, Z, **few), said, good=[Z], bad=spoilt(Z, math.nan))
    said = "^P has NaN or infinity: look at the points$"
    refuses(lambda P: mapped(P, Z, **few), said, good=[P], bad=spoilt(P, math.nan))
    said = "^P is negative: give shares of 0 or more$"
    refuses(lambda P: mapped(P, Z, **few), said, good=[P], bad=spoilt(P, -1e-9))
    for name in ("rounds", "early"):
        refuses(
            lambda n, name=name: mapped(P, Z, **{**few, name: n}),
            f"^{name} is .*: give 0 or more$",
            good=[0],
            bad=[-1],
        )
    for name in ("exaggeration", "step_size"):
        only_positive(lambda v, name=name: mapped(P, Z, **few, **{name: v}), name)


def test_a_step_that_flies_apart_is_named():
    P, Z = some()
    said = "^step_size is 1e+.*, Z overflowed: take a smaller one$"
    for rounds in (2, 400):
        refuses(
            lambda lr, n=rounds: mapped(P, Z, n, 1, step_size=lr, slope=sne_slope),
            said.replace("+", r"\+"),
            good=[1e-3],
            bad=[1e308],
        )
