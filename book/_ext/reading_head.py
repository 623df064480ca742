"""Reading head: the build says how long a page takes, in front of what its head says.

A chapter writes `*Lecture: ... . Needs: ... .*` below its title. Reading minutes are
counted from the source (tools/promises/reading.py), the running time is that of the
page's recorded run.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book_tables import tool
from cached_runs import recorded_runs


def head_of(doctree: nodes.document) -> nodes.emphasis | None:
    """Return the emphasis that is all of the paragraph below the title, if it is so."""
    title = next(doctree.findall(nodes.title), None)
    below = title.next_node(descend=False, siblings=True) if title else None
    if isinstance(below, nodes.paragraph) and len(below) == 1:
        return below[0] if isinstance(below[0], nodes.emphasis) else None
    return None


def counted(number: int, unit: str) -> str:
    """Return `1 minute` or `2 minutes`."""
    return f"{number} {unit}{'' if number == 1 else 's'}"


def complete_head(app: Sphinx, doctree: nodes.document) -> None:
    """Put the minutes, and the seconds of the last run, in front of the head."""
    page = tool(app.srcdir, "pages").Page(
        Path(app.env.doc2path(app.env.docname)), Path(app.srcdir)
    )
    head = head_of(doctree)
    # A translator should not see a sentence that changes with every word of the page.
    if head is None or app.builder.name == "gettext" or not page.cells:
        return
    minutes = tool(app.srcdir, "reading").reading(page).minutes
    said = f"Reading: {counted(minutes, 'minute')}. "
    runs = recorded_runs(Path(app.env.mystnb_config.execution_cache_path))
    if run := runs.get(app.env.docname):
        said += f"Running: {counted(max(1, round(run['cpu_seconds'])), 'second')}. "
    head.insert(0, nodes.Text(said))


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to the pages as they are read."""
    app.connect("doctree-read", complete_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
