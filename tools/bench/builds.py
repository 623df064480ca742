"""What a build costs: stock, ours, after a change, and when the book has all its pages.

Everything happens in a throw-away copy, one build after the other. Seconds on the clock
are printed beside those of the processor: a build is what a contributor waits for.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import yaml

from tools.bench.measure import Row, cores
from tools.browser import chromium
from tools.planted import copy_of
from tools.promises.pages import ROOT, Page, chapters, has_cells, landings, listed

BOOK = Path(sys.executable).with_name("jupyter-book")
SIZES = (24, 35)  # pages with code: half of the course, and all of it
COUNTS = re.compile(r"chapters: (\d+) executed")
LABELS = re.compile(r"^(?::label: *|\$\$ \()([\w-]+)", re.MULTILINE)
CHANGES = {
    "cold": "from nothing",
    "unchanged": "nothing changed",
    "prose": "a sentence changed",
    "module": "regression/linear.py changed",
}


class Build(NamedTuple):
    """One run of jupyter-book."""

    seconds: float
    cpu: float
    peak: float  # GB, of all its processes together
    executed: int


class State(NamedTuple):
    """What a book of some pages costs once it is built."""

    pages: int
    of_pages: float  # seconds of CPU that they took when they were all executed
    cold: Build
    unchanged: Build
    prose: Build
    module: Build
    site: float  # MB
    page: str  # the longest
    text: float  # seconds until Chromium shows its first text
    math: float  # and its last formula


def build(copy: Path, *options: str) -> Build:
    """Build the copy and measure it.

    Raises:
        RuntimeError: If the build fails.
    """
    words, cost = run(copy, str(BOOK), "build", ".", *options)
    found = COUNTS.search(words)
    return cost._replace(executed=int(found.group(1)) if found else 0)


def run(copy: Path, *command: str, ends: Sequence[int] = (0,)) -> tuple[str, Build]:
    """Run a command in the copy; return its words and what it cost.

    Args:
        copy: The folder in which it runs.
        command: The command.
        ends: The exit statuses with which it may end.

    Raises:
        RuntimeError: If it ends with another one.
    """
    paths = os.pathsep.join(map(str, (copy / "code", copy)))
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=copy,
        env=os.environ | {"PYTHONPATH": paths, "SOURCE_DATE_EPOCH": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peaks = [0.0]
    watch = threading.Thread(target=watch_memory, args=(process.pid, peaks))
    watch.start()
    with process.stdout:
        words = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)  # with what its children used
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    watch.join()
    if process.returncode not in ends:
        raise RuntimeError(f"{' '.join(command)} failed:\n{words[-3000:]}")
    return words, Build(seconds, used.ru_utime + used.ru_stime, peaks[0], 0)


def watch_memory(pid: int, peaks: list[float]) -> None:
    """Keep the largest memory of a process and its children until it ends."""
    while True:
        try:
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)]
            if process.status() == psutil.STATUS_ZOMBIE:
                return
            used = sum(memory(member) for member in family)
        except psutil.NoSuchProcess:
            return
        peaks[0] = max(peaks[0], used / 1e9)
        time.sleep(0.2)


def memory(process: psutil.Process) -> int:
    """Return the bytes that a process holds; 0 if it has just ended."""
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def stock_config(copy: Path) -> Path:
    """Write a configuration with which MyST-NB executes the pages, one by one."""
    config = yaml.safe_load((copy / "_config.yml").read_text(encoding="utf-8"))
    del config["sphinx"]["local_extensions"]["chapter_cache"]
    config["sphinx"]["config"] = {
        key: value
        for key, value in config["sphinx"]["config"].items()
        if not key.startswith("chapter_")
    }
    path = copy / "stock.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def forget(copy: Path) -> None:
    """Remove what was built and every run."""
    for folder in ("_build", ".jupyter_cache"):
        shutil.rmtree(copy / folder, ignore_errors=True)


def add(path: Path, text: str) -> None:
    """Append to a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def state(copy: Path, cold: Build) -> State:
    """Change a book that was just built, once in each way, and look at its site."""
    costs = [run["cpu_seconds"] for run in runs(copy).values()]
    number = len(costs)
    unchanged = build(copy)
    add(copy / "book" / "regression.md", f"\nA sentence for {number} pages.\n")
    prose = build(copy)
    add(copy / "code/ml2020/regression/linear.py", f"\nPAGES_{number} = True\n")
    module = build(copy)
    html = copy / "_build" / "html"
    site = sum(path.stat().st_size for path in html.rglob("*") if path.is_file())
    longest = max((html / "book").glob("*.html"), key=lambda path: path.stat().st_size)
    text, math = first_sight(longest)
    builds = (cold, unchanged, prose, module)
    return State(number, sum(costs), *builds, site / 1e6, longest.stem, text, math)


