"""Eigenvectors solve their equation, and the map is that of scikit-learn."""

import math

import pytest
import torch
from sklearn.manifold import spectral_embedding

from ml2020.gnn import laplacian, smoothness
from ml2020.neighbor_embedding import eigenmap, smoothest, swiss_roll
from ml2020.semi_supervised import nearest_edges, rbf_weights
from tests.refusals import refuses, spoilt


def roll_graph(n=200, k=8):
    X = swiss_roll(n, generator=torch.Generator().manual_seed(0)).X
    return nearest_edges(X, k) * rbf_weights(X, 0.05)


def row(n=3):
    """A row of nodes, each joined to the next."""
    return (
        torch.eye(n, dtype=torch.float64).roll(1, 0).tril()
        + torch.eye(n, dtype=torch.float64).roll(-1, 0).triu()
    )


@pytest.mark.equation("eq-neighbor_embedding-eigen")
def test_vectors_solve_the_equation_and_are_normalised():
    W = roll_graph()
    values, V = smoothest(W, 5)
    D = torch.diag(W.sum(dim=1))
    assert torch.allclose(laplacian(W) @ V, D @ V * values, atol=1e-9)
    assert torch.allclose(V.T @ D @ V, torch.eye(5).double(), atol=1e-9)
    assert values[0].abs() < 1e-12
    assert V[:, 0].std() < 1e-9


@pytest.mark.equation("eq-neighbor_embedding-smooth")
def test_the_sum_over_pairs_is_the_trace_of_the_quadratic_form():
    W = roll_graph(40)
    Z = torch.randn(40, 2, generator=torch.Generator().manual_seed(3)).double()
    S = sum(
        W[i, j] * ((Z[i] - Z[j]) ** 2).sum() / 2 for i in range(40) for j in range(40)
    )
    assert torch.allclose(S, (Z.T @ laplacian(W) @ Z).trace())
    assert torch.allclose(S, smoothness(W, Z[:, 0]) + smoothness(W, Z[:, 1]))


def test_three_in_a_row_by_hand():
    values, V = eigenmap(row())
    assert torch.allclose(values, torch.tensor([1.0, 2.0], dtype=torch.float64))
    first = V[:, 0] / V[0, 0]
    assert torch.allclose(first, torch.tensor([1.0, 0.0, -1.0]).double(), atol=1e-12)


def test_no_other_vector_of_the_same_length_is_smoother():
    W = roll_graph(60)
    d = W.sum(dim=1)
    values, _ = eigenmap(W, 1)
    dice = torch.Generator().manual_seed(4)
    for _ in range(50):
        v = torch.randn(60, generator=dice).double()
        v = v - (d @ v) / d.sum()
        assert smoothness(W, v) >= values[0] * (d * v**2).sum() - 1e-12


def test_the_map_is_that_of_scikit_learn():
    W = roll_graph()
    ours = eigenmap(W).vectors
    theirs = spectral_embedding(
        W.numpy(), n_components=2, random_state=0, eigen_tol=1e-9
    )
    for a, b in zip(ours.T, torch.from_numpy(theirs).T, strict=True):
        same = torch.nn.functional.cosine_similarity(a, b, dim=0)
        assert same.abs().item() == pytest.approx(1, abs=1e-6)


def test_each_part_has_an_eigenvalue_zero():
    W = torch.block_diag(row(3), row(4), row(2))
    values, V = smoothest(W, 4)
    assert (values[:3].abs() < 1e-12).all()
    assert values[3] > 0.1
    for part in (V[:3, :3], V[3:7, :3], V[7:, :3]):
        assert (part - part[0]).abs().max() < 1e-9


def test_rejects_bad_arguments():
    W = row(4)
    said = "^A has NaN or infinity"
    refuses(smoothest_of(2), said, good=[W], bad=spoilt(W, math.nan))
    refuses(eigenmap, said, good=[W], bad=spoilt(W, math.nan))
    refuses(eigenmap, "^A is negative", good=[W], bad=[-W])
    refuses(
        eigenmap,
        "^the graph of neighbours falls into parts: raise k, or map each part alone$",
        good=[W],
        bad=[torch.block_diag(row(2), row(3))],
    )
    refuses(
        smoothest_of(2),
        "^W has a node without an edge: leave it out, or join it$",
        good=[torch.block_diag(row(2), row(3))],
        bad=[torch.block_diag(row(2), torch.zeros(1, 1).double())],
    )
    said = "^count is .*: give 1 to {}$"
    refuses(lambda n: smoothest(W, n), said.format(4), good=[1, 4], bad=[0, 5])
    refuses(lambda n: eigenmap(W, n), said.format(3), good=[1, 3], bad=[0, 4])
    with pytest.raises(ValueError, match=r"^W is torch.float16: give W.float\(\)$"):
        smoothest(W.half(), 1)


def smoothest_of(count):
    return lambda W: smoothest(W, count)
