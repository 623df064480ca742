"""RAdam is torch's with torch's threshold, and waits as long as the paper says."""

import math

import pytest
import torch

from ml2020.optimization import SGDM, Adam, RAdam, rectifier, rho
from tests.refusals import below, only_shares, refuses

# torch adds eps to the root before it corrects it: with almost no eps, none differs.
EPS = 1e-30


def theirs(p):
    return torch.optim.RAdam(p, lr=0.05, eps=EPS)


def test_with_torchs_threshold_it_walks_as_torchs(walk, torch_walk):
    ours = walk(RAdam(0.05, eps=EPS, threshold=5))
    torch.testing.assert_close(ours, torch_walk(theirs), rtol=0, atol=1e-12)


def test_with_the_papers_threshold_it_differs_from_torchs(walk, torch_walk):
    assert (walk(RAdam(0.05, eps=EPS)) - torch_walk(theirs)).abs().max() > 0.01


@pytest.mark.equation("eq-optimization-rho")
def test_rho_of_the_first_steps_and_of_the_last():
    expected = [1.0, 1.9995, 2.9987, 3.9975, 4.9960, 5.9942]
    assert [rho(t, 0.999) for t in range(1, 7)] == pytest.approx(expected, abs=1e-4)
    assert rho(10**6, 0.999) == pytest.approx(1999)


@pytest.mark.parametrize(("forgets", "within"), [(1e-6, 1e-8), (1e-9, 1e-5)])
def test_an_average_that_hardly_forgets_is_worth_what_it_has_seen(forgets, within):
    # Exactly: t - forgets * (t**2 - 1) / 6 and smaller terms.
    for t in (1, 5, 100):
        worth = t - forgets * (t**2 - 1) / 6
        assert rho(t, 1 - forgets) == pytest.approx(worth, abs=within)


def test_without_a_memory_it_is_worth_one():
    assert [rho(t, 0.0) for t in (1, 2, 5000)] == [1, 1, 1]


@pytest.mark.equation("eq-optimization-rectifier")
def test_the_rectifier_warms_up_to_one():
    table = {5: 0.0173, 6: 0.0258, 10: 0.049, 100: 0.215, 1000: 0.645, 10_000: 0.99977}
    for t, r in table.items():
        assert rectifier(t, 0.999) == pytest.approx(r, rel=5e-3)
    values = [rectifier(t, 0.999) for t in range(5, 2000)]
    assert values == sorted(values)


@pytest.mark.equation("eq-optimization-scatter")
@pytest.mark.parametrize("degrees", [30.0, 300.0])
def test_the_rate_scatters_as_chi_squared_says(degrees):
    # Exactly: E[1/x] = 1/(n - 2), and E[x**-0.5] by two gamma functions.
    half = math.lgamma((degrees - 1) / 2) - math.lgamma(degrees / 2)
    exact = degrees / (degrees - 2) - degrees / 2 * math.exp(2 * half)
    near = degrees / (2 * (degrees - 2) * (degrees - 4))
    assert near == pytest.approx(exact, rel=4 / degrees)


@pytest.mark.parametrize("t", [6, 50, 3000])
def test_what_the_rectifier_leaves_scatters_as_in_the_end(t):
    def scatter(r):
        return r / (2 * (r - 2) * (r - 4))

    left = rectifier(t, 0.999) ** 2 * scatter(rho(t, 0.999))
    assert left == pytest.approx(scatter(1999), rel=1e-9)


def test_there_is_no_step_before_the_first_and_no_memory_of_all():
    refuses(lambda t: rho(t, 0.999), "^t is .*: give 1 or more$", good=[1], bad=[0, -1])
    only_shares(lambda beta2: rho(3, beta2), "beta2")


def test_where_the_variance_is_infinite_there_is_no_rectifier():
    with pytest.raises(ValueError, match=r"^t is 4, where rho is 4"):
        rectifier(4, 0.999)


def test_where_rho_only_comes_up_to_four_there_is_none_either():
    assert rho(5000, 0.6) == 4  # the limit, 2 / 0.4 - 1
    with pytest.raises(ValueError, match=r"^t is 5000, where rho is 4: give a later t"):
        rectifier(5000, 0.6)


def test_at_the_threshold_itself_it_does_not_divide_yet(stream):
    g = torch.tensor([1.0, -2.0, 3.0, 0.5, 1.0]).double()
    at, under = (RAdam(0.1, threshold=x) for x in (rho(5, 0.999), rho(5, 0.999) - 0.1))
    m = sum(0.1 * 0.9 ** (4 - k) * x for k, x in enumerate(g.tolist()))
    assert stream(at, g).diff()[-1].item() == pytest.approx(-0.1 * m / (1 - 0.9**5))
    assert stream(under, g).diff()[-1].abs() < 0.01


@pytest.mark.equation("eq-optimization-radam")
def test_four_steps_of_momentum_and_then_rectified_adam(stream):
    g = torch.tensor([1.0, -2.0, 3.0, 0.5, 1.0, -1.0]).double()
    moves = stream(RAdam(0.1), g).diff()
    adam = stream(Adam(0.1), g).diff()
    m = 0.0
    for t in range(1, 7):
        m = 0.9 * m + 0.1 * g[t - 1].item()
        if t <= 4:
            assert moves[t - 1].item() == pytest.approx(-0.1 * m / (1 - 0.9**t))
        else:
            rectified = rectifier(t, 0.999) * adam[t - 1].item()
            assert moves[t - 1].item() == pytest.approx(rectified)


def test_with_a_short_memory_of_squares_it_never_turns_adaptive(stream):
    # beta2 = 0.5 is worth 3 gradients at most; what is left is averaged momentum.
    g = torch.ones(50).double()
    moves = stream(RAdam(0.1, beta2=0.5), g).diff()
    torch.testing.assert_close(moves, torch.full_like(moves, -0.1))
    assert stream(SGDM(0.1), g).diff()[-1] < -0.9  # which is not SGDM's


def test_told_not_to_correct_it_averages_as_it_is(stream):
    g = torch.tensor([1.0, -2.0, 3.0, 0.5, 1.0, -1.0]).double()
    raw = {"lr": 0.1, "unbiased": False}
    moves, adam = (stream(rule(**raw), g).diff() for rule in (RAdam, Adam))
    assert moves[0].item() == pytest.approx(-0.1 * 0.1)
    factors = torch.tensor([rectifier(t, 0.999) for t in (5, 6)]).double()
    torch.testing.assert_close(moves[4:], factors * adam[4:])


def test_it_writes_to_nothing(assert_pure):
    assert_pure(RAdam(0.1))


def test_the_threshold_is_the_papers():
    assert RAdam().threshold == 4


def test_bad_settings_are_refused():
    refuses(
        lambda threshold: RAdam(threshold=threshold),
        "^threshold is .*: give 4 or more$",
        good=[4, 4.0, 5],
        bad=[3, below(4.0), math.nan],
    )
    with pytest.raises(ValueError, match=r"^beta1 is 2"):
        RAdam(beta1=2)
