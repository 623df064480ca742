"""Finding folds: what is built fits, what is shaken not, and descent is descent."""

import math

import pytest
import torch

from ml2020.deep_learning import (
    draws,
    he_layers,
    layer_by_layer,
    pack,
    relu,
    straight,
    unpack,
)
from ml2020.optimization import Adam
from ml2020.why_deep import shaken, tent_fit, tent_layers, tent_sizes, tents
from tests.refusals import refuses, spoilt


def test_sizes_have_a_layer_for_each_fold():
    assert tent_sizes(1) == (1, 2, 1)
    assert tent_sizes(3, 5) == (1, 5, 5, 5, 1)


@pytest.mark.parametrize("folds", [1, 2, 4])
def test_what_was_built_fits_without_a_step(folds):
    theta = shaken(folds, 0.0, [0, 1])
    assert torch.equal(theta[0], pack(tent_layers(folds, torch.ones(1, 1))))
    same, error = tent_fit(Adam(0.1), theta, tent_sizes(folds), folds, 0)
    assert torch.equal(same, theta)
    assert error.max() < 1e-8


def test_noise_is_added_to_every_number_and_has_its_spread():
    still, moved = shaken(3, 0.0, range(300)), shaken(3, 0.2, range(300))
    added = moved - still
    assert (added != 0).all()
    assert added.std(dim=0).sub(0.2).abs().max() < 0.05
    assert torch.equal(shaken(3, 0.2, [7])[0], moved[7])
    assert not torch.equal(added[0], added[1])
    dice = torch.Generator().manual_seed(7)
    drawn = torch.randn(len(still[7]), generator=dice)
    torch.testing.assert_close(shaken(3, 0.4, [7])[0], still[7] + 0.4 * drawn)


def test_the_error_is_a_share_of_the_variance():
    sizes, folds = tent_sizes(2, 3), 2
    theta = draws(he_layers, sizes, [4])
    _, error = tent_fit(Adam(0.1), theta, sizes, folds, 0)
    x = torch.linspace(0, 1, 65)
    said = layer_by_layer(x[:, None], unpack(theta[0], sizes), [relu, relu, straight])
    target = tents(x, folds)
    missed = (said.a[-1][:, 0] - target).square().mean()
    mean = (target - target.mean()).square().mean()
    assert error.item() == pytest.approx((missed / mean).item(), rel=1e-4)


def test_a_constant_at_the_mean_misses_all_of_it():
    level = torch.zeros(1, 7)
    level[0, -1] = tents(torch.linspace(0, 1, 17 * 2 - 1), 1).mean()
    _, error = tent_fit(Adam(0.1), level, (1, 2, 1), 1, 0)
    assert error.item() == pytest.approx(1, rel=1e-3)


def test_steps_lower_the_error_and_theta_stays():
    theta = shaken(1, 0.3, [0, 1, 2])
    before = theta.clone()
    _, first = tent_fit(Adam(0.01), theta, (1, 2, 1), 1, 0)
    _, last = tent_fit(Adam(0.01), theta, (1, 2, 1), 1, 300)
    assert (last < first).all()
    assert torch.equal(theta, before)


def test_the_kind_of_numbers_is_that_of_theta():
    theta, error = tent_fit(Adam(0.01), shaken(1, 0.1, [0]).double(), (1, 2, 1), 1, 1)
    assert theta.dtype == error.dtype == torch.float64


def test_what_overflows_is_infinitely_far():
    theta = 1e30 * torch.ones(1, 7)
    assert tent_fit(Adam(0.1), theta, (1, 2, 1), 1, 0)[1].tolist() == [math.inf]


def test_rejects_what_cannot_be_fitted():
    theta = shaken(1, 0.0, [0])
    refuses(
        lambda folds: tent_fit(Adam(1), theta, (1, 2, 1), folds, 0),
        "^folds is .*: give 1 or more$",
        good=[1, 2],
        bad=[0, -1],
    )
    refuses(
        lambda steps: tent_fit(Adam(1), theta, (1, 2, 1), 1, steps),
        "^steps is -1: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )
    refuses(
        lambda theta: tent_fit(Adam(1), theta, (1, 2, 1), 1, 0),
        "^theta has NaN or infinity: draw it anew$",
        good=[theta],
        bad=spoilt(theta, math.nan, math.inf),
    )
    with pytest.raises(ValueError, match=r"^theta is empty: give at least one network"):
        tent_fit(Adam(1), theta[:0], (1, 2, 1), 1, 0)
    refuses(
        lambda noise: shaken(1, noise, [0]),
        "^noise is .*: give 0 or more$",
        good=[0.0, 1.0],
        bad=[-0.1, math.nan, math.inf],
    )
    with pytest.raises(ValueError, match=r"^seeds is empty: give at least one seed$"):
        shaken(1, 0.1, [])
    for call, name in ((tent_sizes, "folds"), (lambda w: tent_sizes(1, w), "width")):
        said = f"^{name} is .*: give 1 or more$"
        refuses(call, said, good=[1, 2], bad=[0, -1])
