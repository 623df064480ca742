"""Break every shown definition, one at a time, and list the pages that do not notice.

python -m tools.live             all pages
python -m tools.live gnn         a lecture's pages, or one page

A page shows the central lines of the package and calls them. With one shown definition
replaced by `raise RuntimeError("planted")`, in memory, its page must fail with that
error. If it still runs, the reader's own change of those lines would do nothing.
"""

import argparse
import ast
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.promises.pages import ROOT, Cell, Page, PageError, chosen, reported
from tools.run_page import Failure, execute_all

PLANTED = "RuntimeError: planted"
RAISE = ast.parse('raise RuntimeError("planted")').body
# A NamedTuple allows no __new__ of its own, so this takes the place of the whole class.
UNMAKEABLE = """class {name}:
    def __new__(cls, *args, **kwargs):
        raise RuntimeError("planted")
"""


def planted(cell: Cell) -> str:
    """Return a shown cell's code with a definition that only raises.

    In a class every method raises; a class of fields alone cannot be made any more.

    Raises:
        PageError: If the cell is not one definition.
    """
    tree = ast.parse(cell.code)
    definition, *more = tree.body or [None]
    if more or not isinstance(definition, ast.FunctionDef | ast.ClassDef):
        raise PageError(
            f"{cell.place}: a shown cell is one function or class: run make format"
        )
    body = definition.body
    methods = [node for node in body if isinstance(node, ast.FunctionDef)]
    if isinstance(definition, ast.FunctionDef):
        definition.body = RAISE
    elif methods:
        for method in methods:
            method.body = RAISE
    else:
        return UNMAKEABLE.format(name=definition.name)
    return ast.unparse(tree) + "\n"


def variants(page: Page) -> dict[str, tuple[str, Path]]:
    """Return the page once for each shown cell, with that cell's definition broken."""
    return {
        f"{cell.place}: {cell.shown[1]}": (
            page.replaced([(cell, planted(cell))]),
            page.path.parent,
        )
        for cell in page.cells
        if cell.shown
    }


def verdict(failure: Failure | None) -> str:
    """Return why a broken definition was not noticed; nothing if it was."""
    if failure is None:
        return "survived: no cell calls it: call it by its name, or do not show it"
    if PLANTED in failure.trace:
        return ""
    return (
        f"failed for another reason, at line {failure.line}: {failure.error}: "
        "mend the page first"
    )


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Plant in the chosen pages; return 1 if anything was not noticed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="lectures or pages; all without")
    parser.add_argument("--jobs", type=int, default=2, help="pages at the same time")
    options = parser.parse_args(arguments)
    runs: dict[str, tuple[str, Path]] = {}
    for page in chosen(options.names, root):
        runs |= variants(page)
    unnoticed = 0
    for name, failure in execute_all(runs, options.jobs):
        reason = verdict(failure)
        unnoticed += bool(reason)
        print(f"{name} {reason or 'noticed'}", flush=True)
    print(f"{len(runs)} planted, {unnoticed} not noticed")
    return int(unnoticed > 0)


if __name__ == "__main__":
    sys.exit(reported(main))
