"""No other Gaussian makes the data more likely than their own mean and covariance."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.covariance import EmpiricalCovariance

from ml2020.classification import (
    factor,
    log_density,
    mean_and_covariance,
    shared_covariance,
)
from tests.refusals import refuses, spoilt

seeds = st.integers(0, 2**31)


def dice(seed):
    return torch.Generator().manual_seed(seed)


def examples(seed=0, n=30, D=3):
    B = torch.randn(D, D, generator=dice(seed), dtype=torch.float64)
    X = torch.randn(n, D, generator=dice(seed + 1), dtype=torch.float64)
    return X @ B + 5


@pytest.mark.equation("eq-classification-bell")
def test_with_one_feature_it_is_the_bell_whose_heights_add_up_to_1():
    x = torch.linspace(-40, 60, 100_001, dtype=torch.float64)[:, None]
    mu, v = torch.tensor([3.0]).double(), torch.tensor([[4.0]]).double()
    bell = log_density(x, mu, v).exp()
    apart = (x[:, 0] - 3) / 2
    expected = torch.exp(-(apart**2) / 2) / (2 * math.sqrt(2 * math.pi))
    torch.testing.assert_close(bell, expected)
    assert bell.sum().item() * 0.001 == pytest.approx(1, abs=1e-9)
    assert mean_and_covariance(torch.tensor([[1.0], [2], [6]]))[1].item() == (
        pytest.approx(14 / 3)
    )


@pytest.mark.equation("eq-classification-gaussian")
@given(seed=seeds)
def test_the_density_is_that_of_torch(device, seed):
    X = examples(seed % 1000).to(device)
    mu, Sigma = mean_and_covariance(X)
    expected = torch.distributions.MultivariateNormal(mu, Sigma).log_prob(X)
    torch.testing.assert_close(log_density(X, mu, Sigma), expected)


def test_the_density_is_the_formula_written_out():
    X, mu = examples(), torch.tensor([4.0, 5.0, 6.0], dtype=torch.float64)
    Sigma = torch.tensor([[2.0, 0.3, 0], [0.3, 1, -0.2], [0, -0.2, 3]]).double()
    expected = []
    for x in X:
        power = -0.5 * (x - mu) @ torch.linalg.inv(Sigma) @ (x - mu)
        front = (2 * math.pi) ** 1.5 * torch.linalg.det(Sigma) ** 0.5
        expected.append((power.exp() / front).log())
    torch.testing.assert_close(log_density(X, mu, Sigma), torch.stack(expected))


def test_the_density_adds_up_to_1():
    line = torch.linspace(-15, 15, 301, dtype=torch.float64)
    grid = torch.cartesian_prod(line, line)
    Sigma = torch.tensor([[2.0, 0.8], [0.8, 1.0]], dtype=torch.float64)
    total = log_density(grid, torch.zeros(2).double(), Sigma).exp().sum() * 0.01
    assert total.item() == pytest.approx(1, abs=1e-9)


@pytest.mark.equation("eq-classification-mle")
def test_mean_and_covariance_are_sums_over_the_examples(device):
    X = examples().to(device)
    mu, Sigma = mean_and_covariance(X)
    mean = sum(X) / 30
    torch.testing.assert_close(mu, mean)
    torch.testing.assert_close(
        Sigma, sum(torch.outer(x - mean, x - mean) for x in X) / 30
    )


def test_the_covariance_is_that_of_scikit_learn():
    X = examples()
    theirs = EmpiricalCovariance().fit(X.numpy())
    mu, Sigma = mean_and_covariance(X)
    torch.testing.assert_close(mu, torch.from_numpy(theirs.location_))
    torch.testing.assert_close(Sigma, torch.from_numpy(theirs.covariance_))


def test_a_thousand_other_gaussians_make_the_data_less_likely():
    X = examples()
    mu, Sigma = mean_and_covariance(X)
    best = log_density(X, mu, Sigma).sum()
    steps = dice(7)
    for size in (0.001, 0.01, 0.1, 0.5):
        for _ in range(250):
            off = size * torch.randn(3, generator=steps, dtype=torch.float64)
            push = size * torch.randn(3, 3, generator=steps, dtype=torch.float64)
            bent = torch.eye(3).double() + push
            other = log_density(X, mu + off, bent @ Sigma @ bent.T).sum()
            assert other < best


@pytest.mark.equation("eq-classification-likelihood")
@given(seed=seeds)
def test_the_log_likelihood_needs_only_the_mean_and_covariance_of_the_data(seed):
    X = examples(seed % 1000)
    m, S = mean_and_covariance(X)
    mu = m + torch.randn(3, generator=dice(3), dtype=torch.float64)
    B = torch.randn(3, 3, generator=dice(4), dtype=torch.float64)
    Sigma = B @ B.T + torch.eye(3).double()
    P = torch.linalg.inv(Sigma)
    inside = 3 * math.log(2 * math.pi) + Sigma.logdet() + (P @ S).trace()
    expected = -30 / 2 * (inside + (m - mu) @ P @ (m - mu))
    torch.testing.assert_close(log_density(X, mu, Sigma).sum(), expected)


@pytest.mark.equation("eq-classification-shared")
def test_the_shared_covariance_is_that_of_all_distances_from_the_own_centre(device):
    one, two = examples(1, 20).to(device), 3 * examples(2, 50).to(device)
    moments = [mean_and_covariance(X) for X in (one, two)]
    Sigmas = torch.stack([Sigma for _, Sigma in moments])
    counts = torch.tensor([20.0, 50.0], dtype=torch.float64, device=device)
    apart = torch.cat([one - moments[0][0], two - moments[1][0]])
    expected = apart.T @ apart / 70
    torch.testing.assert_close(shared_covariance(Sigmas, counts), expected)


def test_the_shared_covariance_is_more_likely_than_others():
    one, two = examples(1, 20), examples(2, 50)
    (mu1, S1), (mu2, S2) = (mean_and_covariance(X) for X in (one, two))
    counts = torch.tensor([20.0, 50.0], dtype=torch.float64)

    def likelihood(Sigma):
        return log_density(one, mu1, Sigma).sum() + log_density(two, mu2, Sigma).sum()

    best = likelihood(shared_covariance(torch.stack([S1, S2]), counts))
    others = [S1, S2, (S1 + S2) / 2, shared_covariance(torch.stack([S2, S1]), counts)]
    assert all(likelihood(other) < best for other in others)


@given(seed=seeds)
def test_shifting_and_stretching_the_data_moves_the_gaussian_along(seed):
    X = examples(seed % 1000)
    mu, Sigma = mean_and_covariance(X)
    stretch = torch.tensor([1.0, 1e3, 1e-3], dtype=torch.float64)
    mu2, Sigma2 = mean_and_covariance(stretch * X + 2)
    torch.testing.assert_close(mu2, stretch * mu + 2)
    before = log_density(X, mu, Sigma)
    after = log_density(stretch * X + 2, mu2, Sigma2)
    torch.testing.assert_close(after, before)  # the three factors multiply to 1


def test_the_arguments_are_left_alone():
    X = examples()
    before = X.clone()
    log_density(X, *mean_and_covariance(X))
    assert torch.equal(X, before)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rejects_a_covariance_with_a_redundant_feature(dtype):
    X = examples().to(dtype)
    total = torch.cat([X, X.sum(dim=1, keepdim=True)], dim=1)
    said = r"^covariance is singular: drop a redundant feature, or shrink it; if"
    with pytest.raises(ValueError, match=said):
        log_density(total, *mean_and_covariance(total))
    constant = torch.cat([X, torch.ones(30, 1, dtype=dtype)], dim=1)
    with pytest.raises(ValueError, match=said):
        log_density(constant, *mean_and_covariance(constant))


def test_rejects_the_covariance_of_too_few_examples():
    X = examples(n=3)
    with pytest.raises(ValueError, match=r"^covariance is singular"):
        log_density(X, *mean_and_covariance(X))
    enough = examples(n=5)
    assert log_density(enough, *mean_and_covariance(enough)).isfinite().all()


def test_accepts_features_in_very_different_units():
    X = examples() * torch.tensor([1e-9, 1.0, 1e3], dtype=torch.float64)
    assert log_density(X, *mean_and_covariance(X)).isfinite().all()


@given(seed=seeds)
def test_the_factor_is_that_of_cholesky_in_any_units(device, seed):
    units = torch.tensor([1e-6, 1.0, 1e6], dtype=torch.float64)
    _, Sigma = mean_and_covariance(units * examples(seed % 1000))
    L = factor(Sigma.to(device))
    torch.testing.assert_close(L.cpu(), torch.linalg.cholesky(Sigma))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_nearly_collinear_is_accepted_until_rounding_decides(order, dtype):
    eps = torch.finfo(dtype).eps
    for own, accepted in ((1e5 * eps, True), (10 * eps, False)):
        r = (1 - own) ** 0.5  # R^2 of the third feature is 1 - own
        Sigma = torch.tensor([[1, 0, r], [0, 1, 0], [r, 0, 1]], dtype=dtype)
        Sigma = Sigma[list(order)][:, list(order)]
        if accepted:
            torch.testing.assert_close(factor(Sigma) @ factor(Sigma).T, Sigma)
        else:
            with pytest.raises(ValueError, match=r"^covariance is singular"):
                factor(Sigma)


def test_accepts_the_rounding_errors_of_a_sum_and_not_more():
    Sigma = torch.tensor([[4.0, 1.0], [1.0, 9.0]], dtype=torch.float64)
    bent = Sigma.clone()
    bent[0, 1] += 1e-14
    assert factor(bent).isfinite().all()
    bent[0, 1] += 1e-6
    with pytest.raises(ValueError, match=r"^covariance is not symmetric: average it"):
        factor(bent)


def test_rejects_one_bad_number_among_good_ones():
    Sigma = torch.eye(3).double()
    Sigma[1, 2] = math.inf
    with pytest.raises(ValueError, match=r"^covariance has NaN or infinity: mend"):
        factor(Sigma)
    X = examples()
    X[4, 1] = math.nan
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        log_density(X, torch.zeros(3).double(), torch.eye(3).double())


def test_a_large_offset_costs_float32_no_more_than_its_own_rounding(device):
    X = torch.randn(2000, 2, generator=torch.Generator().manual_seed(3)) + 1e6
    mu, Sigma = mean_and_covariance(X.to(device))
    assert mu.dtype == Sigma.dtype == torch.float32
    mu_exact, Sigma_exact = mean_and_covariance(X.double())
    step = 2**-4  # between two numbers of float32 near a million
    assert (mu.cpu() - mu_exact).abs().max() <= step / 2
    assert (Sigma.cpu() - Sigma_exact).abs().max() <= step**2


def test_shared_covariance_rejects_numbers_that_are_none():
    both, counts = torch.eye(3).repeat(2, 1, 1), torch.tensor([4.0, 1.0])
    refuses(
        lambda covariances: shared_covariance(covariances, counts),
        "^covariances has NaN or infinity: mend the examples",
        good=[both],
        bad=spoilt(both, math.nan, math.inf),
    )
    refuses(
        lambda counts: shared_covariance(both, counts),
        "^counts are empty or not positive: give one a class",
        good=[counts],
        bad=spoilt(counts, 0.0, -1.0, math.nan, math.inf),
    )


def test_a_class_of_one_example_is_shared_too():
    both = torch.stack([torch.eye(2), 3 * torch.eye(2)])
    shared = shared_covariance(both, torch.tensor([1.0, 1.0]))
    torch.testing.assert_close(shared, 2 * torch.eye(2))


def test_rejects_a_matrix_that_is_no_covariance():
    X, mu = examples(), torch.zeros(3).double()
    lopsided = torch.eye(3).double()
    lopsided[0, 1] = 0.5
    with pytest.raises(ValueError, match=r"^covariance is not symmetric: average it"):
        log_density(X, mu, lopsided)
    with pytest.raises(ValueError, match=r"^covariance has NaN or infinity: mend"):
        log_density(X, mu, lopsided * float("nan"))
    with pytest.raises(ValueError, match=r"^covariance is singular"):
        log_density(X, mu, torch.diag(torch.tensor([1.0, 1.0, -1.0]).double()))


def test_rejects_no_examples_and_numbers_that_are_none():
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        mean_and_covariance(torch.zeros(0, 2))
    with pytest.raises(ValueError, match=r"^X is empty: give at least one example"):
        log_density(torch.zeros(0, 2), torch.zeros(2), torch.eye(2))
    bad = torch.full((4, 2), float("nan"))
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        mean_and_covariance(bad)
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        log_density(bad, torch.zeros(2), torch.eye(2))


@pytest.mark.parametrize("counts", [[3.0, 0.0], [3.0, -1.0], [3.0, float("nan")]])
def test_rejects_classes_without_examples(counts):
    both = torch.eye(2).expand(2, 2, 2)
    with pytest.raises(ValueError, match=r"^counts are empty or not positive: give"):
        shared_covariance(both, torch.tensor(counts))
    with pytest.raises(ValueError, match=r"^counts are empty or not positive: give"):
        shared_covariance(both[:0], torch.zeros(0))


@pytest.mark.parametrize(
    ("dtype", "huge"), [(torch.float64, 1e200), (torch.float32, 1e30)]
)
def test_rejects_an_example_whose_square_overflows(dtype, huge):
    X = examples().to(dtype)
    moments = mean_and_covariance(X)
    X[2, 1] = huge
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares over"):
        log_density(X, *moments)
    X[2, 1] = huge**0.4
    assert log_density(X, *moments).isfinite().all()


def test_rejects_a_centre_that_is_none():
    mean = torch.tensor([0.0, math.nan, 0.0]).double()
    with pytest.raises(ValueError, match=r"^mean has NaN or infinity: mend the"):
        log_density(examples(), mean, torch.eye(3).double())


def test_a_covariance_may_be_wrong_by_a_hundred_rounding_errors_a_feature():
    eps = torch.finfo(torch.float64).eps
    for unit in (1.0, 1e-18):  # in small units, too
        for errors, accepted in ((90, True), (110, False)):
            Sigma = torch.eye(3).double()
            Sigma[0, 1] = 3 * errors * eps
            if accepted:
                assert factor(unit * Sigma).isfinite().all()
            else:
                with pytest.raises(ValueError, match=r"^covariance is not symmetric"):
                    factor(unit * Sigma)


def test_rejects_examples_whose_squares_overflow():
    X = examples()
    refuses(
        mean_and_covariance,
        r"^X has numbers so large that squares overflow: drop or mend those examples$",
        good=[X, 1e150 * X],
        bad=[1e200 * X, torch.cat([X, 1e200 * X[:1]])],
    )


def test_a_sum_of_squares_overflows_before_its_mean_does():
    X = torch.tensor([[1.0], [-1.0]], dtype=torch.float64).repeat(500, 1)
    assert mean_and_covariance(1e152 * X)[1].item() == pytest.approx(1e304)
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares over"):
        mean_and_covariance(1e154 * X)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_less_than_a_hundred_rounding_errors_a_feature_is_singular(dtype):
    limit = 2 * 100 * torch.finfo(dtype).eps
    for own, accepted in ((1.1 * limit, True), (0.9 * limit, False)):
        r = (1 - own) ** 0.5
        Sigma = torch.tensor([[1, r], [r, 1]], dtype=dtype)
        if accepted:
            assert factor(Sigma).isfinite().all()
        else:
            with pytest.raises(ValueError, match=r"^covariance is singular"):
                factor(Sigma)
