"""References are items of their list, and a folded solution is a box that opens."""

import re

import pytest
from docutils import nodes

from book_access import call_references_items, close_solution, open_solution


def test_references_are_items():
    item = '<div role="list"><div class="citation" role="%s">A</div></div>'
    page = {"body": item % "doc-biblioentry"}
    call_references_items(None, "page", "page.html", page, None)
    assert page == {"body": item % "listitem"}


def test_a_page_without_text_stays():
    page = {"title": "Search"}
    call_references_items(None, "search", "search.html", page, None)
    assert page == {"title": "Search"}


class Translator:
    """As much of Sphinx's as a solution needs."""

    def __init__(self) -> None:
        self.body = []

    def starttag(self, node, tag, **attributes):
        """Open a tag with its classes."""
        classes = " ".join([*node["classes"], attributes["CLASS"]])
        return f'<{tag} class="{classes}">\n'


@pytest.mark.parametrize(
    ("classes", "tag", "title"),
    [
        (["solution", "dropdown"], "details", "summary"),
        (["solution"], "div", "p"),
    ],
)
def test_a_folded_solution_is_details_and_another_is_not(classes, tag, title):
    writer, node = Translator(), nodes.admonition(classes=classes)
    open_solution(writer, node)
    writer.body.append('<p class="admonition-title">Solution</p>')
    writer.body.append('<p class="admonition-title">of a box inside</p>')
    close_solution(writer, node)
    html = "".join(writer.body)
    assert re.match(rf"<{tag} class=.*</{tag}>\s*$", html, re.DOTALL)
    assert f'<{title} class="admonition-title">Solution</{title}>' in html
    assert '<p class="admonition-title">of a box inside</p>' in html
    assert "begins" not in node
