"""The base statistics are those of generation 6, each species and form once."""

import pytest
import torch

from ml2020.data import pokemon_base as module
from ml2020.data.pokemon import pokemon
from ml2020.data.pokemon_base import STATISTICS, pokemon_base


def test_there_are_721_species_and_77_forms():
    base = pokemon_base()
    assert base.stats.shape == (798, 6)
    assert base.stats.dtype == torch.float64
    assert len(base.names) == len(set(base.names)) == len(base.types) == 798
    forms = [k for k, name in enumerate(base.names) if name.split("-")[0] != name]
    megas = [name for name in base.names if "-Mega" in name]
    assert len(megas) == 48
    assert 77 <= len(forms) < 85  # Ho-Oh and others have a hyphen by birth
    assert {len(kinds) for kinds in base.types} == {1, 2}
    assert len({kind for kinds in base.types for kind in kinds}) == 18
    assert 1 <= base.stats.min() < base.stats.max() == 255


def test_statistics_stand_in_their_order():
    base = pokemon_base()
    by_name = dict(zip(base.names, base.stats.tolist(), strict=True))
    assert len(STATISTICS) == 6
    assert by_name["Bulbasaur"] == [45, 49, 49, 65, 65, 45]
    assert by_name["Mewtwo-Mega-X"] == [106, 190, 100, 154, 100, 130]
    assert by_name["Shuckle"] == [20, 10, 230, 10, 230, 5]
    assert by_name["Blissey"] == [255, 10, 10, 75, 135, 55]
    assert by_name["Arbok"] == [60, 85, 69, 65, 79, 80]  # it got 95 attack later
    assert base.types[base.names.index("Bulbasaur")] == ("grass", "poison")


def test_a_species_stands_before_its_forms():
    names = pokemon_base().names
    place = {name: k for k, name in enumerate(names)}
    for name in names:
        species = name.removesuffix("-Mega")
        if species != name:
            assert place[species] < place[name] <= place[species] + 3


def test_the_types_are_those_of_the_other_game():
    base, other = pokemon_base(), pokemon()
    here = dict(zip((n.upper() for n in base.names), base.types, strict=True))
    both = [(here[i], t) for i, t in zip(other.ids, other.types, strict=True)
            if i in here]  # fmt: skip
    assert len(both) > 400
    assert all(set(ours) == set(theirs) for ours, theirs in both)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^pokemon_base\.csv is not .*: delete"):
        pokemon_base.__wrapped__()
