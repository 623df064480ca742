"""Features that know nothing of each other multiply, as scikit-learn has it too."""

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.naive_bayes import BernoulliNB, GaussianNB

from ml2020.classification import (
    accuracy,
    bernoulli_log_odds,
    fit_bernoulli,
    fit_gaussian,
    gaussian_log_odds,
    sigmoid,
)
from tests.refusals import refuses

seeds = st.integers(0, 1000)


def examples(seed=0, n=40, D=3):
    dice = torch.Generator().manual_seed(seed)
    y = (torch.arange(n) % 4 == 0).long()
    shift = torch.randn(D, generator=dice, dtype=torch.float64)
    X = torch.randn(n, D, generator=dice, dtype=torch.float64)
    return (1 + y[:, None]) * X + y[:, None] * shift, y


def coins(seed=0, n=40, D=3):
    X, y = examples(seed, n, D)
    return (X > 0.3).double(), y


def thirteen():
    """One example (1, 1) of label 1; four each of (1, 0), (0, 1), (0, 0) of 0."""
    rows = [(1, 1)] + 4 * [(1, 0)] + 4 * [(0, 1)] + 4 * [(0, 0)]
    return torch.tensor(rows, dtype=torch.float64), torch.tensor([1] + 12 * [0])


@given(seed=seeds)
def test_the_gaussian_one_is_that_of_scikit_learn(seed):
    X, y = examples(seed)
    theirs = GaussianNB(var_smoothing=0).fit(X.numpy(), y.numpy())
    expected = torch.from_numpy(theirs.predict_proba(X.numpy())[:, 1])
    p = sigmoid(gaussian_log_odds(X, fit_gaussian(X, y)))
    torch.testing.assert_close(p, expected, rtol=0, atol=1e-10)


@given(seed=seeds, smoothing=st.sampled_from([0.1, 1.0, 3.0]))
def test_the_bernoulli_one_is_that_of_scikit_learn(seed, smoothing):
    X, y = coins(seed)
    theirs = BernoulliNB(alpha=smoothing).fit(X.numpy(), y.numpy())
    expected = torch.from_numpy(theirs.predict_proba(X.numpy())[:, 1])
    p = sigmoid(bernoulli_log_odds(X, fit_bernoulli(X, y, smoothing)))
    torch.testing.assert_close(p, expected, rtol=0, atol=1e-10)


@pytest.mark.equation("eq-classification-naive")
def test_the_gaussian_one_is_a_product_of_bells(device):
    X, y = (part.to(device) for part in examples())
    model = fit_gaussian(X, y)
    bells = torch.distributions.Normal(model.mean, model.variance.sqrt())
    log_p = sum(bells.log_prob(X[:, None, :]).unbind(dim=2))
    expected = log_p[:, 0] - log_p[:, 1] + math.log(10 / 30)
    torch.testing.assert_close(gaussian_log_odds(X, model), expected)


@pytest.mark.equation("eq-classification-bernoulli")
def test_the_bernoulli_one_is_a_product_of_coins(device):
    X, y = (part.to(device) for part in coins())
    model = fit_bernoulli(X, y, 1.0)
    expected = []
    for x in X:
        p = model.prior.clone()
        for i, seen in enumerate(x):
            p = p * (model.p[:, i] if seen else 1 - model.p[:, i])
        expected.append((p[0] / p[1]).log())
    result = bernoulli_log_odds(X, model)
    torch.testing.assert_close(result, torch.stack(expected))


def test_thirteen_points_give_three_sevenths():
    X, y = thirteen()
    asked = torch.ones(1, 2).double()
    p = sigmoid(bernoulli_log_odds(asked, fit_bernoulli(X, y)))
    one = Fraction(1, 13)
    other = Fraction(12, 13) * Fraction(1, 3) ** 2
    assert one / (one + other) == Fraction(3, 7)
    assert p.item() == pytest.approx(3 / 7, abs=1e-15)


def test_an_example_that_one_class_rules_out_has_infinite_odds():
    X, y = thirteen()
    nothing = torch.zeros(1, 2).double()
    assert bernoulli_log_odds(nothing, fit_bernoulli(X, y)).item() == -math.inf
    assert bernoulli_log_odds(nothing, fit_bernoulli(X, y, 1.0)).isfinite().all()


