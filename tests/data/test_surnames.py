"""The surnames are as many of each language, plain, and each once."""

import pytest
import torch

from ml2020.data import surnames as module
from ml2020.data.surnames import LANGUAGES, surnames


def test_there_are_300_of_each_language_and_no_name_stands_twice():
    names, languages = surnames()
    assert len(names) == len(set(names)) == len(languages) == 2400
    assert languages.bincount().tolist() == [300] * len(LANGUAGES)
    assert languages.dtype == torch.int64


def test_names_are_small_letters_without_marks():
    letters = set("".join(surnames().names))
    assert letters == set("abcdefghijklmnopqrstuvwxyz")


def test_some_names_stand_with_their_language():
    names, languages = surnames()
    found = {name: LANGUAGES[k] for name, k in zip(names, languages, strict=True)}
    assert found["jussila"] == found["salminen"] == "Finnish"
    assert found["lowe"] == "English"
    ends = {language: 0 for language in LANGUAGES}
    for name, language in found.items():
        ends[language] += name.endswith("nen")
    assert ends["Finnish"] > 9 * (sum(ends.values()) - ends["Finnish"])


def test_their_order_is_shuffled():
    languages = surnames().languages
    for part in languages.split(600):
        assert part.bincount().min() > 40


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^surnames\.csv is not .*: delete"):
        surnames.__wrapped__()
