"""Landings: an address of a heading that moved to a content page still leads there.

A landing is a page whose sections in the table of contents are its own pages, NAME_...
Its site page carries a list of the places on them; book.js follows an address such as
`optimization.html#adam` that names none of the landing itself.
"""

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from book_site import REPEATED

PLACES = (nodes.section, nodes.figure, nodes.math_block)


def pages_of(env: BuildEnvironment, page: str) -> list[str]:
    """Return the content pages of a landing, or nothing for any other page."""
    below = env.toctree_includes.get(page, [])
    return below if all(name.startswith(f"{page}_") for name in below) else []


def places_on(env: BuildEnvironment, page: str) -> list[str]:
    """Return the ids of a page's headings, figures and formulas."""
    doctree = env.get_doctree(page)
    found = (node["ids"] for kind in PLACES for node in doctree.findall(kind))
    return [name for ids in found for name in ids if name not in REPEATED]


def add_addresses(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Write the list into the landing; of two pages with one id the first is meant."""
    moved: dict[str, str] = {}
    for other in pages_of(app.env, page):
        uri = app.builder.get_relative_uri(page, other)
        moved = dict.fromkeys(places_on(app.env, other), uri) | moved
    if moved:
        kind = '<script type="application/json" id="moved">'
        context["body"] += f"{kind}{json.dumps(moved)}</script>"


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to the pages as they are written."""
    app.connect("html-page-context", add_addresses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
