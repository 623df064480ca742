"""What a run of CI takes when the book has all its pages, part by part.

Everything happens in a throw-away copy, in which clones of today's pages stand for
those that are missing. The tests of the package are measured as they are today: those
of the lectures are scaled to all 35, the others, of the build and the tools, are not.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader

from tools.bench.builds import Build, build, forget, grow, run
from tools.bench.measure import Row
from tools.planted import copy_of
from tools.promises.pages import ROOT, lectures

PAGES, LANDINGS, LECTURES = 75, 25, 35
STRICT = ("-W", "-n", "--keep-going")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2")
PDF = "_build/latex/looking-for-a-function.pdf"
PDF_TESTS = "tests/book/test_pdf.py"


def measure(pages: int = PAGES, heads: int = LANDINGS) -> Iterator[Row]:
    """Yield what each part takes, and all of them."""
    with copy_of(ROOT) as copy:
        parts = [package_tests(copy)]
        yield row(*parts[-1])
        grow(copy, pages, heads)
        forget(copy)
        for part in (site, site_tests, printed, printed_tests):
            parts.append(part(copy))
            yield row(*parts[-1])
    yield row("all of it", total(*(cost for _, cost, _ in parts)), "")


Part = tuple[str, Build, str]  # its name, its cost, and what it was


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
    _, own = tests(copy, *folders)
    others = (f"--ignore={folder}" for folder in ["tests/book", *folders])
    _, rest = tests(copy, *others)
    scale = LECTURES / len(names)
    scaled = own._replace(seconds=own.seconds * scale, cpu=own.cpu * scale)
    text = (
        f"{own.seconds / 60:.1f} minutes for {len(names)} lectures, scaled to "
        f"{LECTURES}, and {rest.seconds / 60:.1f} for the build and the tools"
    )
    return "tests of the package", total(scaled, rest), text


def site(copy: Path) -> Part:
    """Build the site from nothing."""
    cost = build(copy, *STRICT)
    written = len(list((copy / "_build" / "html" / "book").glob("*.html")))
    text = f"{written} pages, {cost.executed} of them executed"
    return "the site, from nothing", cost, text


def site_tests(copy: Path) -> Part:
    """Check the site."""
    options = ("--dist", "loadgroup", "tests/book", f"--ignore={PDF_TESTS}")
    text, cost = tests(copy, *options)
    return "checks of the site", cost, text


def printed(copy: Path) -> Part:
    """Build the PDF; no page is executed again."""
    cost = build(copy, *STRICT, "--builder", "pdflatex")
    return "the PDF", cost, f"{len(PdfReader(copy / PDF).pages)} pages"


def printed_tests(copy: Path) -> Part:
    """Check the PDF."""
    text, cost = tests(copy, "--dist", "loadgroup", PDF_TESTS)
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
