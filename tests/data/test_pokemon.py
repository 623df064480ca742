"""The statistics are the game's, and the rule gives the game's own combat power."""

import math

import pytest
import torch

from ml2020.data.pokemon import combat_power, cp_multipliers, hit_points, pokemon


def test_there_are_557_species_and_forms_and_260_evolutions():
    dex = pokemon()
    assert len(dex.ids) == len(set(dex.ids)) == 557
    assert sum(map(len, dex.evolves_to)) == 260
    assert set(sum(dex.evolves_to, ())) <= set(dex.ids)
    assert dex.stats.shape == (557, 3)
    assert dex.height.shape == dex.weight.shape == (557, 2)


def test_stats_and_sizes_are_in_the_games_order_and_units():
    dex, pidgey = pokemon(), pokemon().ids.index("PIDGEY")
    assert dex.stats[pidgey].tolist() == [85, 73, 120]
    assert dex.height[pidgey].tolist() == [0.3, 0.0375]
    assert dex.weight[pidgey].tolist() == [1.8, 0.225]
    assert dex.types[pidgey] == ("normal", "flying")
    assert dex.evolves_to[pidgey] == ("PIDGEOTTO",)


def test_the_multiplier_grows_with_all_forty_levels(device):
    assert len(cp_multipliers()) == 40
    assert (cp_multipliers().diff() > 0).all()
    assert cp_multipliers()[0].item() == 0.094  # as the file has it, in float64


@pytest.mark.equation("eq-regression-cp")
def test_the_rule_reproduces_the_files_own_highest_cp_of_every_species(device):
    dex = pokemon()
    ivs = torch.full((557, 3), 15, device=device)
    level = torch.full((557,), 40, device=device)
    assert torch.equal(combat_power(dex.stats.to(device), ivs, level).cpu(), dex.max_cp)


def test_one_combat_power_worked_out_by_hand():
    # Pidgey 85, 73, 120 with the values 1, 2, 3 at level 2
    m = 0.16639787
    expected = math.floor(86 * math.sqrt(75) * math.sqrt(123) * m * m / 10)
    stats = torch.tensor([[85.0, 73.0, 120.0]])
    result = combat_power(stats, torch.tensor([[1, 2, 3]]), torch.tensor([2]))
    assert result.item() == expected == 22


def test_float32_statistics_give_the_same_combat_power():
    # Flaaffy: just below 855, and just above where roots are taken in float32
    ivs, level = torch.tensor([[1, 8, 2]]), torch.tensor([23])
    for dtype in (torch.float32, torch.float64):
        stats = torch.tensor([[145, 109, 172]], dtype=dtype)
        assert combat_power(stats, ivs, level).item() == 854


def test_neither_combat_power_nor_hit_points_fall_below_ten():
    one, zero = torch.tensor([1]), torch.zeros(1, 3).long()
    assert combat_power(torch.ones(1, 3), zero, one).item() == 10
    assert hit_points(torch.ones(1), zero[:, 0], one).item() == 10


def test_hit_points_are_stamina_times_the_multiplier_rounded_down(device):
    stamina = torch.tensor([120.0], device=device)
    iv, level = torch.tensor([[3], [20]], device=device)
    m = cp_multipliers()[19].item()
    assert hit_points(stamina, iv, level).item() == math.floor(123 * m)


@pytest.mark.parametrize("level", [0, 41])
def test_rejects_a_level_the_game_does_not_have(level):
    ivs, good_and_bad = torch.zeros(2, 3).long(), torch.tensor([1, level])
    with pytest.raises(ValueError, match=r"^level is outside 1 to 40: use whole"):
        combat_power(torch.ones(2, 3), ivs, good_and_bad)


@pytest.mark.parametrize("iv", [-1, 16])
def test_rejects_a_hidden_value_the_game_does_not_have(iv):
    ivs, level = torch.tensor([[0, 0, 0], [0, 15, iv]]), torch.tensor([1, 1])
    with pytest.raises(ValueError, match=r"^ivs are outside 0 to 15: draw whole"):
        combat_power(torch.ones(2, 3), ivs, level)
    with pytest.raises(ValueError, match=r"^ivs are outside 0 to 15"):
        hit_points(torch.ones(2), ivs[:, 2], level)
