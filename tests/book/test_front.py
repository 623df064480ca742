"""The first page, the glossary and the status page say what is so."""

import json
import re

import pytest

from tools.promises import of_package, of_words
from tools.promises.pages import ROOT, chapters, landings


@pytest.fixture(scope="module")
def page(site):
    return lambda name: (site / "book" / f"{name}.html").read_text("utf-8")


def test_the_first_page_shows_three_figures_of_chapters_as_links(page):
    shown = re.findall(
        r'<a class="reference internal[^"]*" href="(\w+)\.html">\s*'
        r'<img[^>]*alt="([^"]+)"',
        page("index"),
    )
    stems = {chapter.stem for chapter in chapters(ROOT)}
    assert len(shown) == 3
    assert {name for name, _ in shown} <= stems


def test_the_map_links_every_written_lecture_and_nothing_else(page):
    (drawing,) = re.findall(r'<svg class="lecture-map".*?</svg>', page("index"), re.S)
    linked = set(re.findall(r'<a href="(\w+)\.html">', drawing))
    assert linked <= {page.stem for page in [*chapters(ROOT), *landings(ROOT)]}
    assert {chapter.lecture for chapter in chapters(ROOT)} == linked


def test_the_glossary_is_sorted_both_ways(page):
    text = page("glossary")
    english = re.findall(r'<dt id="term-[^"]*">(.*?)<', text)
    assert english == sorted(english, key=str.lower)
    assert len(english) == len(of_words.glossary(ROOT))
    rows = re.findall(r"<td><p>([^<]*[\u4e00-\u9fff][^<]*)</p></td>", text)
    assert len(rows) == len(english)
    assert rows == sorted(rows, key=lambda name: name.encode("gb18030"))


def test_the_status_page_names_the_tests_of_every_equation(page):
    rows = re.findall(r"<td><p>([^<]+)</p></td>\s*<td><p>([^<]*)</p>", page("status"))
    tests = dict(rows)
    for chapter in chapters(ROOT):
        for equation in chapter.equations:
            if equation.label:
                assert "test_" in tests[equation.label.removeprefix("eq-")]


def test_the_status_page_lists_the_last_run_of_every_chapter(page):
    runs = json.loads((ROOT / ".jupyter_cache" / "runs.json").read_text("utf-8"))
    text = page("status")
    for chapter in chapters(ROOT):
        run = runs[f"book/{chapter.stem}"]
        cells = f"<td><p>{run['seconds']:.1f}</p></td>"
        assert cells in text


def test_every_equation_has_a_test_to_be_named():
    named = {label for m in of_package.marks(ROOT) for label in m.labels}
    labels = {e.label for chapter in chapters(ROOT) for e in chapter.equations}
    assert labels - {None} <= named