@pytest.mark.equation("eq-classification-laplace")
@pytest.mark.parametrize("m", [1, 2])
def test_smoothing_is_fitting_with_imagined_examples(m):
    X, y = thirteen()
    imagined = torch.tensor([[1.0, 1.0], [0.0, 0.0]]).double().repeat(2 * m, 1)
    labels = torch.tensor([0, 0, 1, 1] * m)
    more = fit_bernoulli(torch.cat([X, imagined]), torch.cat([y, labels]))
    torch.testing.assert_close(fit_bernoulli(X, y, float(m)).p, more.p)


def test_the_coins_of_class_1_come_first():
    X, y = thirteen()
    model = fit_bernoulli(X, y)
    assert model.p[0].tolist() == [1, 1]
    assert model.p[1].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert model.prior.tolist() == pytest.approx([1 / 13, 12 / 13])


def test_the_coins_have_linear_log_odds():
    X, y = coins()
    model = fit_bernoulli(X, y, 1.0)
    p, q = model.p
    w = (p * (1 - q) / (q * (1 - p))).log()
    b = ((1 - p) / (1 - q)).log().sum() + (model.prior[0] / model.prior[1]).log()
    torch.testing.assert_close(bernoulli_log_odds(X, model), X @ w + b)


def test_much_smoothing_makes_every_coin_fair():
    p = fit_bernoulli(*coins(), 1e9).p
    torch.testing.assert_close(p, torch.full_like(p, 0.5))


def test_mean_and_variance_are_those_of_each_class_and_feature():
    X, y = examples()
    model = fit_gaussian(X, y)
    for row, label in enumerate((1, 0)):  # class 1 comes first
        for i in range(3):
            x = X[y == label, i]
            m = sum(x) / len(x)
            v = sum((x - m) ** 2) / len(x)
            torch.testing.assert_close(model.mean[row, i], m)
            torch.testing.assert_close(model.variance[row, i], v)
    assert model.prior.tolist() == [0.25, 0.75]


def test_the_units_of_the_features_do_not_matter():
    X, y = examples()
    stretch = torch.tensor([1e-3, 1.0, 1e4], dtype=torch.float64)
    z = gaussian_log_odds(X, fit_gaussian(X, y))
    stretched = gaussian_log_odds(stretch * X, fit_gaussian(stretch * X, y))
    torch.testing.assert_close(stretched, z)


def test_it_learns_two_clouds_that_are_far_apart():
    X, y = examples()
    X = X + 30 * y[:, None]
    assert accuracy(gaussian_log_odds(X, fit_gaussian(X, y)), y) == 1


def test_the_arguments_are_left_alone():
    for fit, ask, (X, y) in (
        (fit_gaussian, gaussian_log_odds, examples()),
        (fit_bernoulli, bernoulli_log_odds, coins()),
    ):
        before = X.clone(), y.clone()
        ask(X, fit(X, y))
        assert torch.equal(X, before[0])
        assert torch.equal(y, before[1])


@pytest.mark.parametrize("smoothing", [-1.0, float("nan"), float("inf")])
def test_rejects_smoothing_below_0(smoothing):
    with pytest.raises(ValueError, match=r"^smoothing is .*: give 0 or more"):
        fit_bernoulli(*coins(), smoothing)


def test_rejects_features_that_are_no_coins():
    X, y = coins()
    model = fit_bernoulli(X, y)
    said = r"^X has numbers other than 0 and 1: use another distribution"
    with pytest.raises(ValueError, match=said):
        fit_bernoulli(X + 0.5, y)
    with pytest.raises(ValueError, match=said):
        bernoulli_log_odds(2 * X, model)


def test_rejects_an_example_that_both_classes_rule_out():
    X = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    model = fit_bernoulli(X, torch.tensor([0, 1]))
    with pytest.raises(ValueError, match=r"^log_likelihood rules out every.*: smooth"):
        bernoulli_log_odds(torch.ones(1, 2), model)


def test_rejects_a_feature_that_does_not_vary():
    X, y = examples()
    X[y == 1, 0] = 3.0
    with pytest.raises(ValueError, match=r"^X has a feature that does not vary in a"):
        fit_gaussian(X, y)


