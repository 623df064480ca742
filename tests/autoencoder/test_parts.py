"""Parts: each row in one of three, in order."""

import math

import torch

from ml2020.autoencoder import parted
from tests.refusals import refuses, spoilt


def test_of_five_rows_three_are_learned_one_chooses_one_judges():
    X = torch.arange(12.0).reshape(12, 1)
    P = parted(X, torch.arange(12) + 100)
    wanted = [[0, 1, 2, 5, 6, 7, 10, 11], [3, 8], [4, 9]]
    assert [p.flatten().tolist() for p in P[:3]] == wanted
    assert [p.tolist() for p in P[3:]] == [[100 + i for i in w] for w in wanted]


def test_refusals():
    def call(X):
        parted(X, torch.arange(len(X)))

    X = torch.ones(5, 2)
    bad = [X[:4], *spoilt(X, math.nan, math.inf)]
    refuses(call, "^X (has NaN|has 4 rows: give five or more)", good=[X], bad=bad)
