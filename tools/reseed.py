"""Run the pages with other seeds: what breaks was luck.

python -m tools.reseed             all pages, every SEED raised by 1
python -m tools.reseed gnn --by 7  one lecture's pages, or one page; raised by 7

A page takes all its randomness from one visible `SEED = 0` at its top. With another
number its claims must still hold. Nothing is written.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.promises.pages import ROOT, Cell, Page, PageError, chosen, reported
from tools.run_page import execute_all

LINE = re.compile(r"^SEED = (\d+)", re.MULTILINE)
HIDDEN = {"hide-cell", "hide-input", "remove-cell", "remove-input"}


def assignments(cell: Cell) -> Iterator[ast.Name]:
    """Yield every place where a cell gives SEED a value."""
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Name) and node.id == "SEED":
            if isinstance(node.ctx, ast.Store):
                yield node


def seed_cell(page: Page) -> Cell | None:
    """Return the cell in which the page sets its SEED, or None if there is none.

    Raises:
        PageError: If it is set twice, out of sight, or not as in `SEED = 0`.
    """
    cells = [cell for cell in page.cells for _ in assignments(cell)]
    if not cells:
        return None
    if len(cells) > 1:
        raise PageError(
            f"{cells[1].place}: SEED is set again: keep the one at the top of the page"
        )
    (cell,) = cells
    if cell.tags & HIDDEN:
        raise PageError(f"{cell.place}: SEED is hidden: set it in a visible cell")
    if not LINE.search(cell.code):
        raise PageError(f"{cell.place}: SEED is not one number: write SEED = 0")
    return cell


def reseeded(page: Page, by: int) -> str | None:
    """Return the page's text with its SEED raised, or None if it has none."""
    cell = seed_cell(page)
    if cell is None:
        return None
    code = LINE.sub(lambda found: f"SEED = {int(found[1]) + by}", cell.code)
    return page.replaced([(cell, code)])


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the chosen pages with other seeds; return 1 if one fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="lectures or pages; all without")
    parser.add_argument("--by", type=int, default=1, help="what to add to every SEED")
    parser.add_argument("--jobs", type=int, default=2, help="pages at the same time")
    options = parser.parse_args(arguments)
    pages = {page.name: page for page in chosen(options.names, root) if page.cells}
    texts = {name: reseeded(page, options.by) for name, page in pages.items()}
    for name in (name for name, text in texts.items() if text is None):
        print(f"{name}: not run: it has no SEED, so nothing in it is random")
    runs = {name: (t, pages[name].path.parent) for name, t in texts.items() if t}
    failed = 0
    for name, failure in execute_all(runs, options.jobs):
        failed += failure is not None
        said = f"{failure.line}: failed: {failure.error}" if failure else " passed"
        print(f"{name}:{said}", flush=True)
    print(f"{len(runs)} run with SEED + {options.by}, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(reported(main))
