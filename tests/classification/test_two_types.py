"""The Pokédex cut down to two types, each animal once."""

import pytest

from ml2020.classification import two_types
from ml2020.data.pokemon import pokemon


def test_the_first_type_has_the_label_1():
    animals, dex = two_types("water", "normal"), pokemon()
    for name, label in zip(animals.ids, animals.y.tolist(), strict=True):
        leading = dex.types[dex.ids.index(name)][0]
        assert leading == ("water" if label else "normal")


def test_each_animal_stands_beside_its_numbers_in_the_order_of_the_pokedex():
    animals, dex = two_types("water", "normal"), pokemon()
    places = [dex.ids.index(name) for name in animals.ids]
    assert places == sorted(places)
    assert animals.X.tolist() == dex.stats[places].tolist()


def test_exchanging_the_types_exchanges_the_labels():
    one, other = two_types("water", "normal"), two_types("normal", "water")
    assert one.ids == other.ids
    assert (1 - one.y).tolist() == other.y.tolist()


def test_the_same_animal_in_another_coat_is_left_out():
    ids = two_types("water", "normal").ids
    assert sum(name.startswith("CASTFORM") for name in ids) == 1
    assert "SQUIRTLE" in ids
    assert "MEW" not in ids  # psychic; MEWTWO begins with it, and has other numbers
    psychic = two_types("psychic", "normal").ids
    assert {"MEW", "MEWTWO"} <= set(psychic)


def test_no_two_forms_of_a_species_have_the_same_numbers():
    animals = two_types("water", "normal")
    rows = dict(zip(animals.ids, map(tuple, animals.X.tolist()), strict=True))
    for name, numbers in rows.items():
        for form, others in rows.items():
            assert not (form.startswith(f"{name}_") and numbers == others)


def test_rejects_types_that_are_none():
    with pytest.raises(ValueError, match=r"^second is water like first: give two"):
        two_types("water", "water")
    with pytest.raises(ValueError, match=r"^first is wet: give a type such as water"):
        two_types("wet", "normal")
    with pytest.raises(ValueError, match=r"^second is wet: give a type such as water"):
        two_types("water", "wet")


def test_labels_are_whole_numbers_and_an_animal_alike_in_numbers_alone_stays():
    animals, dex = two_types("water", "normal"), pokemon()
    wanted = [i for i, t in enumerate(dex.types) if t[0] in ("water", "normal")]
    all_numbers = {tuple(row) for row in dex.stats[wanted].tolist()}
    assert {tuple(row) for row in animals.X.tolist()} == all_numbers
    assert str(animals.y.dtype) == "torch.int64"
