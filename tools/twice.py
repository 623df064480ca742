"""Run the pages twice, and list the outputs that differ: nobody can check those.

python -m tools.twice          all pages
python -m tools.twice gnn      one lecture's pages, or one page
python -m tools.twice --cells  once, but each cell two times before the next

Runs are cold, as the build executes a page, each in a copy of the book. Of an
output counts what a reader sees: a text by its lines, a picture by its hash, without
the name of the program that drew it.
"""

import argparse
import copy
import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from difflib import unified_diff
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tools.planted import copy_of
from tools.promises.pages import ROOT, Cell, Page, chosen, reported
from tools.run_page import LONGEST, notebook_of

TEXTS = ("text/html", "text/latex", "text/markdown")
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")  # a PDF holds its date
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)  # who drew it, and when
DIFFERING_LINES = 20  # that are printed of an output
WIDTH = 200


def seen(cell: Any) -> list[str]:
    """Return what a reader sees of an executed cell: what it printed, then the rest."""
    streams: defaultdict[str, str] = defaultdict(str)
    others = []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] += output.text  # in as many pieces as it came
        elif output.output_type == "error":
            others.append(f"{output.ename}: {output.evalue}")
        else:
            others += forms(output.data)
    return [*(streams[name] for name in sorted(streams)), *others]


def forms(data: Any) -> list[str]:
    """Return the forms of one output; plain text only where there is no better one."""
    texts = [data[kind] for kind in TEXTS if kind in data]
    for kind in PICTURES:
        if kind in data:
            picture = METADATA.sub("", data[kind]).encode()
            texts.append(f"{kind} {hashlib.sha256(picture).hexdigest()}")
    return texts or [data.get("text/plain", "")]


def code_cells(notebook: Any) -> list[Any]:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def doubled(notebook: Any) -> Any:
    """Return the notebook with each code cell two times, one after the other."""
    lines = notebook.metadata["source_map"]
    pairs = [
        (cell, line)
        for cell, line in zip(notebook.cells, lines, strict=True)
        for _ in range(1 + (cell.cell_type == "code"))
    ]
    notebook.cells = [copy.deepcopy(cell) for cell, _ in pairs]
    notebook.metadata["source_map"] = [line for _, line in pairs]
    return notebook


def differences(
    page: Page, first: Sequence[Any], second: Sequence[Any]
) -> Iterator[str]:
    """Yield the outputs of a page's cells that differ, with both texts."""
    cells: list[Cell] = [cell for cell in page.cells if not cell.nested]
    pairs = zip(cells, first, second, strict=True)
    for number, (cell, *two) in enumerate(pairs, 1):
        for one, other in zip_longest(*map(seen, two), fillvalue=""):
            if one != other:
                yield f"{cell.place}: code cell {number} differs\n{both(one, other)}"


def both(
    one: str, other: str, names: tuple[str, str] = ("first run", "second run")
) -> str:
    """Return the lines in which two texts differ, after - and +."""
    lines = unified_diff(one.splitlines(), other.splitlines(), *names, "", "", 0, "")
    return "\n".join(f"    {line[:WIDTH]}" for line in list(lines)[:DIFFERING_LINES])


def run(
    pages: Sequence[Page],
    workers: int,
    times: int = 2,
    change: Callable[[Any], Any] = lambda notebook: notebook,
) -> dict[str, list[Any]]:
    """Return the results of each page, by its name; each time in a copy of the book."""
    # It takes a second to import, which a caller that runs nothing need not wait for.
    from execution import Job, execute

    results = defaultdict(list)
    with ExitStack() as stack:
        copies = [stack.enter_context(copy_of(pages[0].root)) for _ in range(times)]
        jobs = [
            Job(
                page.name,
                change(notebook_of(page.text)),
                (place / page.name).parent,
                place / "code",
                LONGEST,
                allow_errors=False,
            )
            for page in pages
            for place in copies
        ]
        with closing(execute(jobs, workers)) as finished:
            for job, result in finished:
                results[job.page].append(result)
    return results


def two_runs(pages: Sequence[Page], workers: int) -> Iterator[list[str]]:
    """Run the pages twice; yield for each what failed, or what differs."""
    results = run(pages, workers)
    for page in pages:
        found = [result.failure for result in results[page.name] if result.failure]
        two = [code_cells(result.notebook) for result in results[page.name]]
        yield found or list(differences(page, *two))


def each_cell_twice(pages: Sequence[Page], workers: int) -> Iterator[list[str]]:
    """Run each cell twice; yield for each page what failed, or what differs."""
    results = run(pages, workers, 1, doubled)
    for page in pages:
        (result,) = results[page.name]
        cells = code_cells(result.notebook)
        failed = [result.failure] if result.failure else []
        yield failed or list(differences(page, cells[::2], cells[1::2]))


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the chosen pages twice; return 1 if one fails or gives two results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="lectures or pages; all without")
    parser.add_argument("--jobs", type=int, default=2, help="pages at the same time")
    parser.add_argument("--cells", action="store_true", help="each cell twice in a run")
    options = parser.parse_args(arguments)
    pages = [page for page in chosen(options.names, root) if page.cells]
    act = each_cell_twice if options.cells else two_runs
    unsteady = 0
    for page, found in zip(
        pages, act(pages, options.jobs) if pages else (), strict=True
    ):
        unsteady += bool(found)
        print(*found or [f"{page.name}: twice the same"], sep="\n", flush=True)
    print(f"{len(pages)} run twice, {unsteady} not the same")
    return int(unsteady > 0)


if __name__ == "__main__":
    sys.exit(reported(main))
