"""The lower bound is Clopper and Pearson's; the radius is exact for a plane."""

import math

import pytest
import torch
from scipy.stats import beta, norm

from ml2020.attack import least_share, noisy_votes, radius
from ml2020.attack.randomised import at_least
from tests.refusals import below, only_positive, refuses


@pytest.mark.parametrize(("hits", "trials"), [(1, 5), (5, 5), (70, 100), (999, 1000)])
@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_it_is_clopper_and_pearson_s_bound(hits, trials, alpha):
    theirs = beta.ppf(alpha, hits, trials - hits + 1)
    assert least_share(hits, trials, alpha) == pytest.approx(theirs, rel=1e-9)


def test_no_hit_proves_nothing_and_ends_are_ends():
    assert least_share(0, 10, 0.01) == 0
    assert at_least(3, 10, 0.0) == 0
    assert at_least(3, 10, 1.0) == 1
    assert at_least(0, 10, 0.5) == 1


@pytest.mark.equation("eq-attack-smoothing")
def test_of_a_plane_the_radius_is_the_distance():
    w, level, sigma = torch.tensor([3.0, 4.0]).double(), -1.0, 0.5
    x = torch.tensor([0.7, 0.4]).double()
    far = (w @ x + level) / w.norm()
    share = norm.cdf((far / sigma).item())
    assert radius(share, sigma) == pytest.approx(far.item())
    assert radius(0.5, sigma) == 0
    assert radius(0.2, sigma) == 0


def test_votes_are_those_of_noisy_copies():
    model = lambda x: torch.stack([x[:, 0], -x[:, 0]], dim=1)  # noqa: E731
    x = torch.tensor([[0.1], [-0.2]])
    votes = noisy_votes(model, x, 0.1, 2000, generator=torch.Generator().manual_seed(1))
    assert votes.sum(dim=1).tolist() == [2000, 2000]
    assert votes[0, 0].item() / 2000 == pytest.approx(norm.cdf(1), abs=0.03)
    assert votes[1, 1].item() / 2000 == pytest.approx(norm.cdf(2), abs=0.03)


def test_noise_is_of_the_pictures_kind_of_numbers():
    x, dice = torch.zeros(3, 2).double(), torch.Generator().manual_seed(2)
    seen = []
    noisy_votes(lambda v: seen.append(v) or v, x, 0.5, 2, generator=dice)
    dice.manual_seed(2)
    for v in seen[1:]:
        drawn = torch.randn(3, 2, generator=dice, dtype=torch.float64)
        assert torch.equal(v, 0.5 * drawn)


def test_bad_input_is_refused():
    model = lambda x: x  # noqa: E731
    x = torch.zeros(2, 3)
    only_positive(lambda s: noisy_votes(model, x, s, 1), "sigma")
    only_positive(lambda s: radius(0.6, s), "sigma")
    refuses(
        lambda v: noisy_votes(lambda x: x * v, x, 0.1, 2),
        "^what the model says has NaN",
        good=[1.0],
        bad=[math.nan],
    )
    refuses(lambda n: noisy_votes(model, x, 0.1, n), "^copies", good=[1], bad=[0])
    refuses(lambda n: least_share(0, n, 0.1), "^trials", good=[1], bad=[0])
    refuses(lambda h: least_share(h, 3, 0.1), "^hits", good=[0, 3], bad=[-1, 4])
    refuses(
        lambda a: least_share(1, 3, a), "^alpha", good=[0.5], bad=[0.0, 1.0, math.nan]
    )
    refuses(
        lambda p: radius(p, 0.1),
        "^share is",
        good=[0.0, below(1.0)],
        bad=[below(0.0), 1.0, math.nan],
    )
