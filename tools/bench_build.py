"""What a build costs: cold, beside the stock one, unchanged, and with 35 chapters.

Everything happens in a throw-away copy. Seconds on the clock are printed beside those
of the processor: a build is what a contributor waits for.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import yaml

from bench import ROOT, Row
from planted import copy_of

BOOK = Path(sys.executable).with_name("jupyter-book")
CHAPTERS = 35  # of the whole course
COUNTS = re.compile(r"chapters: (\d+) executed in .* \(CPU ([\d.]+) s\)")


class Build(NamedTuple):
    """One run of jupyter-book."""

    seconds: float
    cpu: float
    peak: float  # GB, of all its processes together
    executed: int


def build(copy: Path, *options: str) -> Build:
    """Build the copy and measure it.

    Raises:
        RuntimeError: If the build fails.
    """
    settings = {"PYTHONPATH": str(copy / "code"), "SOURCE_DATE_EPOCH": "0"}
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen(
        [BOOK, "build", ".", *options],
        cwd=copy,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peaks = [0.0]
    watch = threading.Thread(target=watch_memory, args=(process.pid, peaks))
    watch.start()
    words, _ = process.communicate()
    watch.join()
    if process.returncode:
        raise RuntimeError(f"jupyter-book {' '.join(options)} failed:\n{words[-3000:]}")
    after = os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    found = COUNTS.search(words)
    executed = int(found.group(1)) if found else 0
    return Build(time.perf_counter() - start, cpu, peaks[0], executed)


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


def clone(copy: Path, page: str, count: int) -> None:
    """Add `count` copies of a page to the book, in a part of their own."""
    text = (copy / "book" / f"{page}.md").read_text(encoding="utf-8")
    toc = yaml.safe_load((copy / "_toc.yml").read_text(encoding="utf-8"))
    names = [f"clone{number}" for number in range(count)]
    for name in names:
        other = re.sub(rf"\({page}\)=|\b(?:ex|sol|fig)-{page}\b", "", text)
        other = re.sub(r"^:label: .*\n", "", other, flags=re.MULTILINE)
        (copy / "book" / f"{name}.md").write_text(other, encoding="utf-8")
    part = {"caption": "Clones", "chapters": [{"file": f"book/{n}"} for n in names]}
    toc["parts"].append(part)
    (copy / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")


def row(what: str, run: Build, more: str = "") -> Row:
    """Return a build as a row of the table."""
    text = f"{run.seconds:.0f} ({run.cpu:.0f} of CPU; {run.executed} pages executed"
    return Row(what, f"{text}{more})", "s")


def measure() -> Iterator[Row]:
    """Yield a row for each kind of build; each prepares the next."""
    with copy_of(ROOT) as copy:
        forget(copy)
        ours = build(copy)
        yield row("build from nothing", ours, f"; peak {ours.peak:.1f} GB")
        yield from after_changes(copy)
        yield from site(copy)
        yield from growth(copy)
        forget(copy)
        stock = build(copy, "--config", stock_config(copy).name)
        ratio = f"; {stock.seconds / ours.seconds:.1f} times ours"
        yield row("the same with stock jupyter-book", stock, ratio)


def after_changes(copy: Path) -> Iterator[Row]:
    """Yield what it costs to build again."""
    yield row("build again, nothing changed", build(copy))
    add(copy / "book" / "regression.md", "\nA sentence more.\n")
    yield row("build again, a sentence changed", build(copy))
    add(copy / "code" / "ml2020" / "regression" / "species.py", "\nMORE = 1\n")
    yield row("build again, the module regression/species.py changed", build(copy))


def site(copy: Path) -> Iterator[Row]:
    """Yield how large the site is, and how long its longest page takes to be read."""
    html = copy / "_build" / "html"
    whole = sum(path.stat().st_size for path in html.rglob("*") if path.is_file())
    pages = sorted((html / "book").glob("*.html"), key=lambda p: p.stat().st_size)
    longest = pages[-1]
    size = f"{whole / 1e6:.0f} (largest page: {longest.stem}, "
    yield Row("size of the site", f"{size}{longest.stat().st_size / 1e6:.1f})", "MB")
    text, math = first_sight(longest)
    yield Row(
        f"open {longest.stem} in Chromium",
        f"{text:.1f} to the first text, {math:.1f} to the last formula",
        "s",
    )


def first_sight(page: Path) -> tuple[float, float]:
    """Return the seconds until a page shows text, and until its math is set."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.goto(page.as_uri())
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        ready = "window.MathJax.startup.promise.then(() => performance.now())"
        math, text = tab.evaluate(ready), tab.evaluate(paint)
        browser.close()
    return text / 1000, math / 1000


def growth(copy: Path) -> Iterator[Row]:
    """Yield what an unchanged build costs when the book has all its chapters."""
    runs = json.loads((copy / ".jupyter_cache" / "runs.json").read_text())
    few = build(copy)
    clone(copy, "prerequisites", max(CHAPTERS - len(runs), 1))
    cold = build(copy)
    yield row(f"build with {CHAPTERS} pages of code, the new ones executed", cold)
    many = build(copy)
    text = f"{many.cpu:.0f} (with {len(runs)} pages: {few.cpu:.0f}; "
    text += f"pages times {CHAPTERS / len(runs):.1f}, cost times "
    yield Row(
        f"build again with {CHAPTERS} pages of code, nothing changed",
        f"{text}{many.cpu / few.cpu:.1f})",
        "s of CPU",
    )
