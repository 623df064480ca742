"""Each half is scikit-learn's ridge regression, and no round makes the loss larger."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from ml2020.linear_methods import (
    als,
    descended_factors,
    factor_loss,
    factor_slopes,
    first_factors,
    made_ratings,
    solved_rows,
)
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def small(seed=0):
    N, seen = made_ratings((9, 7), 2, 0.6, generator=dice(seed))
    return N, seen, first_factors(N, seen, 2, generator=dice(seed + 50))


@pytest.mark.equation("eq-linear_methods-als")
def test_each_row_is_a_ridge_regression_on_its_known():
    N, seen, f = small()
    P, b = solved_rows(N - f.mu, seen, f.Q, 0.7)
    A = np.column_stack([f.Q.numpy(), np.ones(7)])
    for i in range(9):
        known = seen[i].numpy()
        theirs = Ridge(0.7, fit_intercept=False)
        theirs.fit(A[known], (N - f.mu)[i].numpy()[known])
        found = torch.cat([P[i], b[i, None]])
        torch.testing.assert_close(found, torch.from_numpy(theirs.coef_))


def test_no_round_makes_the_loss_larger_and_the_end_is_flat():
    for k in range(2):
        N, seen, f = small(k)
        end, path = als(f, N, seen, 0.5, 400)
        assert (path.diff() <= 1e-9).all()
        assert len(path) == 401
        assert path[0] == factor_loss(f, N, seen, 0.5)
        assert path[-1] == factor_loss(end, N, seen, 0.5)
        for slope in factor_slopes(end, N, seen, 0.5):
            assert slope.numel() == 0 or slope.abs().max() < 1e-3


def test_descent_from_near_ends_at_the_same_loss():
    N, seen, f = small()
    near, _ = als(f, N, seen, 0.5, 20)
    _, by_turns = als(near, N, seen, 0.5, 300)
    _, by_steps = descended_factors(near, N, seen, 0.5, 0.01, 1500)
    torch.testing.assert_close(by_turns[-1], by_steps[-1], rtol=1e-5, atol=0)


def test_without_tastes_only_biases_are_found():
    N, seen, _ = small()
    end, _ = als(first_factors(N, seen, 0), N, seen, 0.5, 5)
    assert end.P.shape == (9, 0)
    assert end.b.abs().min() > 0
    assert end.c.abs().min() > 0


def test_rejects_bad_settings():
    N, seen, f = small()
    refuses(
        lambda ridge: als(f, N, seen, ridge, 1),
        "^ridge is .*: give a positive number$",
        good=[1e-6],
        bad=[0.0, -1.0, math.nan],
    )
    refuses(
        lambda n: als(f, N, seen, 0.5, n),
        "^rounds is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )
