"""The form of a poem: lines, tones that oppose, a rhyme that was met."""

import pytest

from ml2020.data.quatrains import quatrains
from ml2020.transformer import form
from ml2020.transformer.poems_form import rhymed, usual_tones

KNOWN = (
    "白日依山盡/黃河入海流/欲窮千里目/更上一層樓"  # || --, -- ||: all as it should be
)


def test_a_tone_is_the_one_that_a_character_has_most_often():
    assert usual_tones()["看"] == "-"  # level 102 times, oblique 39 times
    assert usual_tones()["白"] == "|"
    assert set(usual_tones().values()) <= set("-|o?")


def test_who_rhymes_has_rhymed_in_a_poem_that_is_learned_from():
    ends = {(poem[9], poem[19]) for poem in quatrains().poems[:3000]}
    assert {tuple(sorted(pair)) for pair in rhymed()} == {
        tuple(sorted(pair)) for pair in ends if pair[0] != pair[1]
    }


def test_a_known_poem_keeps_to_the_form():
    found = form(KNOWN)
    assert found == (True, 1.0, 1.0, frozenset("流樓") in rhymed())
    lines = KNOWN.split("/")
    swapped = "/".join([lines[1], lines[0], *lines[2:]])
    assert form(swapped) == (True, 1.0, pytest.approx(2 / 3), False)


def test_each_part_of_the_form_is_told_alone():
    tones = usual_tones()
    level, oblique = (
        next(sign for sign, tone in tones.items() if tone == wanted) for wanted in "-|"
    )

    def poem(*pairs):
        spelt = {"-": level, "|": oblique}
        return "/".join(f"一{spelt[a]}一{spelt[b]}一" for a, b in pairs)

    assert form(poem("-|", "|-", "|-", "-|"))[1:3] == (1, 1)
    assert form(poem("--", "|-", "|-", "-|"))[1:3] == (0.75, 1)
    assert form(poem("||", "|-", "|-", "-|"))[1:3] == (0.75, pytest.approx(2 / 3))
    assert form(poem("-|", "|-", "-|", "-|"))[1:3] == (1, pytest.approx(1 / 3))
    assert form(poem("-|", "|-", "|-", "||"))[1:3] == (0.75, pytest.approx(2 / 3))


@pytest.mark.parametrize(
    "text", ["", "白日依山盡", KNOWN + "/", KNOWN[:-1], KNOWN.replace("/", "")]
)
def test_without_four_lines_of_five_nothing_else_counts(text):
    assert form(text) == (False, 0, 0, False)


def test_an_unknown_character_has_no_tone():
    assert form(KNOWN.replace("日", "□"))[1:3] == (0.75, pytest.approx(2 / 3))
