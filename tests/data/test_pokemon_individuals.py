"""The individuals obey the rule that the docstring states, and nothing else."""

import pytest
import torch

from ml2020.data.pokemon import combat_power, hit_points, pokemon
from ml2020.data.pokemon_individuals import LECTURE, draw_individuals

NEXT = ("PIDGEOTTO", "KAKUNA", "METAPOD", "VAPOREON")


def draw(count, seed=0):
    return draw_individuals(count, generator=torch.Generator().manual_seed(seed))


def stats(names, species):
    rows = torch.tensor([pokemon().ids.index(name) for name in names])
    return pokemon().stats[rows[species]]


def test_both_combat_powers_follow_from_the_same_level_and_values():
    animals = draw(500)
    for names, cp in ((LECTURE, animals.cp), (NEXT, animals.evolved_cp)):
        base = stats(names, animals.species)
        assert torch.equal(cp, combat_power(base, animals.ivs, animals.level))


def test_hit_points_are_those_before_evolution():
    animals = draw(500)
    stamina = stats(LECTURE, animals.species)[:, 2]
    expected = hit_points(stamina, animals.ivs[:, 2], animals.level)
    assert torch.equal(animals.hp, expected)


def test_every_species_level_and_value_is_as_likely_as_any_other():
    animals = draw(35_000)
    for values, first, last in [
        (animals.species, 0, 3),
        (animals.level, 1, 35),
        (animals.ivs.flatten(), 0, 15),
    ]:
        counts = torch.bincount(values - first).double()
        assert len(counts) == last - first + 1
        share = counts / counts.sum() * len(counts)
        assert (share - 1).abs().max() < 0.12  # four standard errors of a level


def test_sizes_have_the_games_mean_and_deviation():
    animals = draw(20_000)
    pidgeys = animals.species == 0
    assert animals.height[pidgeys].mean().item() == pytest.approx(0.3, rel=0.01)
    assert animals.height[pidgeys].std().item() == pytest.approx(0.0375, rel=0.05)
    assert animals.weight[pidgeys].mean().item() == pytest.approx(1.8, rel=0.01)
    assert animals.weight[pidgeys].std().item() == pytest.approx(0.225, rel=0.05)


def test_a_seed_draws_species_level_values_and_sizes_in_this_order():
    animals, dice = draw(50), torch.Generator().manual_seed(0)
    species = torch.randint(4, (50,), generator=dice)
    level = torch.randint(1, 36, (50,), generator=dice)
    ivs = torch.randint(16, (50, 3), generator=dice)
    size = torch.randn(50, 2, generator=dice, dtype=torch.float64)
    for ours, theirs in [(animals.level, level), (animals.ivs, ivs)]:
        assert torch.equal(ours, theirs)
    rows = torch.tensor([pokemon().ids.index(name) for name in LECTURE])[species]
    for sizes, drawn, z in [
        (pokemon().height, animals.height, size[:, 0]),
        (pokemon().weight, animals.weight, size[:, 1]),
    ]:
        mean, deviation = sizes[rows].unbind(dim=1)
        assert torch.equal(drawn, mean + deviation * z)


@pytest.mark.equation("eq-regression-ratio")
def test_the_level_cancels_in_the_ratio_of_both_powers():
    ivs = torch.tensor([[3, 9, 14]]).expand(35, 3)
    level = torch.arange(6, 41)  # at low levels the rounding is all there is
    young, old = (stats(names, torch.full((35,), 3)) for names in (LECTURE, NEXT))
    ratio = combat_power(old, ivs, level) / combat_power(young, ivs, level)
    a, d, s = ((old[0] + ivs[0]) / (young[0] + ivs[0])).tolist()
    assert ratio.numpy() == pytest.approx(a * d**0.5 * s**0.5, rel=0.02)


def test_the_same_seed_draws_the_same_and_leaves_the_global_dice_alone():
    before = torch.get_rng_state()
    first, second, other = draw(20), draw(20), draw(20, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert not torch.equal(first.cp, other.cp)
    assert torch.equal(torch.get_rng_state(), before)


def test_rejects_fewer_than_one():
    with pytest.raises(ValueError, match=r"^count is 0: draw at least 1$"):
        draw_individuals(0)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("PIKACHUU", r"^species PIKACHUU is unknown: take an id from pokemon\(\)"),
        ("VAPOREON", r"^species VAPOREON does not evolve: take one that does$"),
    ],
)
def test_rejects_a_species_that_cannot_evolve(name, remedy):
    with pytest.raises(ValueError, match=remedy):
        draw_individuals(1, species=(name,))
