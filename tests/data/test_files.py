"""An embedded file is read only as it was committed."""

import pytest

from ml2020.data.files import verified
from ml2020.data.pokemon import LEVELS_SHA256


def test_the_committed_file_is_read():
    assert verified("pokemon_levels.csv", LEVELS_SHA256).startswith(b"level,")


def test_a_changed_file_is_refused_with_its_name_and_the_remedy():
    wrong = LEVELS_SHA256.replace("b", "c", 1)
    with pytest.raises(ValueError, match=r"^pokemon_levels\.csv .*git checkout"):
        verified("pokemon_levels.csv", wrong)
