"""Self-training is sklearn's, and of no use for regression."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.semi_supervised import SelfTrainingClassifier

from ml2020.semi_supervised import pseudo_labels, self_trained, two_groups
from tests.refusals import below, refuses, spoilt


def by_sklearn(X, y):
    fitted = LogisticRegression(C=1.0).fit(X.numpy(), y.numpy())
    return lambda U: torch.from_numpy(fitted.predict_proba(U.numpy()))


def points(n=120):
    return two_groups(n, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("rounds", [0, 1, 3, 50])
def test_it_labels_what_sklearn_s_labels(rounds):
    X, y, _ = points()
    classify, given = self_trained(by_sklearn, X[:10], y[:10], X[10:], 0.8, rounds)
    theirs = SelfTrainingClassifier(
        LogisticRegression(C=1.0), threshold=0.8, max_iter=rounds or 1
    )
    theirs.fit(X.numpy(), np.concatenate([y[:10].numpy(), np.full(110, -1)]))
    if rounds:
        assert given.tolist() == theirs.transduction_[10:].tolist()
        torch.testing.assert_close(
            classify(X), torch.from_numpy(theirs.predict_proba(X.numpy()))
        )
    else:
        assert (given == -1).all()


def test_labels_are_of_those_above_the_threshold():
    y = torch.tensor([[0.9, 0.1], [0.375, 0.625], [0.2, 0.8], [0.5, 0.5]])
    sure, labels = pseudo_labels(y, 0.625)
    assert sure.tolist() == [0, 2]
    assert labels.tolist() == [0, 1]


def test_nobody_is_labelled_twice_and_it_stops():
    X, y, _ = points()
    seen = []

    def learn(X, y):
        seen.append(len(X))
        return by_sklearn(X, y)

    _, given = self_trained(learn, X[:10], y[:10], X[10:], 0.0, 50)
    assert seen == [10, 120]
    assert (given >= 0).all()


def test_regression_learns_nothing_from_its_own_answers():
    dice = torch.Generator().manual_seed(0)
    X, U = torch.randn(25, 3, generator=dice).double().split([10, 15])
    y = torch.randn(10, generator=dice).double()
    w = torch.linalg.lstsq(X, y).solution
    again = torch.linalg.lstsq(torch.cat([X, U]), torch.cat([y, U @ w])).solution
    torch.testing.assert_close(again, w)


def test_rejects_bad_settings():
    X, y, _ = points()
    answers = torch.tensor([[0.5, 0.5]])
    refuses(
        lambda threshold: pseudo_labels(answers, threshold),
        r"^threshold is .*: choose it in \[0, 1\)$",
        good=[0.0, below(1.0)],
        bad=[below(0.0), 1.0, math.nan],
    )
    with pytest.raises(ValueError, match=r"^threshold is 1"):
        self_trained(by_sklearn, X[:10], y[:10], X[10:], 1.0, 1)
    with pytest.raises(ValueError, match=r"^rounds is -1"):
        self_trained(by_sklearn, X[:10], y[:10], X[10:], 0.5, -1)
    with pytest.raises(ValueError, match=r"^y is empty: give at least one answer"):
        pseudo_labels(answers[:0], 0.5)
    refuses(
        lambda answers: pseudo_labels(answers, 0.5),
        "^y is negative or does not add up to 1: take a softmax first$",
        good=[answers],
        bad=[torch.tensor([[5.0, -1.0]]), *spoilt(answers, math.nan)],
    )
