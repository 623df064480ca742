"""Classes are counted before anything is fitted, and mistakes are counted after."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.classification import accuracy, class_counts, prior

X = torch.arange(10.0).reshape(5, 2)
y = torch.tensor([1, 0, 1, 1, 0])


def test_each_label_is_counted_class_1_first(device):
    assert class_counts(X.to(device), y.to(device)).tolist() == [3, 2]


@pytest.mark.equation("eq-classification-prior")
def test_the_prior_is_the_most_likely_share():
    shares = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    log_likelihood = 3 * shares.log() + 2 * (1 - shares).log()
    best = shares[log_likelihood.argmax()].item()
    assert prior(class_counts(X, y))[0].item() == pytest.approx(best, abs=1e-9)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=4))
def test_priors_add_up_to_1(counts):
    counts = torch.tensor([1, *counts])
    assert prior(counts).sum().item() == pytest.approx(1)


@pytest.mark.equation("eq-classification-mistakes")
@given(st.lists(st.tuples(st.floats(-2, 2), st.integers(0, 1)), min_size=1))
def test_the_accuracy_is_one_minus_the_share_of_mistakes(pairs):
    mistakes = sum((z > 0) != bool(label) for z, label in pairs)
    z = torch.tensor([z for z, _ in pairs], dtype=torch.float64)
    labels = torch.tensor([label for _, label in pairs])
    assert accuracy(z, labels) == pytest.approx(1 - mistakes / len(pairs))


def test_on_the_boundary_the_answer_is_0():
    assert accuracy(torch.zeros(4), torch.tensor([0, 0, 0, 1])) == 0.75


def test_infinite_odds_are_an_answer():
    z = torch.tensor([float("inf"), float("-inf")])
    assert accuracy(z, torch.tensor([1, 0])) == 1


def test_the_arguments_are_left_alone():
    before = X.clone(), y.clone()
    class_counts(X, y)
    assert torch.equal(X, before[0])
    assert torch.equal(y, before[1])


def test_rejects_no_examples_and_no_features():
    none = torch.zeros(0, dtype=torch.long)
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        class_counts(torch.zeros(0, 2), none)
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        class_counts(torch.zeros(5, 0), y)
    with pytest.raises(ValueError, match=r"^y is empty: give at least one example"):
        accuracy(torch.zeros(0), none)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_feature_that_is_no_number(bad):
    broken = X.clone()
    broken[2, 1] = bad
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        class_counts(broken, y)


def test_rejects_an_answer_that_is_no_number():
    with pytest.raises(ValueError, match=r"^z has NaN: drop or mend those examples"):
        accuracy(torch.full((5,), float("nan")), y)


@pytest.mark.parametrize("label", [-1, 2])
def test_rejects_other_labels(label):
    broken = y.clone()
    broken[0] = label
    with pytest.raises(ValueError, match=r"^y has labels other than 0 and 1: recode"):
        class_counts(X, broken)
    with pytest.raises(ValueError, match=r"^y has labels other than 0 and 1: recode"):
        accuracy(torch.zeros(5), broken)


@pytest.mark.parametrize("label", [0, 1])
def test_rejects_a_class_without_examples(label):
    alone = torch.full((5,), 1 - label)
    with pytest.raises(ValueError, match=rf"^y has no label {label}: give both"):
        class_counts(X, alone)


@pytest.mark.parametrize("counts", [[0, 0], [3, -1]])
def test_rejects_counts_that_are_none(counts):
    with pytest.raises(ValueError, match=r"^counts are negative or all 0: count"):
        prior(torch.tensor(counts))
