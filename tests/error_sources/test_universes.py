"""Universes differ by their noise alone, and a linear fit needs none of them."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.error_sources import answer_matrix, draw_universes, exact_parts
from ml2020.regression import least_squares, powers, ridge
from tests.refusals import below, refuses, spoilt

x = torch.linspace(-1, 1, 8, dtype=torch.float64)
points = torch.linspace(-1, 1, 5, dtype=torch.float64)
seeds = st.integers(0, 2**31)


def truth(places):
    return torch.sin(math.pi * places)


def fit(degree, places=points):
    return lambda y: powers(places, degree) @ least_squares(powers(x, degree), y)


def dice(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-error_sources-universe")
def test_targets_are_the_truth_and_noise_of_the_size_asked_for(device):
    seen = truth(x).to(device)
    targets = draw_universes(seen, 0.3, 40_000, generator=dice(0))
    noise = targets - seen
    assert noise.mean(dim=0).abs().max() < 5 * 0.3 / 200
    sizes = torch.full((8,), 0.3, dtype=torch.float64, device=device)
    torch.testing.assert_close(noise.std(dim=0), sizes, rtol=0.02, atol=0)
    together = noise.T.cov() - 0.09 * torch.eye(8).to(noise)
    assert together.abs().max() < 0.005


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_noise_is_as_fine_as_the_targets(dtype):
    targets = draw_universes(torch.zeros(3, dtype=dtype), 1.0, 4, generator=dice(0))
    coarse = targets.float().to(dtype)
    assert targets.dtype == dtype
    assert torch.equal(targets, coarse) == (dtype == torch.float32)


def test_trying_a_fit_touches_no_other_dice():
    before = torch.random.get_rng_state()
    answer_matrix(fit(2), 8)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_without_noise_all_universes_are_ours():
    assert torch.equal(draw_universes(x, 0, 3), x.expand(3, 8))


def test_the_same_seed_draws_the_same_universes_and_touches_no_other_dice():
    before = torch.random.get_rng_state()
    first = draw_universes(x, 1.0, 4, generator=dice(1))
    assert torch.equal(first, draw_universes(x, 1.0, 4, generator=dice(1)))
    assert not torch.equal(first, draw_universes(x, 1.0, 4, generator=dice(2)))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_noise_is_what_the_dice_say_times_sigma():
    x, noise = torch.arange(3.0), torch.randn(4, 3, generator=dice(1))
    targets = draw_universes(x, 0.5, 4, generator=dice(1))
    assert torch.equal(targets, x + 0.5 * noise)


@pytest.mark.equation("eq-error_sources-linear")
@given(seed=seeds, degree=st.integers(0, 5))
def test_the_matrix_answers_as_the_fit_does_in_every_universe(seed, degree):
    targets = draw_universes(truth(x), 0.3, 3, generator=dice(seed))
    S = answer_matrix(fit(degree), 8)
    expected = torch.stack([fit(degree)(y) for y in targets])
    torch.testing.assert_close(targets @ S.T, expected)


def test_ridge_with_a_free_bias_is_linear_in_its_targets_too():
    def penalised(y):
        w, b = ridge(powers(x, 3)[:, 1:], y, 0.7)
        return powers(points, 3)[:, 1:] @ w + b

    y = draw_universes(truth(x), 0.3, 1, generator=dice(0))[0]
    torch.testing.assert_close(answer_matrix(penalised, 8) @ y, penalised(y))


@pytest.mark.equation("eq-error_sources-exact")
@pytest.mark.parametrize("degree", [0, 1, 3])
def test_both_parts_are_what_many_universes_show(degree):
    targets = draw_universes(truth(x), 0.3, 40_000, generator=dice(0))
    X = powers(x, degree)
    answers = (powers(points, degree) @ torch.linalg.solve(X.T @ X, X.T @ targets.T)).T
    S = answer_matrix(fit(degree), 8)
    bias2, variance = exact_parts(S, truth(x), truth(points), 0.3)
    torch.testing.assert_close(answers.var(dim=0), variance, rtol=0.05, atol=0)
    off = (answers.mean(dim=0) - truth(points)).abs() - bias2.sqrt()
    assert off.abs().max() < 0.01


@pytest.mark.equation("eq-error_sources-price")
@pytest.mark.parametrize("degree", [0, 2, 5])
def test_each_weight_costs_the_same_variance_at_the_examples(degree):
    S = answer_matrix(fit(degree, x), 8)
    _, variance = exact_parts(S, truth(x), truth(x), 0.3)
    assert variance.mean().item() == pytest.approx(0.09 * (degree + 1) / 8)


@pytest.mark.equation("eq-error_sources-diagnosis")
@pytest.mark.parametrize("degree", [1, 3])
def test_half_of_the_gap_is_variance_and_the_middle_bias_and_noise(degree):
    seen = truth(x)
    old = draw_universes(seen, 0.3, 60_000, generator=dice(3))
    new = draw_universes(seen, 0.3, 60_000, generator=dice(4))
    X = powers(x, degree)
    answers = (X @ torch.linalg.solve(X.T @ X, X.T @ old.T)).T
    train, test = (((y - answers) ** 2).mean().item() for y in (old, new))
    off = (X @ torch.linalg.solve(X.T @ X, X.T @ seen) - seen).pow(2).mean().item()
    assert (test - train) / 2 == pytest.approx(0.09 * (degree + 1) / 8, abs=1e-3)
    assert (test + train) / 2 == pytest.approx(off + 0.09, abs=1e-3)


def test_a_set_that_contains_the_truth_has_no_bias():
    S = answer_matrix(fit(3), 8)
    bias2, _ = exact_parts(S, x**3 - 2 * x, points**3 - 2 * points, 5.0)
    assert bias2.max() < 1e-20


def test_rejects_no_universe():
    refuses(
        lambda count: draw_universes(x, 0.3, count),
        r"^count is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_rejects_what_is_no_noise():
    said, bad = r"^sigma is .*: give 0 or more$", [below(0.0), math.nan, math.inf]
    refuses(lambda sigma: draw_universes(x, sigma, 3), said, good=[0.0, 1.0], bad=bad)
    S = torch.ones(5, 8).double()
    refuses(
        lambda sigma: exact_parts(S, x, points, sigma), said, good=[0.0, 1.0], bad=bad
    )


def test_rejects_a_truth_that_is_not_there():
    none = torch.zeros(0)
    with pytest.raises(ValueError, match=r"^seen is empty: give at least one place$"):
        draw_universes(none, 0.3, 3)
    with pytest.raises(ValueError, match=r"^seen is empty: give at least one place$"):
        exact_parts(torch.zeros(2, 0), none, torch.zeros(2), 0.3)
    with pytest.raises(ValueError, match=r"^asked is empty: give at least one place$"):
        exact_parts(torch.zeros(0, 2), torch.zeros(2), none, 0.3)


def test_rejects_a_truth_that_is_no_number():
    S, ones = torch.ones(5, 8).double(), torch.ones(8).double()
    said = " has NaN or infinity: drop or mend those places$"
    bad = spoilt(ones, math.nan, math.inf)
    for call in (
        lambda seen: draw_universes(seen, 0.3, 3),
        lambda seen: exact_parts(S, seen, points, 0.3),
    ):
        refuses(call, "^seen" + said, good=[ones], bad=bad)
    refuses(
        lambda asked: exact_parts(S.T @ S, ones, asked, 0.3),
        "^asked" + said,
        good=[ones],
        bad=bad,
    )


def test_one_example_is_a_universe_too():
    assert draw_universes(torch.ones(1), 0.3, 2).shape == (2, 1)
    assert answer_matrix(lambda y: 2 * y, 1).tolist() == [[2.0]]


def test_rejects_no_example():
    refuses(
        lambda n: answer_matrix(lambda y: y, n),
        r"^n is 0: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_a_rounding_next_to_the_largest_answer_bends_no_fit():
    def rounded(y):  # to single precision, but for one answer that is always 0
        return torch.cat([y.float().double(), 0 * y[:1]])

    assert answer_matrix(rounded, 4).tolist() == [*torch.eye(4).tolist(), [0.0] * 4]


def test_a_fit_that_answers_nothing_is_linear():
    assert not answer_matrix(lambda y: 0 * y, 3).any()


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize(
    "bent",
    [
        torch.relu,
        torch.abs,
        torch.cos,
        lambda y: y + 1,
        lambda y: y**3,
        lambda y: y * y.norm() / (1 + y.norm()),
        lambda y: y.sort().values - y.flip(0).sort().values + y.abs().max(),
        lambda y: y / 0,
        lambda y: y.clamp(max=5),
        lambda y: y * (y.abs() > 0.01),
    ],
)
def test_rejects_a_fit_that_is_not_linear(bent, n):
    with pytest.raises(ValueError, match=r"^fit is not linear: fit each universe"):
        answer_matrix(bent, n)


def test_rejects_a_fit_that_is_odd_but_does_not_add():
    with pytest.raises(ValueError, match=r"^fit is not linear: fit each universe"):
        answer_matrix(lambda y: y.sort().values - (-y).sort().values, 4)


def test_a_little_bend_is_told_from_rounding():
    refuses(
        lambda bend: answer_matrix(lambda y: y + bend * y.abs(), 4),
        r"^fit is not linear: fit each universe on its own$",
        good=[0.0, 1e-8],
        bad=[1e-5, 1.0],
    )


def test_rejects_noise_whose_square_overflows():
    said = r"^sigma is .*, its square overflows: change the units$"
    S, ones = torch.eye(5), torch.ones(5)
    for call in (
        lambda sigma: exact_parts(S, ones, ones, sigma),
        lambda sigma: draw_universes(ones, sigma, 2),
    ):
        refuses(call, said, good=[1.8e19], bad=[1.9e19, 1e200])
    assert draw_universes(ones.double(), 1e30, 2).isfinite().all()


def test_rejects_a_matrix_that_holds_no_numbers():
    S, ones = torch.ones(5, 8).double(), torch.ones(8).double()
    refuses(
        lambda S: exact_parts(S, ones, points, 0.3),
        "^S has NaN or infinity: make it with answer_matrix",
        good=[S],
        bad=spoilt(S, math.nan, math.inf),
    )


def test_rejects_truths_of_another_type():
    S, ones = torch.ones(5, 8).double(), torch.ones(8).double()
    with pytest.raises(
        ValueError,
        match=r"^seen is torch.float32, S is torch.float64: give seen.to\(S",
    ):
        exact_parts(S, ones.float(), points, 0.3)
    with pytest.raises(
        ValueError,
        match=r"^asked is torch.float32, S is torch.float64: give asked.to\(S",
    ):
        exact_parts(S, ones, points.float(), 0.3)


def test_rejects_a_bias_and_a_variance_that_overflow():
    S, one, zero = torch.ones(2, 2), torch.ones(2), torch.zeros(2)
    refuses(
        lambda size: exact_parts(S, size * torch.tensor([1.0, 0.0]), one, 0.3),
        r"^bias\^2 has NaN or infinity: change the units$",
        good=[1.8e19],
        bad=[1.9e19, 1e38],
    )
    refuses(
        lambda size: exact_parts(torch.tensor([[1.0, 0.0], [0.0, size]]), zero, one, 1),
        r"^variance has NaN or infinity: change the units$",
        good=[1.8e19],
        bad=[1.9e19, 1e38],
    )
