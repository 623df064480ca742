"""The species model is one linear model, and yet a separate line for each species."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.data.pokemon import combat_power, cp_multipliers, pokemon
from ml2020.data.pokemon_individuals import LECTURE, draw_individuals
from ml2020.regression import by_species, least_squares, powers
from tests.refusals import refuses, spoilt


def animals(seed, count=24, kinds=4):
    dice = torch.Generator().manual_seed(seed)
    x = torch.rand(count, generator=dice, dtype=torch.float64)
    y_hat = torch.rand(count, generator=dice, dtype=torch.float64)
    return x, y_hat, torch.arange(count) % kinds


@pytest.mark.equation("eq-regression-species")
@given(seed=st.integers(0, 2**31))
def test_every_animal_is_answered_by_its_own_line(device, seed):
    x, y_hat, species = (part.to(device) for part in animals(seed))
    lines = torch.stack([y_hat[:4], y_hat[4:8]], dim=1)  # any b_s and w_s
    answers = by_species(powers(x, 1), species, 4) @ lines.flatten()
    for answer, value, kind in zip(answers, x, species, strict=True):
        b, w = lines[kind]
        torch.testing.assert_close(answer, b + w * value)


def test_fitting_all_at_once_is_fitting_each_alone():
    x, y_hat, species = animals(seed=0)
    together = least_squares(by_species(powers(x, 1), species, 4), y_hat)
    for kind in range(4):
        own = species == kind
        alone = least_squares(powers(x[own], 1), y_hat[own])
        torch.testing.assert_close(together[2 * kind : 2 * kind + 2], alone)


def test_each_species_brings_its_own_copy_of_every_feature():
    x, _, species = animals(seed=0)
    X = by_species(powers(x, 2), species, 5)
    assert X.shape == (24, 15)
    assert ((X != 0).sum(dim=1) == 3).all()  # the others are switched off


@pytest.mark.equation("eq-regression-level")
def test_both_cp_are_a_product_times_the_level():
    drawn = draw_individuals(500, generator=torch.Generator().manual_seed(3))
    dex, m2 = pokemon(), cp_multipliers()[drawn.level - 1] ** 2
    for young, cp in ((True, drawn.cp), (False, drawn.evolved_cp)):
        rows = [dex.ids.index(name) for name in LECTURE]
        if not young:
            rows = [dex.ids.index(dex.evolves_to[row][0]) for row in rows]
        attack, defense, stamina = (dex.stats[rows][drawn.species] + drawn.ivs).T
        expected = (attack * (defense * stamina).sqrt() * m2 / 10).clamp(min=10)
        assert ((expected - cp >= -1e-9) & (expected - cp < 1)).all()


def test_of_two_pidgeys_with_the_same_cp_the_one_of_poor_values_goes_further():
    dex = pokemon()
    rows = [dex.ids.index(name) for name in ("PIDGEY", "PIDGEOTTO")]
    ivs, level = torch.tensor([[15, 15, 15], [0, 0, 0]]), torch.tensor([23, 33])
    young, old = (combat_power(dex.stats[row].expand(2, 3), ivs, level) for row in rows)
    assert young.tolist() == [447, 447]
    assert old.tolist() == [785, 852]


def test_rejects_a_species_without_a_place():
    refuses(
        lambda species: by_species(torch.ones(3, 2), torch.tensor(species), 4),
        r"^species is outside 0 to 3: number them from 0, or raise count$",
        good=[[0, 3, 1], [3, 3, 3]],
        bad=[[-1, -1, -1], [0, -1, 1], [4, 4, 4], [0, 1, 4]],
    )


def test_rejects_a_feature_that_would_spoil_the_others():
    x = torch.ones(2, 1)
    refuses(
        lambda features: by_species(features, torch.tensor([0, 1]), 2),
        "^features has NaN or infinity: drop or mend",
        good=[x],
        bad=spoilt(x, math.nan, math.inf),
    )


def test_rejects_no_species():
    refuses(
        lambda count: by_species(torch.zeros(0, 2), torch.zeros(0).long(), count),
        r"^count is 0: give 1 or more$",
        good=[1, 3],
        bad=[0],
    )


@pytest.mark.parametrize("dtype", [torch.int32, torch.int64])
def test_species_may_be_any_whole_numbers(dtype):
    features = torch.tensor([[1.0], [2.0]])
    X = by_species(features, torch.tensor([1, 0], dtype=dtype), 2)
    assert torch.equal(X, torch.tensor([[0.0, 1.0], [2.0, 0.0]]))


def test_nobody_has_a_row():
    nobody = torch.zeros(0).long()
    assert by_species(torch.zeros(0, 2), nobody, 3).shape == (0, 6)
