"""Each gloss has its lexicographer file, file after file."""

import pytest

from ml2020.data import gloss_kinds as module
from ml2020.data.gloss_kinds import gloss_kinds
from ml2020.data.glosses import PERSON, glosses


def test_there_is_one_for_each_gloss_in_runs():
    kinds = gloss_kinds()
    assert len(kinds) == glosses().glosses[-1] + 1 == 117_659
    assert (kinds.diff() != 0).sum() == 44
    assert len(kinds.unique()) == 45
    assert ((kinds >= 3) & (kinds <= 28)).sum() == 82_115
    assert ((kinds >= 29) & (kinds <= 43)).sum() == 13_767


def test_most_glosses_that_say_who_are_of_persons():
    g, kinds = glosses(), gloss_kinds()
    kind = kinds[g.glosses[g.text == g.words.index("who")]]
    assert (kind == PERSON).float().mean() > 0.5


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^gloss_kinds\.csv is not .*: delete"):
        gloss_kinds.__wrapped__()
