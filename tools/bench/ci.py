"""What a run of CI takes when the book has all its pages, part by part.

Everything happens in throw-away copies. In one, clones of today's pages stand for the
missing ones; in the other, as the book is today, the tests of the package run, those of
the lectures as often as it takes to stand for all 35. As under `make -j2 test pdf`, the
tests run beside the build of the site, and the PDF is made beside the site's checks.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pypdf import PdfReader

from tools.bench.builds import Build, build, forget, grow, run
from tools.bench.measure import Row
from tools.planted import copy_of
from tools.promises.pages import ROOT, lectures

PAGES, LANDINGS, LECTURES = 75, 25, 35
STRICT = ("-W", "-n", "--keep-going")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
PDF = "_build/latex/looking-for-a-function.pdf"
PDF_TESTS = "tests/book/test_pdf.py"
FIRST_VISIT = (  # of today's book: a menu with more pages weighs more
    "tests/book/test_sizes.py::test_the_status_page_says_what_a_first_visit_weighs"
)
TWO = "two parts at a time; the memory is that of the largest part"


def measure(pages: int = PAGES, heads: int = LANDINGS) -> Iterator[Row]:
    """Yield what each part takes, and all of them."""
    with copy_of(ROOT) as today, copy_of(ROOT) as copy:
        grow(copy, pages, heads)
        forget(copy)
        start = time.perf_counter()
        parts: list[Part] = []
        for side in (
            (lambda: [package_tests(today)], lambda: [site(copy)]),
            (lambda: [site_tests(copy)], lambda: [printed(copy), printed_tests(copy)]),
        ):
            parts += side_by_side(*side)
        minutes = (time.perf_counter() - start) / 60
    for part in parts:
        yield row(*part)
    whole = total(*(cost for _, cost, _ in parts))
    yield row("all of it", whole._replace(seconds=60 * minutes), TWO)


Part = tuple[str, Build, str]  # its name, its cost, and what it was


def side_by_side(*lanes: Callable[[], list[Part]]) -> list[Part]:
    """Do several things at once; return what all of them took."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        done = [pool.submit(lane) for lane in lanes]
        return [part for lane in done for part in lane.result()]


def tests(copy: Path, *chosen: str) -> tuple[str, Build]:
    """Run tests; return the last line of pytest, and which tests failed."""
    words, cost = run(copy, *PYTEST, *chosen, ends=(0, 1))
    *lines, last = words.strip().splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return "; ".join([last.strip("= "), *failed]), cost


def package_tests(copy: Path) -> Part:
    """Run all tests but those of the book."""
    names = lectures(copy)
    folders = [f"tests/{name}" for name in names]
    others = (f"--ignore={folder}" for folder in ["tests/book", *folders])
    _, rest = tests(copy, "-n", "2", *others)
    times = round(LECTURES / len(names))
    own = [tests(copy, "-n", "2", *folders)[1] for _ in range(times)]
    text = (
        f"{own[0].seconds / 60:.1f} minutes for {len(names)} lectures, run {times} "
        f"times for {LECTURES}, and {rest.seconds / 60:.1f} for the build and the tools"
    )
    return "tests of the package", total(rest, *own), text


def site(copy: Path) -> Part:
    """Build the site from nothing."""
    cost = build(copy, *STRICT)
    written = len(list((copy / "_build" / "html" / "book").glob("*.html")))
    text = f"{written} pages, {cost.executed} of them executed"
    return "the site, from nothing", cost, text


def site_tests(copy: Path) -> Part:
    """Check the site."""
    options = ("-n", "3", "--dist", "loadgroup", f"--ignore={PDF_TESTS}")
    text, cost = tests(copy, *options, f"--deselect={FIRST_VISIT}", "tests/book")
    return "checks of the site", cost, text


def printed(copy: Path) -> Part:
    """Build the PDF; no page is executed again."""
    cost = build(copy, *STRICT, "--builder", "pdflatex")
    return "the PDF", cost, f"{len(PdfReader(copy / PDF).pages)} pages"


def printed_tests(copy: Path) -> Part:
    """Check the PDF."""
    text, cost = tests(copy, "-n", "2", "--dist", "loadgroup", PDF_TESTS)
    return "checks of the PDF", cost, text


def total(*costs: Build) -> Build:
    """Return the cost of one thing after the other."""
    seconds, cpu = (sum(getattr(cost, n) for cost in costs) for n in ("seconds", "cpu"))
    return Build(seconds, cpu, max(cost.peak for cost in costs), 0)


def row(name: str, cost: Build, text: str) -> Row:
    """Return a row of the table."""
    return {
        "": name,
        "minutes": f"{cost.seconds / 60:.1f}",
        "minutes of CPU": f"{cost.cpu / 60:.1f}",
        "GB": f"{cost.peak:.1f}",
        "what": text,
    }
