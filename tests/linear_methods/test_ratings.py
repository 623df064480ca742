"""The generator keeps its rule: variances as stated, nobody unrated."""

import math

import pytest
import torch

from ml2020.linear_methods import made_ratings
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.equation("eq-linear_methods-generator")
@pytest.mark.parametrize("tastes", [1, 2, 9])
def test_variances_are_those_of_the_rule(tastes):
    tables = [
        made_ratings((60, 50), tastes, 0.5, 0.5, 0.3, generator=dice(k)).N
        for k in range(40)
    ]
    N = torch.stack(tables)
    assert abs(N.mean() - 3) < 0.1
    assert abs(N.var(dim=(1, 2)).mean() - (1 + 0.5 + 0.09)) < 0.2


def test_without_bias_and_noise_the_rank_is_that_of_the_tastes():
    N = made_ratings((20, 10), 3, 0.5, 0.0, 0.0, generator=dice(0)).N
    assert torch.linalg.matrix_rank(N - 3) == 3
    N = made_ratings((20, 10), 3, 0.5, 0.5, 0.0, generator=dice(0)).N
    assert torch.linalg.matrix_rank(N) == 5


def test_noise_is_what_it_says():
    quiet, loud = (
        made_ratings((200, 100), 2, 0.5, 0.5, noise, generator=dice(0)).N
        for noise in (0.0, 0.7)
    )
    assert (loud - quiet).std().item() == pytest.approx(0.7, rel=0.02)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6)])
def test_everybody_is_rated_and_the_share_is_about_right(shape):
    for k in range(20):
        seen = made_ratings(shape, 1, 0.05, generator=dice(k)).seen
        assert seen.any(dim=0).all()
        assert seen.any(dim=1).all()
    seen = made_ratings((200, 100), 1, 0.3, generator=dice(0)).seen
    assert abs(seen.double().mean() - 0.3) < 0.02
    assert made_ratings((6, 4), 1, 1.0, generator=dice(0)).seen.all()


def test_rejects_settings_out_of_range():
    def call(**what):
        rule = {"shape": (3, 2), "tastes": 1, "known": 0.5, "bias": 0.0, "noise": 0.0}
        return made_ratings(**(rule | what))

    for name, good, bad, said in (
        ("tastes", [1], [0], "tastes is 0: give 1 or more"),
        ("known", [1.0, 1e-9], [0.0, -1.0, math.nan], "known is .*: give a positive"),
        ("known", [1.0], [1.01], "known is 1.01: give a share, at most 1"),
        ("bias", [0.0], [-0.1], "bias is -0.1: give 0 or more"),
        ("noise", [0.0], [-0.1], "noise is -0.1: give 0 or more"),
        ("shape", [(1, 1)], [(0, 2)], r"shape\[0\] is 0: give 1"),
        ("shape", [(1, 1)], [(2, 0)], r"shape\[1\] is 0: give 1"),
    ):
        refuses(lambda v, name=name: call(**{name: v}), f"^{said}", good=good, bad=bad)


def test_noise_and_biases_are_those_of_the_page_unless_told():
    found, told = (
        made_ratings((5, 4), 2, 0.5, *given, generator=torch.Generator().manual_seed(0))
        for given in ((), (0.5, 0.3))
    )
    assert torch.equal(found.N, told.N)
