"""Small repairs of the built site, and its menu of downloads."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from plain_notebooks import (
    FOLDER,
    file_name,
    is_notebook,
    notebooks,
    pack,
    write_notebook,
)
from saved_files import pack_texts, packed

# Names that sphinx-exercise and sphinx-proof give to every one of their boxes.
REPEATED = {"exercise-content", "solution-content", "proof-content", "proof"}
# The comment by which a minified script or style sheet names the map of its source.
MAP = re.compile(
    rb"\n?(//[#@] sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ ?\*/)\s*$"
)
OPENING = "([\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
CLOSING = ".,;:!?)]\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"


def round_brackets() -> BracketStyle:
    """The brackets of (2017)."""
    return BracketStyle(left="(", right=")")


@dataclass
class AuthorYearRound(AuthorYearReferenceStyle):
    """Kipf and Welling (2017), as the text of the book says it."""

    bracket_textual: BracketStyle = field(default_factory=round_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=round_brackets)


def drop_thebe(app: Sphinx, config: Config) -> None:
    """Take out sphinx-thebe, which Jupyter Book always loads.

    It names hosts that are not ours on every page, and its script breaks there.
    """
    for listeners in app.events.listeners.values():
        listeners[:] = [
            one for one in listeners if one.handler.__module__ != "sphinx_thebe"
        ]
    app.registry.css_files[:] = [
        style for style in app.registry.css_files if "thebe" not in style[0]
    ]


def ask_only_for_what_is_used(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Leave the marks of a search to the page that searches."""
    if page != "search":
        context["script_files"] = [
            script
            for script in context["script_files"]
            if "sphinx_highlight.js" not in str(script.filename)
        ]


def drop_what_nobody_loads(app: Sphinx, exception: Exception | None) -> None:
    """Take the maps of minified sources out of the site, and the script of icons.

    What names them is mended, or a browser with its tools open would ask for them.
    """
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for path in [*static.rglob("*.map"), *static.glob("scripts/fontawesome.js")]:
        path.unlink()
    for path in [*static.rglob("*.js"), *static.rglob("*.css")]:
        text = path.read_bytes()
        if (mended := MAP.sub(b"", text)) != text:
            path.write_bytes(mended)


def drop_repeated_ids(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """An id names one place of a page."""
    for node in doctree.findall(nodes.Element):
        if REPEATED.intersection(node.get("ids", ())):
            node["ids"] = [name for name in node["ids"] if name not in REPEATED]


def keep_punctuation(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Keep a formula and the comma behind it, or the bracket before it, on one line.

    To a browser the formula is a box, and around a box it may break the line anywhere.
    """
    if app.builder.format != "html":
        return
    for math in list(doctree.findall(nodes.math)):
        parent, place = math.parent, math.parent.index(math)
        around = [
            parent[i] if 0 <= i < len(parent) else None for i in (place - 1, place + 1)
        ]
        before, after = (t if isinstance(t, nodes.Text) else "" for t in around)
        head = before[len(before.rstrip(OPENING)) :]
        tail = after[: len(after) - len(after.lstrip(CLOSING))]
        if head or tail:
            kept = nodes.inline("", "", nodes.Text(head), classes=["nobreak"])
            parent.replace(math, kept)
            kept += [math, nodes.Text(tail)]
            if tail:
                parent[place + 1] = nodes.Text(after[len(tail) :])
            if head:
                parent[place - 1] = nodes.Text(before[: len(before) - len(head)])


# ---------------------------------------------------------------- downloads
def printed_book(app: Sphinx) -> Path:
    """Where make pdf puts the PDF."""
    return Path(app.outdir).parent / "latex" / app.config["book_pdf"]


def look_for_the_pdf(app: Sphinx, config: Config) -> None:
    """Link the PDF from every page, but only if there is one.

    The setting is part of what Sphinx compares with the last build, so all pages are
    written again when the PDF appears.
    """
    if not printed_book(app).is_file():
        config["book_pdf"] = ""


def copy_the_pdf(app: Sphinx, exception: Exception | None) -> None:
    """Put the PDF beside the pages that link it."""
    if exception is None and app.builder.name == "html" and app.config["book_pdf"]:
        shutil.copy2(printed_book(app), app.outdir)


def add_downloads(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document,
) -> None:
    """Make the menu: all notebooks, the page's, its source, the book as a PDF.

    The template marks the first three as `saved`: a browser would show them as text.
    """
    if not context.get("sourcename"):
        return  # the search page and the index have no source
    sources = context["pathto"]("_sources", 1)
    links = [(f"{sources}/{context['sourcename']}", "Source (.md)", "fa-file-lines")]
    folder = context["pathto"](FOLDER, 1)
    if is_notebook(app.env, page):
        write_notebook(app, page, doctree)
        url = f"{folder}/{file_name(page)}"
        links.insert(0, (url, "Notebook (.ipynb)", "fa-code"))
    if notebooks(app.env):
        url = f"{folder}/{app.config['book_zip']}"
        links.insert(0, (url, "All notebooks (.zip)", "fa-file-zipper"))
    # A browser saves what it cannot show, as a zip, from the disk, too.
    context["saved"] = {
        url: "" if url.endswith(".zip") else packed(url) for url, *_ in links
    }
    if app.config["book_pdf"]:
        pdf = context["pathto"](app.config["book_pdf"], 1)
        links.append((pdf, "The whole book (.pdf)", "fa-book"))
    buttons = [
        {"type": "link", "url": url, "text": text, "icon": f"fas {icon}"}
        for url, text, icon in links
    ]
    context["header_buttons"].append(
        {
            "type": "group",
            "tooltip": "Download",
            "icon": "fas fa-download",
            "buttons": buttons,
            "label": "download-buttons",
        }
    )


def register_style(app: Sphinx, config: Config) -> None:
    """Make bibtex_reference_style: author_year_round known."""
    group = "sphinxcontrib.bibtex.style.referencing"
    register_plugin(group, "author_year_round", AuthorYearRound)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the repairs; priority 900 comes after the extensions they repair."""
    app.add_config_value("book_pdf", "", "html", str)
    app.add_config_value("book_zip", "looking-for-a-function.zip", "html", str)
    app.connect("config-inited", drop_thebe)
    app.connect("config-inited", register_style)
    app.connect("config-inited", look_for_the_pdf)
    app.connect("doctree-resolved", drop_repeated_ids)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("html-page-context", add_downloads, priority=900)
    app.connect("html-page-context", ask_only_for_what_is_used)
    app.connect("build-finished", copy_the_pdf)
    app.connect("build-finished", pack)
    app.connect("build-finished", pack_texts, priority=501)
    app.connect("build-finished", drop_what_nobody_loads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
