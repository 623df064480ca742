"""Repairs of the built site for readers without a mouse, or without eyes."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import (
    depart_solution_node,
    solution_node,
    visit_solution_node,
)

TITLE = re.compile(r'<p class="admonition-title">(.*?)</p>', re.DOTALL)


def call_references_items(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let the references be items of their list, as docutils calls the list itself.

    It gives each a role that a list must not hold and that ARIA has given up.
    """
    if "body" in context:
        context["body"] = context["body"].replace(
            'role="doc-biblioentry"', 'role="listitem"'
        )


# ---------------------------------------------------------------- folded solutions
def drop_togglebutton(app: Sphinx, config: Config) -> None:
    """Take out sphinx-togglebutton, which Jupyter Book always loads.

    What it folds is invisible to the browser's search, and no address opens it.
    """
    for listeners in app.events.listeners.values():
        listeners[:] = [
            one for one in listeners if one.handler.__module__ != "sphinx_togglebutton"
        ]
    registry = app.registry
    registry.css_files[:] = [
        c for c in registry.css_files if "togglebutton" not in c[0]
    ]
    registry.js_files[:] = [js for js in registry.js_files if "toggle" not in str(js)]


def is_folded(node: nodes.Element) -> bool:
    """Whether a solution opens only when somebody asks for it."""
    return "dropdown" in node["classes"]


def open_solution(self: HTML5Translator, node: nodes.Element) -> None:
    """Begin a solution: `details`, which every browser can open and search."""
    if not is_folded(node):
        visit_solution_node(self, node)
        return
    self.body.append(self.starttag(node, "details", CLASS="admonition"))
    node["begins"] = len(self.body)


def close_solution(self: HTML5Translator, node: nodes.Element) -> None:
    """End a solution; its title becomes the line that is always seen."""
    if not is_folded(node):
        depart_solution_node(self, node)
        return
    begins = node.attributes.pop("begins")
    summary = r'<summary class="admonition-title">\1</summary>'
    inside = TITLE.sub(summary, "".join(self.body[begins:]), count=1)
    self.body[begins:] = [inside, "</details>\n"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the repairs, and the script that keeps what scrolls within reach."""
    app.add_js_file("book.js", loading_method="defer")
    app.setup_extension("sphinx_exercise")
    app.add_node(solution_node, override=True, html=(open_solution, close_solution))
    app.connect("config-inited", drop_togglebutton, priority=900)
    app.connect("html-page-context", call_references_items)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
