"""The nearest neighbour is scikit-learn's, and knows its own examples."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

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


@pytest.mark.parametrize("offset", [0.0, 100.0, 10_000.0])
def test_it_answers_as_scikit_learn_does_in_float32_far_from_zero(device, offset):
    dice = torch.Generator().manual_seed(1)
    known, x = torch.randn(300, 3, generator=dice).add(offset).split(200)
    theirs = NearestNeighbors(n_neighbors=2).fit(known.numpy())
    far, rows = map(torch.from_numpy, theirs.kneighbors(x.numpy()))
    numbers = torch.arange(200, device=device)
    ours = nearest_label(x.to(device), known.to(device), numbers).cpu()
    apart = far[:, 0] < far[:, 1]  # a tie is anybody's choice
    assert ours[apart].tolist() == rows[apart, 0].tolist()
    assert apart.sum() > 50


@pytest.mark.parametrize("offset", [1e7, 1e8])
def test_it_names_the_nearest_in_float64_where_the_shortcut_of_torch_does_not(
    device, offset
):
    dice = torch.Generator().manual_seed(1)
    known, x = torch.randn(300, 3, dtype=torch.float64, generator=dice).split(200)
    known, x = known + offset, x + offset
    nearest = (x[:, None] - known).square().sum(dim=2).argmin(dim=1)
    numbers = torch.arange(200, device=device)
    ours = nearest_label(x.to(device), known.to(device), numbers).cpu()
    assert torch.equal(ours, nearest)
    assert not torch.equal(torch.cdist(x, known).argmin(dim=1), nearest)


@pytest.mark.parametrize("features", [16, 64])
@pytest.mark.parametrize("offset", [0.0, 1e7, 1e8])
def test_with_many_features_scikit_learn_errs_far_from_zero_and_it_does_not(
    device, features, offset
):
    dice = torch.Generator().manual_seed(1)
    cloud = torch.randn(300, features, dtype=torch.float64, generator=dice)
    known, x = (cloud + offset).split(200)
    distance2 = (x[:, None] - known).square().sum(dim=2)
    first, second = distance2.sort(dim=1).values[:, :2].T
    apart = second - first > 1e-3  # what rounding cannot turn round
    labels = torch.arange(200) // 2  # with one each, scikit-learn warns
    expected = labels[distance2.argmin(dim=1)][apart]
    ours = nearest_label(x.to(device), known.to(device), labels.to(device)).cpu()
    model = KNeighborsClassifier(n_neighbors=1).fit(known.numpy(), labels.numpy())
    theirs = torch.from_numpy(model.predict(x.numpy()))
    assert apart.sum() > 90
    assert torch.equal(ours[apart], expected)
    assert torch.equal(theirs[apart], expected) == (offset == 0)


def test_differences_whose_squares_underflow_count_as_none():
    known, labels = torch.tensor([[5.0], [2.0]], dtype=torch.float64), torch.arange(2)
    x = torch.zeros(1, 1, dtype=torch.float64)
    assert nearest_label(x, known * 1e-150, labels).tolist() == [1]
    assert nearest_label(x, known * 1e-170, labels).tolist() == [0]


def test_the_scale_of_the_numbers_does_not_matter():
    known, labels = torch.tensor([[1.0, 0.0], [3.0, 0.0]]), torch.tensor([7, 8])
    for scale in (1e-25, 1.0, 1e20):
        x = torch.tensor([[4.0, 0.0], [0.0, 0.0]]) * scale
        assert nearest_label(x, known * scale, labels).tolist() == [8, 7]


def test_types_may_differ_and_the_first_of_equals_answers():
    known = torch.tensor([[0.0], [2.0]], dtype=torch.float32)
    x = torch.tensor([[1.0], [1.5]], dtype=torch.float64)
    assert nearest_label(x, known, torch.tensor([8, 7])).tolist() == [8, 7]


def test_no_question_has_no_answer():
    known = torch.zeros(2, 3)
    assert nearest_label(known[:0], known, torch.tensor([8, 7])).tolist() == []


def test_rejects_numbers_whose_squares_overflow():
    near = torch.tensor([[0.0, 1.0], [2.0, 3.0]], dtype=torch.float64)
    labels = torch.tensor([0, 1])
    limit = (torch.finfo(torch.float64).max / 8) ** 0.5  # two features, twice as far
    far = [near * 0 + limit * 1.001, near.index_fill(1, torch.tensor(1), -2 * limit)]
    good = [near, near * 0 + limit * 0.999]
    said = r"^x or known has numbers so large that squares overflow: drop or mend"
    refuses(lambda k: nearest_label(near, k, labels), said, good=good, bad=far)
    refuses(lambda x: nearest_label(x, near, labels), said, good=good, bad=far)


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
