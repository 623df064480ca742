"""One fit says what a fit without each example would have said about it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import leave_one_out, leverages
from ml2020.regression import least_squares, powers

seeds = st.integers(0, 2**31)


def examples(seed, count=9, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(count, 3, generator=dice, dtype=torch.float64)
    y_hat = torch.randn(count, generator=dice, dtype=torch.float64)
    return X.to(device), y_hat.to(device)


@pytest.mark.equation("eq-error_sources-loo")
@given(seed=seeds)
def test_it_is_what_as_many_fits_as_examples_say(device, seed):
    X, y_hat = examples(seed, device=device)
    expected = []
    for n in range(9):
        others = [i for i in range(9) if i != n]
        expected.append(y_hat[n] - X[n] @ least_squares(X[others], y_hat[others]))
    torch.testing.assert_close(leave_one_out(X, y_hat), torch.stack(expected))


@pytest.mark.equation("eq-error_sources-leverage")
@given(seed=seeds)
def test_a_leverage_is_how_far_an_answer_follows_its_own_target(device, seed):
    X, y_hat = examples(seed, device=device)
    before = X @ least_squares(X, y_hat)
    for n, h in enumerate(leverages(X)):
        moved = y_hat.clone()
        moved[n] += 1
        answer = X[n] @ least_squares(X, moved)
        assert (answer - before[n]).item() == pytest.approx(h.item(), abs=1e-9)


@given(seed=seeds)
def test_leverages_lie_between_0_and_1_and_add_up_to_the_weights(seed):
    h = leverages(examples(seed)[0])
    assert h.sum().item() == pytest.approx(3)
    assert ((h > 0) & (h < 1)).all()


def test_the_mean_of_the_others_is_the_answer_of_a_constant():
    y_hat = torch.tensor([1.0, 2.0, 6.0], dtype=torch.float64)
    errors = leave_one_out(powers(torch.zeros(3).double(), 0), y_hat)
    assert errors.tolist() == pytest.approx([-3.0, -1.5, 4.5])


def test_the_arguments_are_left_alone():
    X, y_hat = examples(0)
    before = X.clone(), y_hat.clone()
    leave_one_out(X, y_hat)
    assert torch.equal(X, before[0])
    assert torch.equal(y_hat, before[1])


def test_rejects_no_example_and_one():
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one"):
        leave_one_out(torch.zeros(0, 2), torch.zeros(0))
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        leverages(torch.zeros(3, 0))
    with pytest.raises(ValueError, match=r"^y_hat has 1 example: give 2 or more"):
        leave_one_out(torch.ones(1, 1), torch.ones(1))


def test_rejects_an_example_that_only_itself_can_explain():
    X = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
    with pytest.raises(ValueError, match=r"^X has an example of leverage 1: drop"):
        leave_one_out(X, torch.ones(3).double())


def test_rejects_a_number_that_is_none():
    bad = torch.full((3, 2), float("nan"))
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        leverages(bad)
    with pytest.raises(ValueError, match=r"^X has NaN or infinity"):
        leave_one_out(bad, torch.ones(3))
