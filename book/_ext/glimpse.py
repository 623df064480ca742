"""Glimpse: a figure of a chapter, shown again on another page as a link to it.

    {glimpse} fig-regression-species
    One line fails. Four lines do not.

Nothing is drawn or stored twice: the page shows the very file of the chapter.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
KIND = {"html": "image/svg+xml", "latex": "application/pdf"}  # what each builder shows


class glimpse(nodes.General, nodes.Element):  # noqa: N801
    """The place of a figure; it is filled when all chapters have been read."""


class Glimpse(SphinxDirective):
    """`{glimpse} NAME`, with the words below the picture as content."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Leave a place with the words, and read the page again in every build."""
        self.env.note_reread()
        place = glimpse(name=self.arguments[0])
        self.set_source_info(place)
        place += self.parse_content_to_nodes()
        return [place]


def find(app: Sphinx, name: str) -> tuple[str, nodes.image] | None:
    """Return the page of a figure and its image, as the builder shows it."""
    labels = app.env.get_domain("std").anonlabels  # type: ignore[attr-defined]
    if name not in labels:
        return None
    page, place = labels[name]
    for figure in app.env.get_doctree(page).findall(nodes.figure):
        if place not in figure["ids"]:
            continue
        for kind in figure.findall(nodes.container):
            if kind.get("mime_type") == KIND.get(app.builder.format):
                return page, next(kind.findall(nodes.image))
    return None


def is_picture(image: nodes.image) -> bool:
    """Return whether its cell is tagged so: then dark does not invert the figure."""
    node: nodes.Node | None = image
    while node is not None:
        if isinstance(node, nodes.Element) and "tag_picture" in node.get("classes", ()):
            return True
        node = node.parent
    return False


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put each figure into its place."""
    for place in list(doctree.findall(glimpse)):
        found = find(app, place["name"])
        if found is None:
            if app.builder.format in KIND:
                text = "glimpse: there is no figure %s: name one of a chapter"
                logger.warning(text, place["name"], location=place)
            place.parent.remove(place)
            continue
        chapter, image = found
        classes = ["glimpse", *(["tag_picture"] if is_picture(image) else [])]
        image["width"] = "100%" if app.builder.format == "html" else "7cm"
        link = nodes.reference("", "", image, internal=True)
        link["refuri"] = app.builder.get_relative_uri(page, chapter)
        box = nodes.container("", link, *place.children, classes=classes)
        place.replace_self(box)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_node(glimpse)
    app.add_directive("glimpse", Glimpse)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
