"""Probes: a ridge with two answers, and a distance in units of the spread."""

import math

import pytest
import torch
from sklearn.linear_model import Ridge

from ml2020.why_deep import probe, separation
from ml2020.why_deep.probes import check_new, check_two
from tests.refusals import only_positive, refuses, spoilt


def two_clouds(seed=0, n=30):
    dice = torch.Generator().manual_seed(seed)
    A = torch.randn(n, 3, generator=dice, dtype=torch.float64)
    y_hat = torch.arange(n) % 3 == 0
    A[y_hat] += torch.tensor([2.0, 0.0, -1.0], dtype=torch.float64)
    return A, y_hat


@pytest.mark.parametrize("lam", [0.1, 10.0])
def test_a_probe_says_what_scikit_learn_says(lam):
    A, y_hat = two_clouds()
    A_new, _ = two_clouds(1)
    theirs = Ridge(alpha=lam).fit(A.numpy(), 2 * y_hat.double().numpy() - 1)
    ours = probe(A, y_hat, A_new, lam)
    torch.testing.assert_close(ours, torch.from_numpy(theirs.predict(A_new.numpy())))


def test_a_probe_keeps_the_kind_of_numbers():
    A, y_hat = two_clouds()
    assert probe(A.float(), y_hat, A.float(), 1.0).dtype == torch.float32


def test_separation_by_hand():
    A = torch.tensor([[0.0, 0], [0, 2], [6, 0], [6, 2]])
    # Means (0, 1) and (6, 1), six apart; each point is 1 away from its own.
    assert separation(A, torch.tensor([True, True, False, False])) == pytest.approx(6)


def test_separation_does_not_change_with_units_places_or_names():
    A, y_hat = two_clouds()
    expected = separation(A, y_hat)
    assert separation(1000 * A + 7, y_hat) == pytest.approx(expected)
    assert separation(A, ~y_hat) == pytest.approx(expected)
    Q, _ = torch.linalg.qr(
        torch.randn(3, 3, generator=torch.Generator().manual_seed(2))
    )
    assert separation(A @ Q.double(), y_hat) == pytest.approx(expected)
    assert separation(A.float(), y_hat) == pytest.approx(expected, rel=1e-5)


def test_rejects_what_two_classes_cannot_be_told_apart_by():
    A, y_hat = two_clouds(n=6)
    for call in (lambda A: separation(A, y_hat), lambda A: probe(A, y_hat, A, 1.0)):
        said = "^A has NaN or infinity: drop or mend those examples$"
        refuses(call, said, good=[A], bad=spoilt(A, math.nan, math.inf))
    for call in (lambda y: separation(A, y), lambda y: probe(A, y, A, 1.0)):
        said = "^y_hat has one class: give examples of both$"
        refuses(call, said, good=[y_hat], bad=[y_hat | True, y_hat & False])
    said = "^A_new has NaN or infinity: drop or mend those examples$"
    bad = spoilt(A, math.nan)
    refuses(lambda new: probe(A, y_hat, new, 1.0), said, good=[A], bad=bad)
    with pytest.raises(ValueError, match=r"^A is empty: give at least one"):
        separation(A[:0], y_hat[:0])
    said = "^A is the same for all of a class: give more examples$"
    first_two = torch.arange(3) < 2
    with pytest.raises(ValueError, match=said):
        separation(torch.tensor([[1.0], [2.0]]), torch.tensor([True, False]))
    with pytest.raises(ValueError, match=said):
        separation(torch.tensor([[1e6, 0], [1e6 + 0.1, 0], [2e6, 0]]), first_two)
    near = torch.tensor([[1000.0], [1000.1], [2000]])  # a spread, though a small one
    assert separation(near, first_two) > 1e4
    refuses(  # what follows, probe and separation refuse by their annotations
        lambda y_hat: check_two(A, y_hat),
        r"^y_hat has the shape .*: give it \(6,\)$",
        good=[y_hat],
        bad=[y_hat[:5], y_hat[:, None]],
    )
    refuses(
        lambda A_new: check_new(A_new, A),
        r"^A_new has the shape .*: give it \(\d+, 3\)$",
        good=[A, A[:1]],
        bad=[A[:, :2], A.T],
    )
    only_positive(lambda lam: probe(A, y_hat, A, lam), "lam")