def test_a_feature_may_vary_little_and_another_be_huge():
    X, y = examples()
    X[:, 0] = 1 + 1e-8 * X[:, 0]  # a hundred thousand times its rounding
    X[:, 1] *= 1e12
    assert fit_gaussian(X, y).variance[:, 0].max() < 1e-14


def test_rejects_a_feature_that_is_always_0():
    X, y = torch.tensor([[1.0, 0], [2, 0], [3, 0], [4, 0]]), torch.tensor([0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"^X has a feature that does not vary"):
        fit_gaussian(X, y)


def test_rejects_data_that_cannot_be_fitted():
    for fit, (X, y) in ((fit_bernoulli, coins()), (fit_gaussian, examples())):
        with pytest.raises(ValueError, match=r"^X is empty: give at least one"):
            fit(X[:0], y[:0])
        with pytest.raises(ValueError, match=r"^y has no label 1: give both classes"):
            fit(X, torch.zeros_like(y))
        with pytest.raises(ValueError, match=r"^y has labels other than 0 and 1"):
            fit(X, y + 1)
        with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
            fit(X * math.nan, y)


def test_rejects_questions_that_are_none():
    for ask, model in (
        (bernoulli_log_odds, fit_bernoulli(*coins())),
        (gaussian_log_odds, fit_gaussian(*examples())),
    ):
        with pytest.raises(ValueError, match=r"^X is empty: give at least one"):
            ask(torch.zeros(0, 3).double(), model)
        with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
            ask(torch.full((2, 3), math.nan).double(), model)


@pytest.mark.parametrize(("at", "noise"), [(1e8, 1e-8), (0.1, 0.0), (-1e8, 1e-8)])
def test_a_feature_that_varies_by_its_rounding_does_not_vary(at, noise):
    X, y = examples()
    X[:, 1] = at + noise * X[:, 1]
    with pytest.raises(ValueError, match=r"^X has a feature that does not vary in a"):
        fit_gaussian(X, y)
    X[:, 1] = at + 1e-3 * torch.arange(40).double()
    assert gaussian_log_odds(X, fit_gaussian(X, y)).isfinite().all()


@pytest.mark.parametrize("bad", [0.0, -1.0, math.inf, math.nan])
def test_rejects_bells_without_a_width(bad):
    X, y = examples()
    model = fit_gaussian(X, y)
    model.variance[1, 2] = bad
    with pytest.raises(ValueError, match=r"^model.variance is not positive: fit"):
        gaussian_log_odds(X, model)


def test_rejects_bells_without_a_centre():
    X, y = examples()
    model = fit_gaussian(X, y)
    model.mean[0, 0] = math.nan
    with pytest.raises(ValueError, match=r"^mean has NaN or infinity: mend the"):
        gaussian_log_odds(X, model)


@pytest.mark.parametrize("bad", [2.0, -0.1, math.nan])
def test_rejects_coins_that_are_none(bad):
    X, y = coins()
    model = fit_bernoulli(X, y)
    model.p[1, 2] = bad
    with pytest.raises(ValueError, match=r"^model.p is outside \[0, 1\]: give prob"):
        bernoulli_log_odds(X, model)


def test_rejects_an_example_whose_square_overflows():
    X, y = examples()
    model = fit_gaussian(X, y)
    X[3, 1] = 1e200
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares over"):
        gaussian_log_odds(X, model)


def test_rejects_examples_whose_variance_overflows():
    X, y = examples()
    refuses(
        lambda factor: fit_gaussian(factor * X, y),
        r"^X has numbers so large that squares overflow: drop or mend those examples$",
        good=[1.0, 1e150],
        bad=[1e200],
    )


@pytest.mark.parametrize("bad", [[0.3, 0.3], [0.3, 3.0], [1.5, -0.5]])
def test_rejects_a_prior_that_is_none(bad):
    said = r"^model.prior (add up to .*: divide them by|are negative or NaN: give)"
    X, y = examples()
    model = fit_gaussian(X, y)
    refuses(
        lambda prior: gaussian_log_odds(X, model._replace(prior=prior)),
        said,
        good=[model.prior],
        bad=[torch.tensor(bad).to(X)],
    )
    ink, y = coins()
    flips = fit_bernoulli(ink, y, 1.0)
    refuses(
        lambda prior: bernoulli_log_odds(ink, flips._replace(prior=prior)),
        said,
        good=[flips.prior],
        bad=[torch.tensor(bad).to(ink)],
    )
