"""The first page: the map of the lectures, as it is drawn."""

import re
from pathlib import Path

import pytest

from lecture_map import as_svg, as_tikz, layout, read_lectures

PARTS = read_lectures(Path(__file__).parents[2] / "book" / "lectures.toml")
NAMES = [lecture["name"] for part in PARTS for lecture in part["lectures"]]
NEEDS = {le["name"]: le["needs"] for part in PARTS for le in part["lectures"]}
TITLES = [lecture["title"] for part in PARTS for lecture in part["lectures"]]


@pytest.fixture
def drawn():
    return layout(PARTS, {"book/regression", "book/notation"})


def test_there_are_35_lectures_and_each_stands_once():
    assert len(NAMES) == len(set(NAMES)) == 35


@pytest.mark.parametrize("name", NAMES)
def test_a_lecture_needs_only_earlier_ones(name):
    assert all(NAMES.index(need) < NAMES.index(name) for need in NEEDS[name])


def test_all_but_the_first_need_something():
    assert [name for name in NAMES if not NEEDS[name]] == ["introduction"]


def test_every_need_is_an_arc_that_leads_down(drawn):
    _, arcs = drawn
    assert len(arcs) == sum(map(len, NEEDS.values()))
    assert all(start < end for start, end in arcs)


def test_only_what_is_written_is_a_link(drawn):
    svg = "\n".join(as_svg(*drawn, {"book/regression": "regression.html"}))
    assert re.findall(r'<a href="([^"]*)">', svg) == ["regression.html"]
    assert svg.count('class="unwritten"') == 34
    assert svg.count("<path") == len(drawn[1])


def test_every_lecture_is_named_on_the_site_and_in_print(drawn):
    svg = "\n".join(as_svg(*drawn, {"book/regression": "regression.html"}))
    tikz = "\n".join(as_tikz(*drawn))
    for title in TITLES:
        assert title in svg
        assert title in tikz
    assert tikz.count(r"\draw") == len(drawn[1])
    assert tikz.count("fill=black") == 1
    assert tikz.count("fill=white") == 34
