"""Losses are the textbook's, and their average is over the examples."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError
from torch import nn

from ml2020.introduction import average_loss, squared, surprise, zero_one
from tests.refusals import refuses

numbers = st.lists(st.floats(-9, 9), min_size=1, max_size=6)


@pytest.mark.equation("eq-introduction-loss")
@given(values=numbers)
def test_the_loss_is_the_mean_over_examples(device, values):
    x = torch.tensor(values, dtype=torch.float64, device=device)[:, None]
    result = average_loss(lambda x: 2 * x, x, x + 1, squared)
    expected = sum((2 * v - (v + 1)) ** 2 for v in values) / len(values)
    assert result.item() == pytest.approx(expected)


def test_zero_one_counts_the_wrong_answers(device):
    y = torch.tensor([1, 2, 3], device=device)
    assert zero_one(y, y.flip(0)).tolist() == [1, 0, 1]


def test_squared_adds_up_the_components(device):
    y = torch.zeros(2, 2, 2, device=device)
    assert squared(y, y + 3).tolist() == [36, 36]


def test_squared_takes_one_number_an_example(device):
    y = torch.tensor([1.0, 2.0], device=device)
    assert squared(y, y.flip(0) + 3).tolist() == [16, 4]


@pytest.mark.parametrize("ell", [squared, zero_one])
def test_rejects_labels_that_would_be_compared_with_every_answer(ell):
    y = torch.tensor([1.0, 2.0, 3.0])
    assert ell(y, y).tolist() == [0, 0, 0]
    with pytest.raises(TypeCheckError):
        ell(y[:, None], y)


@given(seed=st.integers(0, 2**31))
def test_surprise_is_torchs_cross_entropy(device, seed):
    dice = torch.Generator().manual_seed(seed)
    scores = torch.randn(5, 3, generator=dice, dtype=torch.float64).to(device)
    y_hat = torch.randint(3, (5,), generator=dice).to(device)
    expected = nn.functional.cross_entropy(scores, y_hat, reduction="none")
    torch.testing.assert_close(surprise(scores, y_hat), expected)


@pytest.mark.equation("eq-introduction-surprise")
def test_surprise_is_the_log_of_a_sum_over_a_term():
    for truth in range(3):
        scores = [2.0, 0.0, -1.0]
        total = sum(math.exp(s) for s in scores)
        expected = -math.log(math.exp(scores[truth]) / total)
        (found,) = surprise(torch.tensor([scores]), torch.tensor([truth])).tolist()
        assert found == pytest.approx(expected)


@pytest.mark.equation("eq-introduction-squared")
def test_squared_is_the_sum_of_squares_of_a_loop():
    y, y_hat = [[1.0, 2.0], [-3.0, 0.5]], [[0.0, 4.0], [1.0, 1.0]]
    expected = [
        sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
        for one, other in zip(y, y_hat, strict=True)
    ]
    assert squared(torch.tensor(y), torch.tensor(y_hat)).tolist() == expected


def test_rejects_labels_that_number_no_class():
    scores = torch.zeros(3, 2)
    good = torch.tensor([0, 1, 0])
    bad = [torch.tensor([0, 1, -1]), torch.tensor([0, 2, 1]), torch.full((3,), 2)]
    said = r"^y_hat is outside 0 to 1: number the classes so$"
    refuses(lambda y_hat: surprise(scores, y_hat), said, good=[good], bad=bad)


def test_ten_equal_scores_surprise_by_log_ten():
    result = surprise(torch.zeros(1, 10), torch.tensor([3]))
    assert result.item() == pytest.approx(math.log(10))


def test_rejects_no_examples():
    with pytest.raises(ValueError, match=r"^x is empty: give at least one example$"):
        average_loss(lambda x: x, torch.zeros(0, 1), torch.zeros(0, 1), squared)


def test_rejects_another_number_of_answers():
    with pytest.raises(ValueError, match=r"^y_hat has 2 answers: give one for each of"):
        average_loss(lambda x: x, torch.zeros(3, 1), torch.zeros(2, 1), squared)


def test_losses_reject_nothing_to_compare():
    some, none = torch.zeros(1, 2), torch.zeros(2, 0)
    said = r"^y is empty: give at least one example$"
    refuses(lambda y: squared(y, y), said, good=[some], bad=[some[:0], some[:, :0]])
    refuses(lambda y: zero_one(y, y), said, good=[some[0]], bad=[some[0, :0]])
    said = r"^scores is empty: give at least one example$"

    def call(scores):
        return surprise(scores, torch.zeros(len(scores)).long())

    refuses(call, said, good=[some, some[:, :1]], bad=[some[:0], none])


def test_squared_rejects_labels_of_another_type():
    y = torch.zeros(2, 1)
    said = r"^y_hat is torch.float64, y is torch.float32: give y_hat.to\(y\)$"
    refuses(lambda y_hat: squared(y, y_hat), said, good=[y], bad=[y.double()])


def test_the_average_takes_whole_numbers():
    x = torch.tensor([[1], [3]])
    assert average_loss(lambda x: x.double(), x, 0.0 * x.double(), squared) == 5


def test_surprise_takes_the_whole_numbers_that_can_index():
    scores, y_hat = torch.zeros(2, 2), torch.tensor([0, 1])
    assert len(surprise(scores, y_hat)) == 2
    for short in (torch.int8, torch.uint8, torch.int32):
        with pytest.raises(TypeCheckError, match="y_hat"):
            surprise(scores, y_hat.to(short))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_score_that_is_no_number_makes_the_surprise_of_its_row_nan(bad):
    result = surprise(torch.tensor([[bad, 0.0], [0.0, 0.0]]), torch.tensor([0, 0]))
    assert result.isnan().tolist() == [True, False]


def test_no_class_that_is_possible_makes_the_surprise_nan():
    impossible = torch.tensor([[-math.inf, -math.inf], [-math.inf, 0.0]])
    result = surprise(impossible, torch.tensor([0, 0]))
    assert result.isnan().tolist() == [True, False]
    assert result[1] == math.inf


def test_a_mean_of_means_is_averaged_as_it_is():
    x = torch.tensor([[1.0], [3.0]])
    result = average_loss(lambda x: x, x, 0 * x, nn.functional.mse_loss)
    assert result.item() == 5
