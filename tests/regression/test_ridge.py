"""Ridge pays for weights, leaves the bias alone, and is smoother the more it pays."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from ml2020.regression import centred, least_squares, powers, ridge, shrunk
from tests.refusals import above, below, refuses, spoilt

PRICES = [0, 1e-3, 1, 10, 1e3, 1e5]
seeds = st.integers(0, 2**31)


def examples(seed, count=12, features=4):
    dice = torch.Generator().manual_seed(seed)
    X = torch.randn(count, features, generator=dice, dtype=torch.float64) + 3
    return X, torch.randn(count, generator=dice, dtype=torch.float64) + 50


def objective(w, b, X, y_hat, lam):
    errors = [t - (b + (w * row).sum()) for row, t in zip(X, y_hat, strict=True)]
    return sum(error**2 for error in errors) + lam * (w**2).sum()


@pytest.mark.equation("eq-regression-ridge")
@given(seed=seeds, lam=st.floats(0.1, 100))
def test_the_objective_is_flat_where_it_stops(device, seed, lam):
    X, y_hat = (part.to(device) for part in examples(seed))
    w, b = (part.requires_grad_() for part in ridge(X, y_hat, lam))
    slopes = torch.autograd.grad(objective(w, b, X, y_hat, lam), (w, b))
    assert max(slope.abs().max() for slope in slopes) < 1e-7


@pytest.mark.equation("eq-regression-ridge-closed-form")
@given(seed=seeds, lam=st.floats(0.1, 100))
def test_it_is_the_closed_form_of_centred_data(device, seed, lam):
    X, y_hat = (part.to(device) for part in examples(seed))
    Xc, yc = X - X.mean(dim=0), y_hat - y_hat.mean()
    w = torch.linalg.solve(Xc.T @ Xc + lam * torch.eye(4).to(X), Xc.T @ yc)
    expected = w, y_hat.mean() - w @ X.mean(dim=0)
    torch.testing.assert_close(ridge(X, y_hat, lam), expected)


@pytest.mark.parametrize("lam", [0.5, 10, 1000])
def test_it_agrees_with_scikit_learn_to_twelve_digits(lam):
    X, y_hat = examples(seed=0, count=40)
    theirs = Ridge(alpha=lam).fit(X.numpy(), y_hat.numpy())
    w, b = ridge(X, y_hat, float(lam))
    torch.testing.assert_close(w, torch.tensor(theirs.coef_), rtol=1e-12, atol=0)
    assert b.item() == pytest.approx(theirs.intercept_, rel=1e-12)


def test_without_a_price_it_is_least_squares_with_a_bias():
    X, y_hat = examples(seed=2)
    theta = least_squares(torch.cat([torch.ones(12, 1).to(X), X], dim=1), y_hat)
    w, b = ridge(X, y_hat, 0)
    torch.testing.assert_close(torch.cat([b[None], w]), theta)


@given(seed=seeds)
def test_a_higher_price_buys_smaller_weights_for_a_larger_loss(seed):
    X, y_hat = examples(seed)
    fits = [ridge(X, y_hat, lam) for lam in PRICES]
    norms = [w.norm().item() for w, _ in fits]
    losses = [((X @ w + b - y_hat) ** 2).sum().item() for w, b in fits]
    assert norms == sorted(norms, reverse=True)
    assert losses == sorted(losses)


@pytest.mark.equation("eq-regression-smooth")
@given(seed=seeds, lam=st.floats(0, 100))
def test_the_answer_moves_no_further_than_the_weights_allow(seed, lam):
    X, y_hat = examples(seed)
    w, b = ridge(X, y_hat, lam)
    x, moved = X[0], X[1]
    change = abs(((b + moved @ w) - (b + x @ w)).item())
    assert change <= w.norm().item() * (moved - x).norm().item() + 1e-9


@given(seed=seeds, c=st.floats(-1e3, 1e3), lam=st.floats(0, 100))
def test_moving_all_targets_moves_only_the_bias(seed, c, lam):
    X, y_hat = examples(seed)
    w, b = ridge(X, y_hat, lam)
    moved_w, moved_b = ridge(X, y_hat + c, lam)
    torch.testing.assert_close(moved_w, w, rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(moved_b, b + c)


def test_a_punished_bias_does_not_follow_the_targets():
    X, y_hat = examples(seed=0)
    X = torch.cat([torch.ones(12, 1).to(X), X], dim=1)
    moved = X @ (shrunk(X, y_hat + 100, 10.0) - shrunk(X, y_hat, 10.0))
    assert (moved - 100).abs().max() > 1


def test_columns_that_agree_share_a_weight():
    X, y_hat = examples(seed=4, features=1)
    twins = torch.cat([X, X], dim=1)
    w = shrunk(twins, y_hat, 2.0)
    alone = shrunk(2**0.5 * X, y_hat, 2.0) / 2**0.5
    torch.testing.assert_close(w, torch.cat([alone, alone]))


def test_a_vanishing_price_gives_the_shortest_of_the_best():
    X, y_hat = examples(seed=4, count=3, features=5)
    expected = torch.linalg.pinv(X) @ y_hat
    torch.testing.assert_close(shrunk(X, y_hat, 1e-9), expected, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(shrunk(X, y_hat, 0), expected)


@pytest.mark.parametrize("fit", [ridge, shrunk])
def test_in_32_bits_it_is_nearly_the_same(fit):
    X, y_hat = examples(seed=0)
    found = fit(X.float(), y_hat.float(), 3.0)
    for mine, expected in zip(found, fit(X, y_hat, 3.0), strict=True):
        assert mine.dtype == torch.float32
        torch.testing.assert_close(mine.double(), expected, rtol=1e-4, atol=1e-4)


@given(start=st.floats(0, 1), end=st.floats(0, 1), seed=seeds)
def test_a_curve_of_powers_is_as_steep_as_its_weights_allow(start, end, seed):
    w = torch.randn(5, generator=torch.Generator().manual_seed(seed)).double()
    x = torch.tensor([start, end], dtype=torch.float64)
    one, other = powers(x, 5)[:, 1:] @ w
    most = w.norm() * 55**0.5 * abs(end - start)  # 55 = 1 + 4 + 9 + 16 + 25
    assert (other - one).abs() <= most + 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_enormous_price_leaves_the_mean(dtype):
    X, y_hat = (part.to(dtype) for part in examples(seed=0))
    w, b = ridge(X, y_hat, torch.finfo(dtype).max)
    torch.testing.assert_close(w, torch.zeros(4, dtype=dtype))
    torch.testing.assert_close(b, y_hat.mean())


@pytest.mark.parametrize("fit", [ridge, shrunk])
def test_rejects_a_price_that_is_none(fit):
    X, y_hat = examples(seed=0)
    refuses(
        lambda lam: fit(X, y_hat, lam),
        r"^lam is .*: give 0 or more$",
        good=[0.0, above(0.0), torch.finfo(torch.float64).max],
        bad=[below(0.0), -1.0, math.nan],
    )
    refuses(
        lambda lam: fit(X.float(), y_hat.float(), lam),
        r"^lam is .*, more than torch.float32 can hold: give less$",
        good=[torch.finfo(torch.float32).max],
        bad=[above(torch.finfo(torch.float32).max), 1e50, math.inf],
    )


@pytest.mark.parametrize("fit", [ridge, shrunk])
def test_rejects_what_is_no_example(fit):
    X, y_hat = examples(seed=0)
    refuses(
        lambda x: fit(x, y_hat, 1.0),
        r"^X has NaN or infinity: drop or mend",
        good=[X],
        bad=spoilt(X, math.nan, math.inf),
    )
    refuses(
        lambda y: fit(X, y, 1.0),
        r"^y_hat has NaN or infinity: drop or mend",
        good=[y_hat],
        bad=spoilt(y_hat, math.nan, math.inf),
    )


@pytest.mark.parametrize("fit", [ridge, shrunk])
def test_rejects_no_examples(fit):
    X, y_hat = examples(seed=0)
    refuses(
        lambda count: fit(X[:count], y_hat[:count], 1.0),
        "^y_hat is empty: give at least one example$",
        good=[1, 12],
        bad=[0],
    )
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        fit(X[:, :0], y_hat, 1.0)


def test_centred_rejects_what_has_no_mean():
    X, _ = examples(seed=0, count=3, features=2)
    said = "^X is empty: give at least one example and feature$"
    refuses(centred, said, good=[X, X[:1, :1]], bad=[X[:0], X[:, :0]])
    said = "^X has NaN or infinity: drop or mend"
    refuses(centred, said, good=[X], bad=spoilt(X, math.nan, math.inf, -math.inf))
    most = torch.finfo(torch.float64).max
    said = "^X has numbers so large that sums overflow: measure it in units"
    refuses(
        lambda size: centred(torch.tensor([[size, -size]] * 3, dtype=X.dtype)),
        said,
        good=[0.16 * most, -0.16 * most],
        bad=[0.17 * most, -0.17 * most, most],
    )


@pytest.mark.parametrize("fit", [ridge, shrunk])
def test_rejects_answers_of_another_type(fit):
    X, y_hat = examples(seed=0)
    said = r"^y_hat is torch.float{}, X is torch.float{}: give y_hat.to\(X\)$"
    good, bad = [y_hat], [y_hat.float()]
    refuses(lambda y: fit(X, y, 1.0), said.format(32, 64), good=good, bad=bad)
    refuses(lambda y: fit(X.float(), y, 1.0), said.format(64, 32), good=bad, bad=good)


def test_two_animals_by_hand():
    x, y_hat = torch.tensor([[1.0], [2.0]]).double(), torch.tensor([3.0, 5.0]).double()
    for lam, w in {0: 2.6, 1: 13 / 6, 10: 13 / 15}.items():
        assert shrunk(x, y_hat, lam).item() == pytest.approx(w)


def test_digits_that_32_bits_have_rounded_away_do_not_come_back():
    x = torch.arange(20.0)
    assert ridge(x[:, None], x, 0)[0].item() == pytest.approx(1)
    assert abs(ridge(1e8 + x[:, None], x, 0)[0].item() - 1) > 0.01
    assert ((1e8 + x) % 8 == 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("count", [7, 60])
@pytest.mark.parametrize("value", [0.1, 1e5])
def test_a_constant_column_gets_no_weight(count, value, dtype):
    X, y_hat = (part.to(dtype) for part in examples(seed=7, count=count, features=1))
    y_hat = 1000 + 300 * y_hat
    constant = torch.full_like(X, value)
    w, b = ridge(torch.cat([X, constant], dim=1), y_hat, 0)
    alone, its_b = ridge(X, y_hat, 0)
    torch.testing.assert_close(w, torch.cat([alone, torch.zeros_like(alone)]))
    torch.testing.assert_close(b, its_b)


def test_a_column_that_hardly_varies_keeps_its_digits():
    x = torch.arange(8.0).double()
    for size in (1e-12, 1.0, 1e12):
        X = torch.stack([size * x, 1 + 1e-9 * x], dim=1)
        X_c = centred(X)
        expected = torch.stack([size * (x - 3.5), 1e-9 * (x - 3.5)], dim=1)
        torch.testing.assert_close(X_c, expected, rtol=1e-6, atol=0)


def test_dust_is_what_the_rank_of_the_same_type_would_not_count():
    eps = torch.finfo(torch.float64).eps

    def kept(ulps, less):  # of the eight numbers, some are a little less than 1
        column = torch.ones(8, dtype=torch.float64)
        column[:less] -= ulps * eps
        return [centred(x[:, None]).any().item() for x in (column, -column)]

    assert kept(8, less=4) == [False, False]  # off the mean by 4 eps
    assert kept(16, less=4) == [False, False]  # by 8 eps, the longer side times eps
    assert kept(17, less=4) == [True, True]
    assert kept(16, less=1) == [True, True]  # one is off by 14 eps, the others by 2
    assert not centred(torch.zeros(3, 2)).any()


@given(seed=seeds, lam=st.floats(0.1, 100))
def test_each_direction_keeps_its_share_of_the_least_squares_weights(seed, lam):
    X, y_hat = examples(seed)
    X_c, y_c = centred(X), y_hat - y_hat.mean()
    mu, directions = torch.linalg.eigh(2 * X_c.T @ X_c)
    shares = mu / (mu + 2 * lam)
    expected = directions @ (shares * (directions.T @ least_squares(X_c, y_c)))
    torch.testing.assert_close(ridge(X, y_hat, lam)[0], expected, rtol=1e-6, atol=1e-8)


def test_rejects_numbers_whose_sums_overflow():
    X, y_hat = examples(seed=0, count=3, features=2)
    most = torch.finfo(torch.float64).max

    def with_one(part, size):
        part = part.clone()
        part.view(-1)[-1] = size
        return part

    said = "^{} has numbers so large that sums overflow: measure it in units"
    refuses(
        lambda size: ridge(with_one(X, size), y_hat, 1.0),
        said.format("X"),
        good=[0.2 * most, -0.2 * most],
        bad=[0.51 * most, -0.51 * most, most],
    )
    refuses(
        lambda size: ridge(X, with_one(y_hat, size), 1.0),
        said.format("y_hat"),
        good=[0.49 * most, -0.49 * most],
        bad=[0.51 * most, -0.51 * most, most],
    )


@pytest.mark.parametrize("fit", [ridge, shrunk])
def test_rejects_16_bits(fit):
    X, y_hat = examples(seed=0)
    refuses(
        lambda dtype: fit(X.to(dtype), y_hat.to(dtype), 1.0),
        r"^X is torch.*16: give X.float\(\)$",
        good=[torch.float32],
        bad=[torch.float16, torch.bfloat16],
    )
