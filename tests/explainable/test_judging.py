"""Marks of a map: mass in a region, rank correlation, and what deletion paints."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError
from scipy.stats import spearmanr

from ml2020.explainable import deleted, mass_on, rank_correlation
from tests.explainable.nets import dice, pictures
from tests.refusals import refuses, spoilt


def test_mass_is_the_share_of_sizes_in_the_region():
    a = pictures(2) - 0.5
    region = pictures(2, seed=1) < 0.3
    expected = [
        (a[k].abs() * region[k]).sum().item() / a[k].abs().sum().item()
        for k in range(2)
    ]
    assert mass_on(a, region).tolist() == pytest.approx(expected)


def test_a_map_of_nothing_points_nowhere():
    region = pictures(1) < 0.3
    found = mass_on(0 * pictures(1), region)
    assert found.item() == pytest.approx(region.double().mean().item())


def test_several_channels_are_added_up():
    a = torch.rand(1, 3, 4, 4, generator=dice(0)).double()
    region = torch.zeros(1, 1, 4, 4, dtype=torch.bool)
    region[..., :2] = True
    assert mass_on(a, region).item() == pytest.approx(
        (a[..., :2].sum() / a.sum()).item()
    )


@pytest.mark.parametrize("coarse", [1, 10])
def test_rank_correlation_is_scipy_s_with_ties(coarse):
    a = (pictures(3) * 20 / coarse).round()
    b = a + (pictures(3, seed=1) * 20 / coarse).round()
    for k, found in enumerate(rank_correlation(a, b).tolist()):
        theirs = spearmanr(a[k].flatten(), b[k].flatten()).statistic
        assert found == pytest.approx(theirs)
    assert rank_correlation(a, 0 * b).tolist() == [0, 0, 0]


def test_the_largest_dots_are_deleted_first():
    x, a = pictures(2), pictures(2, seed=1)
    found = deleted(x, a, 0.25, 0.5)
    for k in range(2):
        gone = found[k] != x[k]
        assert gone.sum() == 20
        assert a[k][gone].min() > a[k][~gone].max()
        assert (found[k][gone] == 0.5).all()
    assert torch.equal(deleted(x, a, 0.0, 0.5), x)
    assert (deleted(x, a, 1.0, 0.5) == 0.5).all()


def test_bad_arguments_are_refused():
    x, a = pictures(2), pictures(2, seed=1)
    said = "^share is .*: give"
    refuses(
        lambda s: deleted(x, a, s, 0.0),
        said,
        good=[0.0, 1.0],
        bad=[-0.1, 1.1, math.nan],
    )
    said = "^a has NaN or infinity: mend"
    for call in (
        lambda a: deleted(x, a, 0.1, 0.0),
        lambda a: mass_on(a, x > 0.5),
        lambda a: rank_correlation(a, x),
    ):
        refuses(call, said, good=[a], bad=spoilt(a, math.nan))
    said = "^b has NaN or infinity: mend"
    refuses(lambda b: rank_correlation(x, b), said, good=[a], bad=spoilt(a, math.inf))
    with pytest.raises(TypeCheckError, match="region"):
        mass_on(x, x[:1] > 0.5)
    with pytest.raises(TypeCheckError, match="'b'"):
        rank_correlation(x, x[:1])
