"""Book tables: what the book knows of itself, read anew in every build.

`{book-table} versions`, `runs`, `equations` and `{book-benchmark} NAME` make the status
page; `{book-table} chinese` turns the glossary round.
"""

import json
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from cached_runs import recorded_runs
from code_reach import versions

Row = list[nodes.Node | str]


def tool(root: str | Path, name: str) -> ModuleType:
    """Return a module of tools/promises, which reads the pages for the checks, too."""
    if (path := str(root)) not in sys.path:
        sys.path.append(path)
    return import_module(f"tools.promises.{name}")


class BookTable(SphinxDirective):
    """`{book-table} NAME`: one table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table, or a sentence where it would have no row."""
        name = self.arguments[0]
        if name not in TABLES:
            known = ", ".join(TABLES)
            raise self.error(
                f"{{book-table}} {name}: there is no such table, only {known}"
            )
        self.env.note_reread()
        head, make, nothing = TABLES[name]
        rows = make(self)
        if not rows:
            return [nodes.paragraph("", nothing)]
        return [table(head, rows)]

    @property
    def root(self) -> Path:
        """The root of the book."""
        return Path(self.env.srcdir)


class BookBenchmark(SphinxDirective):
    """`{book-benchmark} NAME`: what `make bench NAME=...` measured, and where."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a sentence and the table, or a sentence that there is none."""
        path = Path(self.env.srcdir) / "bench" / "results.json"
        self.env.note_dependency(str(path))
        results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if self.arguments[0] not in results:
            return [nodes.paragraph("", "It has not been measured yet.")]
        found = results[self.arguments[0]]
        versions = ", ".join(f"{n} {number}" for n, number in found["versions"].items())
        where = f"Measured on {found['date']}: {found['machine']}; {versions}."
        rows = [list(row.values()) for row in found["rows"]]
        return [nodes.paragraph("", where), table(list(found["rows"][0]), rows)]


def table(head: list[str], rows: list[Row]) -> nodes.table:
    """Return a table; a cell is a text or a node of a paragraph."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", as_row(list(head)))
    group += nodes.tbody("", *map(as_row, rows))
    return nodes.table("", group, classes=["book-table"])


def as_row(cells: Row) -> nodes.row:
    """Return the row of a table."""
    inside = (nodes.Text(c) if isinstance(c, str) else c for c in cells)
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", c)) for c in inside))


def versions_of(book: BookTable) -> list[Row]:
    """Return what the results depend on, and which version of it was there."""
    return [[name, number] for name, number in versions().items()]


def runs_of(book: BookTable) -> list[Row]:
    """Return each page's reading minutes and its last run."""
    settings = book.env.mystnb_config
    runs = recorded_runs(Path(settings.execution_cache_path))
    lectures = tool(book.root, "pages").chapters(book.root)
    reading = tool(book.root, "reading").reading
    minutes = {f"book/{page.stem}": str(reading(page).minutes) for page in lectures}
    return [
        [
            link(book, "std", "doc", f"/{page}", page.removeprefix("book/")),
            minutes.get(page, ""),
            run["finished"][:10],
            f"{run['seconds']:.1f}",
            f"{run['cpu_seconds']:.1f}",
        ]
        for page, run in sorted(runs.items())
        if page in book.env.found_docs
    ]


def equations_of(book: BookTable) -> list[Row]:
    """Return each labelled equation with the tests that are marked with it."""
    tests: dict[str, list[str]] = {}
    for mark in tool(book.root, "of_package").marks(book.root):
        for label in mark.labels:
            file = re.sub(r":\d+$", "", mark.place).removeprefix("tests/")
            sentence = mark.test.removeprefix("test_").replace("_", " ")
            tests.setdefault(str(label), []).append(f"{sentence} ({file})")
    return [
        [
            link(book, "math", "eq", e.label),
            e.label.removeprefix("eq-"),
            "; ".join(tests.get(e.label, ["none"])),
        ]
        for page in tool(book.root, "pages").chapters(book.root)
        for e in page.equations
        if e.label
    ]


def chinese_of(book: BookTable) -> list[Row]:
    """Return the terms of the glossary by their Chinese names, in their usual order."""
    terms = tool(book.root, "of_words").glossary(book.root)
    names = {text.split(".")[0].strip(): term for term, text in terms.items()}
    # The national standard numbers the common characters by their pronunciation.
    ordered = sorted(names, key=lambda name: name.encode("gb18030"))
    lines = (book.root / "book" / "glossary.md").read_text("utf-8").splitlines()
    written = {line.lower(): line for line in lines}  # Adagrad, not adagrad
    return [
        [name, link(book, "std", "term", names[name], written[names[name]])]
        for name in ordered
    ]


def link(
    book: BookTable, domain: str, kind: str, target: str, text: str = ""
) -> nodes.Node:
    """Return a link that Sphinx resolves as it resolves that of a role."""
    return pending_xref(
        "",
        nodes.inline("", text or target),
        refdomain=domain,
        reftype=kind,
        reftarget=target,
        refdoc=book.env.docname,
        refexplicit=bool(text),
        refwarn=True,
    )


Maker = Callable[[BookTable], list[Row]]
TABLES: dict[str, tuple[list[str], Maker, str]] = {
    "versions": (["what", "version"], versions_of, ""),
    "runs": (
        ["page", "reading minutes", "last run", "seconds", "CPU seconds"],
        runs_of,
        "No page has run.",
    ),
    "equations": (
        ["equation", "name", "checked by"],
        equations_of,
        "There is none yet.",
    ),
    "chinese": (["Chinese", "English"], chinese_of, "There is no term yet."),
}


def setup(app: Any) -> dict[str, bool]:
    """Add the directives."""
    app.add_directive("book-table", BookTable)
    app.add_directive("book-benchmark", BookBenchmark)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