def runs(copy: Path) -> dict[str, dict[str, float]]:
    """Return the recorded runs of a book that was built."""
    return json.loads((copy / ".jupyter_cache" / "runs.json").read_text("utf-8"))


def first_sight(page: Path) -> tuple[float, float]:
    """Return the seconds until a page shows text, and until its math is set."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.goto(page.as_uri())
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        ready = "window.MathJax.startup.promise.then(() => performance.now())"
        math, text = tab.evaluate(ready), tab.evaluate(paint)
        browser.close()
    return text / 1000, math / 1000


def grow(copy: Path, count: int, heads: int = 0) -> None:
    """Add clones, in turn, until so many pages have code and so many are landings.

    New landings share the new pages among them.
    """
    have = sum(has_cells(page) for page in listed(copy) if page.is_notebook)
    old, originals = landings(copy), chapters(copy)
    above = [f"head{number}" for number in range(len(old), heads)]
    for name, page in zip(above, cycle(old), strict=False):
        text = re.sub(rf"(?m)^\({label_of(page)}\)=", f"({name})=", page.text)
        (copy / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    entries = {name: {"file": f"book/{name}", "sections": []} for name in above}
    for number, page in zip(range(have, count), cycle(originals), strict=False):
        head = above[number % len(above)] if above else "clone"
        name = f"{head}_{number}"
        (copy / "book" / f"{name}.md").write_text(clone(page, name), encoding="utf-8")
        own: dict[str, Any] = {"file": f"book/{name}"}
        if above:
            entries[head]["sections"].append(own)
        else:
            entries[name] = own
    toc = yaml.safe_load((copy / "_toc.yml").read_text(encoding="utf-8"))
    part = {"caption": "Clones", "numbered": 2, "chapters": [*entries.values()]}
    toc["parts"].append(part)
    text = yaml.safe_dump(toc, sort_keys=False)
    (copy / "_toc.yml").write_text(text, encoding="utf-8")


def clone(page: Page, name: str) -> str:
    """Return a page under another name: its labels are its own, and so is its run."""
    first = next(cell for cell in page.cells if not cell.nested)
    text = page.replaced([(first, f"{first.code}CLONE = {name!r}\n")])
    # What the first page of a lecture, or any, has called after the lecture alone.
    for label in dict.fromkeys(LABELS.findall(text)):
        own = label.replace(f"-{page.lecture}-", f"-{name}-", 1)
        text = re.sub(rf"(?<![\w-]){re.escape(label)}(?![\w-])", own, text)
    kind = r"(?<![\w/.-])((?:[a-z]{2,4}-)?)"  # fig-, ex-, not logistic-
    text = re.sub(rf"{kind}{label_of(page)}(?=-|\)=)", rf"\1{name}", text)
    return text.replace(f"{page.stem}.md::", f"{name}.md::")


def label_of(page: Page) -> str:
    """Return a pattern for a page's name in labels, where `-` may stand for `_`."""
    return page.stem.replace("_", "[_-]")


def measure() -> Iterator[Row]:
    """Yield what stock builds and ours cost, and how it grows with the book."""
    with copy_of(ROOT) as copy:
        forget(copy)
        stock = build(copy, "--config", stock_config(copy).name)
        forget(copy)
        states = [state(copy, build(copy))]
        for size in SIZES:
            grow(copy, size)
            forget(copy)
            states.append(state(copy, build(copy)))
        yield from table(states, stock)


def table(states: Sequence[State], stock: Build) -> Iterator[Row]:
    """Yield each cost, for each number of pages, and the last over the first."""

    def row(what: str, *texts: str) -> Row:
        heads = [f"{state.pages} pages" for state in states]
        return dict(zip(["", *heads, "growth"], [what, *texts], strict=True))

    def grown(what: str, path: str, form: str = ".0f") -> Row:
        values = [attrgetter(path)(state) for state in states]
        times = f"{values[-1] / values[0]:.1f}" if values[0] else ""
        return row(what, *(f"{value:{form}}" for value in values), times)

    yield grown("pages with code", "pages")
    yield row("stock, from nothing: seconds", f"{stock.seconds:.0f}", "", "", "")
    for name, what in CHANGES.items():
        yield grown(f"{what}: seconds", f"{name}.seconds")
        yield grown(f"{what}: seconds of CPU", f"{name}.cpu")
        yield grown(f"{what}: pages executed", f"{name}.executed")
    yield grown("seconds of CPU of the pages alone, from nothing", "of_pages")
    aims = [f"{state.of_pages / cores() + 15:.0f}" for state in states]
    yield row(f"aim: those on {cores()} cores, and 15 seconds", *aims, "")
    yield grown("memory, from nothing: GB", "cold.peak", ".1f")
    yield grown("size of the site: MB", "site")
    page = f"longest page ({states[-1].page}) in Chromium: seconds to the"
    yield grown(f"{page} first text", "text", ".1f")
    yield grown(f"{page} last formula", "math", ".1f")
