"""The nearest neighbour is scikit-learn's, and knows its own examples."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from sklearn.neighbors import KNeighborsClassifier

from ml2020.introduction import nearest_label
from tests.refusals import refuses, spoilt


@given(seed=st.integers(0, 2**31))
def test_it_answers_as_scikit_learn_does(device, seed):
    dice = torch.Generator().manual_seed(seed)
    known = torch.randn(9, 3, generator=dice, dtype=torch.float64)
    x = torch.randn(5, 3, generator=dice, dtype=torch.float64)
    labels = torch.randint(4, (9,), generator=dice)
    theirs = KNeighborsClassifier(n_neighbors=1).fit(known.numpy(), labels.numpy())
    ours = nearest_label(x.to(device), known.to(device), labels.to(device))
    assert ours.tolist() == theirs.predict(x.numpy()).tolist()


def test_it_knows_its_own_examples():
    known = torch.tensor([[0.0, 0.0], [1.0, 1.0], [5.0, -2.0]])
    assert nearest_label(known, known, torch.tensor([7, 8, 9])).tolist() == [7, 8, 9]


def test_rejects_examples_that_are_no_numbers():
    known, labels = torch.tensor([[0.0, 1.0], [2.0, 3.0]]), torch.tensor([0, 1])
    bad = spoilt(known, math.nan, math.inf)
    said = r"^known has NaN or infinity: "
    refuses(lambda k: nearest_label(known, k, labels), said, good=[known], bad=bad)
    said = r"^x has NaN or infinity: "
    refuses(lambda x: nearest_label(x, known, labels), said, good=[known], bad=bad)


def test_rejects_an_empty_memory():
    x, labels = torch.zeros(1, 2), torch.zeros(1)
    said = r"^known is empty: give at least one example and feature$"
    empty = torch.zeros(0, 2)
    refuses(
        lambda known: nearest_label(x, known, labels[: len(known)]),
        said,
        good=[x],
        bad=[empty],
    )


def test_rejects_another_number_of_labels():
    known = torch.zeros(3, 2)
    with pytest.raises(TypeCheckError, match="labels"):
        nearest_label(known, known, torch.zeros(2))
