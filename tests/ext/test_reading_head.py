"""The head of a page says how long it takes; nobody types it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes

import reading_head
from reading_head import complete_head

ROOT = Path(__file__).parents[2]
HEAD = "Lecture: Toy (2020). Needs: nothing."


def document(*below: nodes.Node) -> nodes.document:
    """A page with a title and what stands below it."""
    page = nodes.document(None, None)
    page += nodes.section("", nodes.title("", "Toys"), *below)
    return page


def paragraph(*parts: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *parts)


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A build of one page, whose last run took 12.3 seconds."""
    (tmp_path / "book").mkdir()
    text = (
        "# Toys\n\n*Head.*\n\n" + "word " * 900 + "\n\n```{code-cell} python\n1\n```\n"
    )
    page = tmp_path / "book" / "toy.md"
    page.write_text(text, encoding="utf-8")
    runs = {"book/toy": {"cpu_seconds": 12.3}}
    monkeypatch.setattr(reading_head, "recorded_runs", lambda _: runs)
    env = SimpleNamespace(
        docname="book/toy",
        doc2path=lambda _: page,
        mystnb_config=SimpleNamespace(execution_cache_path="cache"),
    )
    builder = SimpleNamespace(name="html")
    return SimpleNamespace(srcdir=tmp_path, env=env, builder=builder)


def test_minutes_and_seconds_stand_in_front_of_the_head(app):
    page = document(paragraph(nodes.emphasis("", HEAD)), paragraph(nodes.Text("x")))
    complete_head(app, page)
    said = f"Reading: 5 minutes. Running: 12 seconds. {HEAD}"
    assert [node.astext() for node in page.findall(nodes.emphasis)] == [said]


def test_a_page_that_never_ran_says_no_seconds(app):
    app.env.docname = "book/other"
    page = document(paragraph(nodes.emphasis("", HEAD)))
    complete_head(app, page)
    assert page.astext().endswith(f"Reading: 5 minutes. {HEAD}")


@pytest.mark.parametrize(
    "below",
    [
        paragraph(nodes.Text("Words.")),
        paragraph(nodes.emphasis("", "So"), nodes.Text(" it is.")),
        nodes.note("", paragraph(nodes.emphasis("", HEAD))),
    ],
)
def test_only_a_head_is_completed(app, below):
    page = document(below, paragraph(nodes.emphasis("", HEAD)))
    before = page.astext()
    complete_head(app, page)
    assert page.astext() == before


def test_a_translator_does_not_see_the_minutes(app):
    app.builder.name = "gettext"
    page = document(paragraph(nodes.emphasis("", HEAD)))
    complete_head(app, page)
    assert "Reading" not in page.astext()


def test_a_page_without_cells_has_no_minutes(app):
    app.env.doc2path("").write_text("# Toys\n\n*Head.*\n", encoding="utf-8")
    page = document(paragraph(nodes.emphasis("", HEAD)))
    complete_head(app, page)
    assert "Reading" not in page.astext()
