"""Repairs of the built site for readers without a mouse, or without eyes."""

from typing import Any

from sphinx.application import Sphinx


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


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the repairs, and the script that keeps what scrolls within reach."""
    app.add_js_file("book.js", loading_method="defer")
    app.connect("html-page-context", call_references_items)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
