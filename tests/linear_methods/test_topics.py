"""Weights are those of the formula, and the product is the best table of its rank."""

import math

import pytest
import torch
from sklearn.decomposition import TruncatedSVD

from ml2020.linear_methods import lsa, weighted_counts
from tests.refusals import refuses, spoilt

COUNTS = torch.tensor([[2.0, 1, 0], [1, 0, 1], [1, 0, 3], [1, 1, 0]]).double()


@pytest.mark.equation("eq-linear_methods-tfidf")
def test_a_word_of_every_text_counts_nothing():
    V = weighted_counts(COUNTS)
    assert V[:, 0].tolist() == [0, 0, 0, 0]
    torch.testing.assert_close(V[:, 2], COUNTS[:, 2] * math.log(2))
    assert V[2, 2].item() == pytest.approx(3 * math.log(4 / 2))


@pytest.mark.equation("eq-linear_methods-lsa")
def test_it_is_sklearn_s_and_the_best_of_its_rank():
    dice = torch.Generator().manual_seed(0)
    V = torch.rand(20, 12, generator=dice, dtype=torch.float64)
    found = lsa(V, 3)
    product = found.texts @ found.words.T
    tail = (torch.linalg.svdvals(V)[3:] ** 2).sum()
    torch.testing.assert_close(((V - product) ** 2).sum(), tail)
    theirs = TruncatedSVD(3, algorithm="arpack", random_state=0)
    places = torch.from_numpy(theirs.fit_transform(V.numpy()))
    torch.testing.assert_close(found.texts.abs(), places.abs())
    torch.testing.assert_close(found.words.T @ found.words, torch.eye(3).double())


def test_rejects_empty_rows_and_columns():
    empty_text, empty_word = COUNTS.clone(), COUNTS.clone()
    empty_text[2], empty_word[:, 1] = 0, 0
    said = "^counts has an empty row or column: leave it out$"
    refuses(weighted_counts, said, good=[COUNTS], bad=[empty_text, empty_word])
    refuses(
        weighted_counts,
        "^counts has negative entries",
        good=[COUNTS],
        bad=spoilt(COUNTS, -1.0),
    )
    refuses(
        weighted_counts, "^counts has NaN", good=[COUNTS], bad=spoilt(COUNTS, math.nan)
    )


def test_rejects_dimensions_that_there_are_not():
    said = "^count is .*: give 1 to 3, the rank of the table$"
    refuses(lambda k: lsa(COUNTS, k), said, good=[1, 3], bad=[0, 4])
    flat = COUNTS[:1].expand(4, -1).clone()
    with pytest.raises(ValueError, match="give 1 to 1, the rank"):
        lsa(flat, 2)
    bad = spoilt(COUNTS, math.nan)
    refuses(lambda V: lsa(V, 1), "^table has NaN", good=[COUNTS], bad=bad)
