"""Run the pages with other seeds: what breaks was luck.

python -m tools.reseed             all pages, every SEED raised by 1
python -m tools.reseed gnn --by 7  one lecture's pages, or one page; raised by 7

A page takes all its randomness from one visible `SEED = 0` at its top. With another
number its claims must still hold. Nothing is written.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.promises.cells import SEED_LINE, seed_cell
from tools.promises.pages import ROOT, Page, chosen, reported
from tools.run_page import execute_all


def reseeded(page: Page, by: int) -> str | None:
    """Return the page's text with its SEED raised, or None if it has none."""
    cell = seed_cell(page)
    if cell is None:
        return None
    code = SEED_LINE.sub(lambda found: f"SEED = {int(found[1]) + by}", cell.code)
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
