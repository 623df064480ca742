"""Main directions are those of the covariance's largest eigenvalues."""

import math

import pytest
import torch

from ml2020.semi_supervised import main_directions
from tests.refusals import refuses, spoilt


def points():
    dice = torch.Generator().manual_seed(0)
    return torch.randn(30, 4, generator=dice).double() * torch.tensor([1, 5, 2, 3.0])


def test_they_are_eigenvectors_the_largest_first():
    X = points() + 7
    V = main_directions(X, 3)
    values, vectors = torch.linalg.eigh(X.T.cov())
    overlap = (V.T @ vectors.flip(1)[:, :3]).abs()
    torch.testing.assert_close(overlap, torch.eye(3).double(), atol=1e-9, rtol=0)
    torch.testing.assert_close((X @ V).var(dim=0), values.flip(0)[:3])


def test_rejects_bad_arguments():
    X = points()
    refuses(
        lambda count: main_directions(X, count),
        "^count is .*: give 1 to 4$",
        good=[1, 4],
        bad=[0, 5],
    )
    refuses(
        lambda X: main_directions(X, 1),
        "^X has NaN or infinity: drop",
        good=[X],
        bad=spoilt(X, math.nan),
    )
    with pytest.raises(ValueError, match=r"^count is 3: give 1 to 2"):
        main_directions(X[:2], 3)
    for flat, rank in ((0 * X + 3, 0), (X[:, :1].expand(-1, 4), 1)):
        with pytest.raises(ValueError, match=rf"^X spreads in {rank} directions: ask"):
            main_directions(flat, rank + 1)
