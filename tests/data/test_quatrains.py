"""The quatrains are whole: four lines of five, each poem once, with its tones."""

from itertools import pairwise

import pytest
import torch

from ml2020.data import quatrains as module
from ml2020.data.quatrains import TONES, quatrains


def test_each_poem_has_twenty_characters_and_stands_once():
    q = quatrains()
    assert len(q.poems) == len(set(q.poems)) == len(q.poets) == 3499
    assert {len(poem) for poem in q.poems} == {20}
    assert q.text.shape == q.tones.shape == (3499, 20)
    assert q.text.dtype == q.tones.dtype == torch.int64


def test_the_numbers_spell_the_poems():
    q = quatrains()
    for poem, row in zip(q.poems, q.text.tolist(), strict=True):
        assert "".join(q.characters[k] for k in row) == poem


def test_the_most_frequent_characters_come_first_and_each_occurs():
    q = quatrains()
    often = q.text.flatten().bincount(minlength=len(q.characters))
    assert len(often) == len(q.characters) == len(set(q.characters)) == 3735
    assert (often.diff() <= 0).all()
    assert often[-1] == 1
    assert q.characters[:5] == ("不", "人", "風", "無", "山")
    counted = list(zip((-often).tolist(), q.characters, strict=True))
    assert counted == sorted(counted)


def test_no_two_poems_agree_in_twelve_places():
    text = quatrains().text
    for row in text[::50]:
        agree = (text == row).sum(dim=1).sort(descending=True).values
        assert agree[0] == 20
        assert agree[1] < 12


def test_a_known_poem_with_its_tones():
    q = quatrains()
    place = q.poems.index("白日依山盡黃河入海流欲窮千里目更上一層樓")
    said = "".join(TONES[k] for k in q.tones[place].tolist())
    assert said == "||--|--||-|--|||||--"
    assert q.poets[place] == "朱斌"


def test_the_second_and_the_fourth_line_mostly_end_level():
    tones = quatrains().tones
    level = (tones == TONES.index("-")).double().mean(dim=0)
    assert level[9] > 0.7
    assert level[19] > 0.7
    assert level[14] < 0.3


def test_their_order_is_by_chance():
    poets = quatrains().poets
    assert sum(a == b for a, b in pairwise(poets)) < 100


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^quatrains\.csv is not .*: delete"):
        quatrains.__wrapped__()


def test_most_characters_have_one_tone_and_some_have_several():
    q = quatrains()
    pairs = {*zip(q.text.flatten().tolist(), q.tones.flatten().tolist(), strict=True)}
    assert len(pairs) - len(q.characters) < 350
    seen = q.characters.index("看")
    assert q.tones[q.text == seen].bincount(minlength=4).tolist() == [102, 39, 30, 0]
