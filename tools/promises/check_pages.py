"""Say which promises the chapters break, and where; nothing is executed.

python -m tools.promises.check_pages         all chapters, and the whole book
python -m tools.promises.check_pages gnn     a lecture's chapters, or one page
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.promises import (
    of_cells,
    of_claims,
    of_costs,
    of_landings,
    of_package,
    of_words,
)
from tools.promises.pages import ROOT, chapters, chosen, reported
from tools.promises.promise import broken

SUBJECTS = (of_cells, of_claims, of_words, of_costs, of_landings, of_package)
OF_A_PAGE = [promise for s in SUBJECTS for promise in s.PROMISES.page]
OF_THE_BOOK = [promise for s in SUBJECTS for promise in s.PROMISES.book]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Print every broken promise; return 1 if there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="lectures or pages; all without")
    names = parser.parse_args(arguments).names
    wanted = {page.name for page in chosen(names, root)}
    pages = [page for page in chapters(root) if page.name in wanted]
    found = [line for page in pages for p in OF_A_PAGE for line in broken(p, page)]
    if not names:
        found += [line for promise in OF_THE_BOOK for line in broken(promise, root)]
    found = list(dict.fromkeys(found))  # a page that cannot be read breaks them all
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(pages)} chapters, {len(found)} broken promises")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(reported(main))
