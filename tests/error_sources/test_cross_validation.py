"""Each example judges what the others have taught, as scikit-learn has it too."""

import math
from functools import partial

import pytest
import torch
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score

from ml2020.course_rules import kfold
from ml2020.error_sources import cross_validation, leave_one_out
from ml2020.regression import powers, ridge, shrunk
from tests.refusals import refuses, spoilt


def examples(count=13, device="cpu"):
    dice = torch.Generator().manual_seed(0)
    X = torch.randn(count, 3, generator=dice, dtype=torch.float64)
    y_hat = torch.randn(count, generator=dice, dtype=torch.float64)
    return X.to(device), y_hat.to(device)


def turns(count=13, k=4):
    return kfold(count, k, generator=torch.Generator().manual_seed(1))


def test_it_agrees_with_scikit_learn_on_the_same_splits():
    X, y_hat = examples()
    theirs = cross_val_score(
        LinearRegression(fit_intercept=False),
        X.numpy(),
        y_hat.numpy(),
        cv=[(learn.numpy(), judge.numpy()) for learn, judge in turns()],
        scoring="neg_mean_squared_error",
    )
    expected = -torch.tensor(theirs)
    torch.testing.assert_close(cross_validation(X, y_hat, turns()), expected)


@pytest.mark.equation("eq-error_sources-cv")
def test_a_turn_is_the_mean_error_of_a_function_that_never_saw_its_judges(device):
    X, y_hat = examples(device=device)
    expected = []
    for _, judge in turns():
        others = [n for n in range(13) if n not in judge.tolist()]
        A, t = X[others], y_hat[others]
        theta = torch.linalg.solve(A.T @ A, A.T @ t)
        errors = [(y_hat[n] - X[n] @ theta) ** 2 for n in judge.tolist()]
        expected.append(sum(errors) / len(errors))
    result = cross_validation(X, y_hat, turns())
    torch.testing.assert_close(result, torch.stack(expected))


def test_another_fit_is_judged_when_it_is_given():
    X, y_hat = examples()
    nothing = cross_validation(X, y_hat, turns(), fit=partial(shrunk, lam=1e12))
    expected = torch.stack([(y_hat[judge] ** 2).mean() for _, judge in turns()])
    torch.testing.assert_close(nothing, expected)


def test_answers_that_a_line_explains_leave_no_error():
    X, _ = examples()
    assert cross_validation(X, X.sum(dim=1), turns()).max() < 1e-20


def test_rejects_no_examples():
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one"):
        cross_validation(torch.zeros(0, 2), torch.zeros(0), turns())


def test_rejects_a_number_that_is_none():
    X, y_hat = examples()
    for call, name, good in (
        (lambda y_hat: cross_validation(X, y_hat, turns()), "y_hat", y_hat),
        (lambda X: cross_validation(X, y_hat, turns()), "X", X),
    ):
        said = rf"^{name} has NaN or infinity: "
        refuses(call, said, good=[good], bad=spoilt(good, math.nan, math.inf))


def test_rejects_no_folds():
    with pytest.raises(ValueError, match=r"^folds are empty: make at least one"):
        cross_validation(*examples(), [])


def test_rejects_a_fold_without_teachers_or_judges():
    X, y_hat = examples()
    good = (torch.arange(5), torch.arange(5, 13))
    refuses(
        lambda pair: cross_validation(X, y_hat, [good, pair]),
        r"^folds have an empty side: choose fewer folds$",
        good=[good, (torch.arange(12), torch.arange(12, 13))],
        bad=[(good[0][:0], good[1]), (good[0], good[1][:0])],
    )


def test_rejects_an_example_that_judges_itself():
    X, y_hat = examples()
    refuses(
        lambda first: cross_validation(
            X, y_hat, [*turns(), (torch.arange(6), torch.arange(first, 13))]
        ),
        r"^folds overlap: an example must not judge itself$",
        good=[6],
        bad=[5, 0],
    )


def test_a_fit_may_find_a_bias_as_well():
    X, y_hat = examples()
    lines = torch.cat([torch.ones(13, 1).double(), X], dim=1)
    with_bias = cross_validation(X, y_hat, turns(), fit=partial(ridge, lam=0.0))
    torch.testing.assert_close(with_bias, cross_validation(lines, y_hat, turns()))


def test_alone_in_turn_ridge_is_judged_as_by_leave_one_out():
    X, y_hat = examples()
    alone = kfold(13, 13, generator=torch.Generator().manual_seed(1))
    errors = cross_validation(X, y_hat, alone, fit=partial(ridge, lam=0.7))
    lines = torch.cat([powers(y_hat, 0), X], dim=1)
    expected = (leave_one_out(lines, y_hat, lam=0.7, free=1) ** 2).mean()
    torch.testing.assert_close(errors.mean(), expected)


def test_rejects_a_fold_that_names_nobody():
    X, y_hat = examples()
    refuses(
        lambda last: cross_validation(
            X, y_hat, [*turns(), (torch.arange(6), torch.tensor([7, last]))]
        ),
        r"^folds name examples outside 0 to 12: use kfold\(\)$",
        good=[6, 12],
        bad=[-1, 13],
    )
    with pytest.raises(ValueError, match=r"^folds name examples outside 0 to 12: "):
        cross_validation(X, y_hat, [(torch.tensor([0, -1]), torch.tensor([5]))])
    cross_validation(X, y_hat, [(torch.arange(4), torch.tensor([5]))])


def test_rejects_answers_of_another_type():
    X, y_hat = examples()
    with pytest.raises(ValueError, match=r"^y_hat is torch.float32, X is .*: give y_"):
        cross_validation(X, y_hat.float(), turns(), fit=lambda X, _: X[0])


def test_rejects_an_example_that_judges_twice():
    X, y_hat = examples()
    refuses(
        lambda last: cross_validation(
            X, y_hat, [*turns(), (torch.arange(6), torch.tensor([7, 8, last]))]
        ),
        r"^folds repeat an example that judges: name it once$",
        good=[9],
        bad=[7, 8],
    )
    twice = torch.tensor([0, 0, 1, 2, 3])  # it may teach as often as one likes
    cross_validation(X, y_hat, [(twice, torch.tensor([5]))])


def test_rejects_answers_that_no_error_can_be_computed_from():
    X, y_hat = examples()
    for fit in (
        lambda X, _: torch.full((3,), math.nan).to(X),
        lambda X, _: (torch.ones(3).to(X), torch.tensor(math.inf)),
        lambda X, _: torch.tensor([0, 0, math.inf]).to(X),
    ):
        with pytest.raises(
            ValueError, match=r"^answers has NaN or infinity: mend fit$"
        ):
            cross_validation(X, y_hat, turns(), fit=fit)
    refuses(
        lambda b: cross_validation(
            X, y_hat, turns(), fit=lambda X, _: (0 * X[0], b + 0 * X[0, 0])
        ),
        "^squares of answers has NaN or infinity: change the units$",
        good=[3e153, -3e153],
        bad=[5e153, -5e153, 1e200],
    )


def test_rejects_targets_whose_squares_overflow():
    X, y_hat = examples()
    refuses(
        lambda size: cross_validation(X, size * y_hat / y_hat.abs().max(), turns()),
        "^squares of y_hat has NaN or infinity: change the units$",
        good=[1e153],
        bad=[2e153, 1e200],
    )
