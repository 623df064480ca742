"""One fit says what a fit without each example would have said about it."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import leave_one_out
from ml2020.error_sources.leave_one_out import factors, with_wishes
from ml2020.error_sources.leave_one_out import leverages as leverages_of
from ml2020.regression import least_squares, powers, ridge, shrunk
from tests.refusals import below, refuses, spoilt

seeds = st.integers(0, 2**31)


def examples(seed, count=9, device="cpu"):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(count, 3, generator=dice, dtype=torch.float64)
    y_hat = torch.randn(count, generator=dice, dtype=torch.float64)
    return X.to(device), y_hat.to(device)


def leverages(X, lam=0.0, free=0):
    return leverages_of(factors(X, lam, free)[0])


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


def test_a_row_of_targets_for_each_universe_is_as_many_calls():
    X, y_hat = examples(0)
    many = torch.stack([y_hat, 2 * y_hat - 1, X[:, 0]])
    expected = torch.stack([leave_one_out(X, row) for row in many])
    torch.testing.assert_close(leave_one_out(X, many), expected)
    torch.testing.assert_close(leave_one_out(X, many[None]), expected[None])


def test_units_of_a_feature_do_not_matter():
    X, y_hat = examples(0)
    scaled = X * torch.tensor([1.0, 1e9, 1e-9]).double()
    torch.testing.assert_close(leverages(scaled), leverages(X))
    torch.testing.assert_close(leave_one_out(scaled, y_hat), leave_one_out(X, y_hat))


def test_rejects_no_example_and_one():
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        leverages(torch.zeros(3, 0))
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        leave_one_out(torch.zeros(2, 0), torch.zeros(2))
    for lam in (0.0, 1e6):
        refuses(
            lambda n, lam=lam: leave_one_out(torch.ones(n, 1), torch.ones(n), lam),
            r"^len\(X\) is [01]: give 2 or more$",
            good=[2],
            bad=[0, 1],
        )
    torch.testing.assert_close(
        leave_one_out(torch.ones(2, 1), torch.tensor([1.0, 3.0])),
        torch.tensor([-2.0, 2.0]),
    )
    row = torch.tensor([[1.0, 2.0]])  # one example has leverages nevertheless
    assert leverages(row, 3.0).tolist() == [pytest.approx(5 / 8)]


@pytest.mark.parametrize(
    ("dtype", "near", "nearer"),
    [(torch.float64, 7e3, 9e3), (torch.float32, 45.0, 60.0)],
)
def test_rejects_an_example_that_only_itself_can_explain(dtype, near, nearer):
    # The leverages of 1 and t are 1 / (1 + t^2) and t^2 / (1 + t^2). The limit is a
    # distance from 1 of the root of eps: t is 8192, or 53.8.
    y_hat = torch.ones(2, dtype=dtype)
    refuses(
        lambda t: leave_one_out(torch.tensor([[1.0], [t]], dtype=dtype), y_hat),
        r"^X has leverage 1 in row 1: drop that row, a feature, or raise lam$",
        good=[1.0, near],
        bad=[nearer, 1e12],
    )


def test_rejects_columns_that_depend_on_each_other():
    X, y_hat = examples(0)
    twice = torch.cat([X, X[:, :1] - X[:, 1:2]], dim=1)
    said = r"^X has columns that depend on each other: drop a feature or raise lam$"
    refuses(leverages, said, good=[X], bad=[twice, X[:2]])
    with pytest.raises(ValueError, match=said):
        leave_one_out(twice, y_hat)


def test_rejects_a_number_that_is_none():
    X, y_hat = examples(0)
    said = "^X has NaN or infinity: drop or mend those examples$"
    bad = spoilt(X, math.nan, math.inf)
    refuses(leverages, said, good=[X], bad=bad)
    refuses(lambda X: leave_one_out(X, y_hat), said, good=[X], bad=bad)
    refuses(
        lambda y_hat: leave_one_out(X, y_hat),
        "^y_hat has NaN or infinity: drop or mend those examples$",
        good=[y_hat],
        bad=spoilt(y_hat, math.nan, math.inf),
    )


def left_out(X, y_hat, fit):
    """The error on each example, one fit at a time."""
    errors = []
    for n in range(len(X)):
        others = [i for i in range(len(X)) if i != n]
        errors.append(y_hat[n] - fit(X[others], y_hat[others])(X[n]))
    return torch.stack(errors)


@pytest.mark.equation("eq-error_sources-loo")
@given(seed=seeds, lam=st.sampled_from([1e-6, 0.3, 40.0]))
def test_with_a_price_it_is_what_as_many_ridges_say(device, seed, lam):
    X, y_hat = examples(seed, device=device)

    def all_pay(X, y_hat):
        w = shrunk(X, y_hat, lam)
        return lambda x: x @ w

    torch.testing.assert_close(
        leave_one_out(X, y_hat, lam), left_out(X, y_hat, all_pay)
    )

    def bias_is_free(X, y_hat):
        w, b = ridge(X, y_hat, lam)
        return lambda x: x @ w + b

    fives = torch.full((9, 1), 5.0).to(X)  # any constant makes room for the bias
    torch.testing.assert_close(
        leave_one_out(torch.cat([fives, X], dim=1), y_hat, lam, free=1),
        left_out(X, y_hat, bias_is_free),
    )


def test_a_price_parts_columns_and_calms_leverages():
    X, y_hat = examples(0)
    twice = torch.cat([X, X[:, :1]], dim=1)
    assert leave_one_out(twice, y_hat, lam=0.1).isfinite().all()
    assert leave_one_out(X[:2], y_hat[:2], lam=0.1).isfinite().all()
    free_of_charge = leverages_of(factors(X)[0])
    torch.testing.assert_close(free_of_charge, leverages(X, 0.0))
    sums = [leverages(X, lam).sum().item() for lam in (0.0, 0.1, 1.0, 10.0)]
    assert sums == sorted(sums, reverse=True)
    nothing = torch.cat([X, torch.zeros(9, 1).to(X)], dim=1)
    torch.testing.assert_close(leverages(nothing, 0.1), leverages(X, 0.1))


def test_the_row_that_stands_alone_is_named():
    X, y_hat = examples(0)
    lonely = torch.cat([X, torch.eye(9).to(X)[:, 4:5]], dim=1)
    with pytest.raises(ValueError, match=r"^X has leverage 1 in row 4: drop that row"):
        leave_one_out(lonely, y_hat)
    assert leave_one_out(lonely, y_hat, lam=0.1).isfinite().all()


def test_rejects_what_is_no_price():
    X, y_hat = examples(0)
    for call in (
        lambda lam: leverages(X, lam),
        lambda lam: leave_one_out(X, y_hat, lam),
    ):
        bad = [below(0.0), -1.0, math.nan, math.inf]
        refuses(call, r"^lam is .*: give 0 or more$", good=[0.0, 1.0], bad=bad)
    refuses(
        lambda lam: leverages(X.float(), lam),
        r"^sqrt\(lam\) has NaN or infinity: give less$",
        good=[1e39],
        bad=[1e80],
    )


def test_rejects_answers_of_another_type():
    X, y_hat = examples(0)
    with pytest.raises(ValueError, match=r"^y_hat is torch.float32, X is .*: give y_"):
        leave_one_out(X, y_hat.float())


def test_a_column_is_free_where_it_is_said_and_nowhere_else():
    X, y_hat = examples(0)
    ones = torch.cat([torch.ones(9, 1).to(X), X], dim=1)
    A = ones.T @ ones + 3 * torch.eye(4).to(X)
    expected = (ones @ torch.linalg.solve(A, ones.T)).diagonal()
    torch.testing.assert_close(leverages(ones, 3.0), expected)  # it pays as well
    A[0, 0] -= 3
    expected = (ones @ torch.linalg.solve(A, ones.T)).diagonal()
    torch.testing.assert_close(leverages(ones, 3.0, free=1), expected)
    nearly = ones.clone()
    nearly[2, 0] += 2**-52  # one rounding error decides nothing
    torch.testing.assert_close(leverages(nearly, 3.0, free=1), expected)
    A[1, 1] -= 3
    expected = (ones @ torch.linalg.solve(A, ones.T)).diagonal()
    torch.testing.assert_close(leverages(ones, 3.0, free=2), expected)
    errors = leave_one_out(ones, y_hat, 3.0, free=4)
    torch.testing.assert_close(errors, leave_one_out(ones, y_hat))


def test_rejects_free_columns_that_are_not_there_or_depend_on_each_other():
    X, y_hat = examples(0)
    for call in (
        lambda free: leverages(X, 1.0, free),
        lambda free: leave_one_out(X, y_hat, 1.0, free),
    ):
        said = r"^free is -?\d: choose it from 0 to 3$"
        refuses(call, said, good=[0, 3], bad=[-1, 4])
    twice = torch.cat([X[:, :1], X], dim=1)
    refuses(
        lambda free: leverages(twice, 1e6, free),
        "^X has free columns that depend on each other: drop one$",
        good=[0, 1],
        bad=[2, 3],
    )


def test_rejects_answers_so_large_that_errors_overflow():
    # A distance from 1 of 1e-3 is allowed: an error may be a thousand times its answer.
    X = torch.tensor([[1.0], [30.0]])
    assert leave_one_out(X, torch.tensor([5e34, -5e34])).isfinite().all()
    refuses(
        lambda y: leave_one_out(X, torch.tensor([[1.0, 1.0], [1.0, y]])),
        "^y_hat has numbers so large that errors overflow: change the units$",
        good=[5.8e34, -5.8e34],
        bad=[6e34, -6e34, 3e38],
    )


def test_every_column_has_a_price_unless_told_otherwise():
    rows = with_wishes(torch.ones(1, 2), lam=4.0)
    assert rows.tolist() == [[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]]


@pytest.mark.parametrize(("lam", "free"), [(0.0, 0), (0.7, 0), (0.7, 1), (1e12, 0)])
def test_the_factors_are_those_of_the_features_and_of_what_is_inverted(lam, free):
    X, _ = examples(0)
    Q, R = factors(X, lam, free)
    torch.testing.assert_close(Q @ R, X)
    prices = torch.tensor([lam] * 3).to(X)
    prices[:free] = 0
    torch.testing.assert_close(R.T @ R, X.T @ X + torch.diag(prices))
    assert torch.equal(R, R.triu())


def test_a_huge_price_costs_the_leverages_no_digits():
    X, _ = examples(0)
    expected = (X**2).sum(dim=1)
    torch.testing.assert_close(1e100 * leverages(X, 1e100), expected)
