"""Chapter cache: pages run side by side, and only if their cells or code changed.

MyST-NB takes the outputs of a page from jupyter-cache, where a page is known by its
cells alone, and executes what it does not find there one page after the other. This
extension comes before it: it executes at once all pages of which there is no run, or
none that the present code made, and leaves nothing for MyST-NB to execute.
"""

import errno
import os
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from build_lock import hold
from cached_runs import (
    CachedRuns,
    Run,
    code_cells,
    read_json,
    recorded_runs,
    with_outputs,
    write_json,
)
from code_reach import CodeRoot, digest, page_key, source_of, versions
from execution import Job, Result, execute

logger = logging.getLogger(__name__)

RUN_TAGS = {"raises-exception", "skip-execution"}  # the tags that change a run
READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TOLERANCE = 3  # at so many times its CPU budget, a page fails the build


@dataclass(frozen=True)
class Page:
    """A notebook page, as it stands now."""

    name: str
    path: Path
    notebook: NotebookNode
    notebook_hash: str  # of the cells: jupyter-cache knows the page by it
    key: str  # of the cells and all that they reach
    settings: NbParserConfig
    code: Path  # the folder of the package
    cpu_budget: float  # seconds

    @property
    def job(self) -> Job:
        """What a worker needs to execute the page."""
        return Job(
            self.name,
            self.notebook,
            self.path.parent,
            self.code,
            self.settings.execution_timeout,
            self.settings.execution_allow_errors,
        )


class PageReader:
    """Reads pages of one build, the code root only once for all."""

    def __init__(self, app: Sphinx, cached: CachedRuns) -> None:
        root = Path(app.confdir) / app.config.chapter_code_root
        if not root.is_dir():
            raise ExtensionError(
                f"chapter_code_root: there is no folder {root}; "
                "set it to the folder that holds the package"
            )
        self.app = app
        self.cached = cached
        self.code = CodeRoot(root)
        self.versions = versions() | app.config.chapter_cache_versions

    def read(self, name: str) -> Page | None:
        """Return a page, or None if MyST-NB will not look for its run in the cache."""
        path = Path(self.app.env.doc2path(name))
        notebook = self._notebook(name, path)
        if notebook is None:
            return None
        settings = self._settings(notebook)
        if not is_cached(path, settings):
            return None
        return Page(
            name,
            path,
            notebook,
            self.cached.hash_of(notebook),
            self._key(notebook, settings),
            settings,
            self.code.folder,
            self._cpu_budget(name, notebook),
        )

    def _notebook(self, name: str, path: Path) -> NotebookNode | None:
        env, text = self.app.env, path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        try:
            return reader and reader.read(text)
        except Exception as error:
            raise ExtensionError(f"{name} is no notebook: {error}") from error

    def _settings(self, notebook: NotebookNode) -> NbParserConfig:
        """Return the settings of the book, and over them those of the page."""
        settings = self.app.env.mystnb_config
        try:
            return settings.copy(**notebook.metadata.get(settings.metadata_key, {}))
        except (TypeError, ValueError):
            return settings  # MyST-NB warns of it when it reads the page

    def _key(self, notebook: NotebookNode, settings: NbParserConfig) -> str:
        cells = code_cells(notebook)
        return page_key(
            [
                (c.source, RUN_TAGS.intersection(c.metadata.get("tags", [])))
                for c in cells
            ],
            self.code.reach(c.source for c in cells),
            self.versions,
            {
                "allow_errors": settings.execution_allow_errors,
                "execution": notebook.metadata.get("execution"),
                "kernel": notebook.metadata.get("kernelspec"),
            },
        )

    def _cpu_budget(self, name: str, notebook: NotebookNode) -> float:
        budget = notebook.metadata.get("cpu_budget", self.app.config.chapter_cpu_budget)
        if not isinstance(budget, int | float) or budget <= 0:
            raise ExtensionError(
                f"{name}: cpu_budget is {budget!r}; write a number of seconds above 0"
            )
        return budget


def is_cached(path: Path, settings: NbParserConfig) -> bool:
    """Tell whether MyST-NB will look for the outputs of a page in the cache."""
    patterns = settings.execution_excludepatterns
    excluded = any(PurePosixPath(path.as_posix()).match(p) for p in patterns)
    return settings.execution_mode == "cache" and not excluded


class ChapterCache:
    """One build: which pages it executes and reads again, and what it says of them."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.cached = CachedRuns(app.env.mystnb_config.execution_cache_path)
        if self.cached.was_damaged:
            logger.info("%s: its list of runs is damaged: mended", self.cached.folder)
        # One for each builder: after the PDF has read a page again, the doctrees are
        # new, but the site still shows the old run.
        self.shown_file = Path(app.doctreedir) / f"runs-{app.builder.name}.json"
        self.shown = read_json(self.shown_file)  # by page: its text, and its run
        self.texts: dict[str, str] = {}  # of all pages, their digests
        self.pages: dict[str, Page] = {}  # those with code
        self.empty: set[str] = set()  # the notebooks of the others
        self.runs: dict[str, Run] = {}
        self.summary = ""

    def connect(self) -> None:
        """Take our place in the build; at its end, after everybody else."""
        self.app.connect("env-get-outdated", self.find_outdated)
        self.app.connect("env-before-read-docs", self.execute_stale)
        self.app.connect("build-finished", self.finish, priority=900)

    def find_outdated(self, app: Sphinx, env: BuildEnvironment, *_: Any) -> list[str]:
        """Return the pages that the output does not show as they stand now."""
        # Sphinx goes by the clock, and clocks are set back.
        names = sorted(env.found_docs)
        self.texts = {n: digest(source_of(Path(env.doc2path(n)))) for n in names}
        reader = PageReader(app, self.cached)
        found = (reader.read(name) for name in names)
        for page in filter(None, found):
            if code_cells(page.notebook):
                self.pages[page.name] = page
            else:
                self.cached.add_empty(page.path, page.notebook)
                self.empty.add(page.notebook_hash)
        self.runs = self._file_runs()
        states = self._states()
        return [name for name in names if states[name] != self.shown.get(name)]

    def execute_stale(self, *_: Any) -> None:
        """Execute the pages without a current run; stop the build if a cell fails."""
        jobs = [page.job for page in self._stale()]
        workers = self.app.config.chapter_workers or os.cpu_count() or 1
        results: list[Result] = []
        started = time.perf_counter()
        with closing(execute(jobs, workers)) as finished:
            for job, result in finished:
                if not result.failure:
                    self._keep(self.pages[job.page], result)
                results.append(result)
                logger.info("[%d/%d] %s", len(results), len(jobs), line_of(job, result))
        self.runs = self._file_runs()
        self.cached.keep_only(self._runs_to_keep(), self.empty)
        self.summary = summary(results, time.perf_counter() - started, len(self.runs))
        failures = [result.failure for result in results if result.failure]
        if failures:
            logger.info(self.summary)
            logger.error("%s", "\n\n".join(sorted(failures)))
            # Not an exception: for one, Sphinx would forget all pages that it has read,
            # and Jupyter Book would hide the message under a traceback of its own.
            raise SystemExit(1)
        # If we are stopped from here on, some of the output is old, some is new, and
        # a file may be half written: then the next build makes all of it again.
        write_json(self.shown_file, dict.fromkeys(self.shown | self.texts))

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Note what the output shows now, clear away what it does not, and report."""
        if exception:
            if is_full_disk(exception):
                logger.error(
                    "the disk is full: make room and build again; "
                    "the pages that were executed are kept"
                )
                raise SystemExit(1)  # as above
            return
        for name in self.shown.keys() - self.texts.keys():
            remove_output(app, name)
        write_json(self.shown_file, self._states())
        self._report_budgets()
        logger.info(self.summary)

    def _states(self) -> dict[str, list[str]]:
        """Return, by page, what its output depends on: its text, and its run."""
        runs = {name: run["finished"] for name, run in self.runs.items()}
        return {name: [text, runs.get(name, "")] for name, text in self.texts.items()}

    def _file_runs(self) -> dict[str, Run]:
        """Return, by page, the runs of the present cells and code.

        A run may have been made under another caption, or by a page with the same
        code: it is filed once more, where MyST-NB will look for that of the page.
        """
        runs = {}
        for page in self.pages.values():
            run = self.cached.find(page.key, page.notebook_hash)
            if run is None and (run := self.cached.find(page.key)):
                run = self._file(page, run, self.cached.executed(run))
            if run:
                runs[page.name] = run
        return runs

    def _stale(self) -> list[Page]:
        """Return the pages to execute; one for all that have the same code.

        Those that took longest the last time come first, and before them the new ones,
        by what they may take: a long page that starts last keeps all others waiting.
        """
        last = recorded_runs(self.cached.folder)

        def cost(page: Page) -> tuple[bool, float]:
            known = page.name in last
            seconds = last[page.name]["cpu_seconds"] if known else page.cpu_budget
            return not known, seconds

        stale = [page for page in self.pages.values() if page.name not in self.runs]
        return sorted(
            {page.key: page for page in stale}.values(), key=cost, reverse=True
        )

    def _keep(self, page: Page, result: Result) -> None:
        """Make a run of a result, and file it."""
        run = Run(
            key=page.key,
            notebook=page.notebook_hash,
            seconds=round(result.seconds, 2),
            cpu_seconds=round(result.cpu_seconds, 2),
            finished=datetime.now(UTC).isoformat(),
        )
        self._file(page, run, result.notebook)

    def _file(self, page: Page, run: Run, executed: NotebookNode) -> Run:
        own = Run(**run | {"notebook": page.notebook_hash})
        filled = with_outputs(page.notebook, executed)
        self.cached.add(page.name, page.path, own, filled)
        return own

    def _runs_to_keep(self) -> dict[str, Run]:
        """Return the current runs, and the last good ones of pages that fail now.

        A page that only this build leaves out keeps its run, too.
        """
        recorded = recorded_runs(self.cached.folder)
        absent = recorded.keys() - self.app.env.found_docs
        keep = {name for name in absent if self._has_source(name)} | self.pages.keys()
        return {name: run for name, run in recorded.items() if name in keep} | self.runs

    def _has_source(self, name: str) -> bool:
        suffixes = self.app.config.source_suffix
        return any((Path(self.app.srcdir) / f"{name}{s}").exists() for s in suffixes)

    def _report_budgets(self) -> None:
        for name, run in sorted(self.runs.items()):
            cpu, budget = run["cpu_seconds"], self.pages[name].cpu_budget
            if cpu <= budget:
                continue
            line = f"{name}: CPU {cpu:.0f} s of a budget of {budget:g} s"
            if cpu <= TOLERANCE * budget:
                logger.info(line)
            else:
                logger.error("%s, more than %d times as much", line, TOLERANCE)
                self.app.statuscode = 1


def line_of(job: Job, result: Result) -> str:
    """Say in one line how a page did."""
    failed = "failed after " if result.failure else ""
    return (
        f"{job.page}: {failed}{result.seconds:.1f} s (CPU {result.cpu_seconds:.1f} s)"
    )


def summary(results: Sequence[Result], seconds: float, current: int) -> str:
    """Say in one line what the build executed, and what it found in the cache."""
    failed = sum(bool(result.failure) for result in results)
    executed = len(results) - failed
    parts = [f"{executed} executed"]
    if results:
        cpu = sum(result.cpu_seconds for result in results)
        parts[0] += f" in {seconds:.1f} s (CPU {cpu:.1f} s)"
    if failed:
        parts.append(f"{failed} failed")
    return f"chapters: {', '.join(parts)}, {current - executed} from the cache"


def remove_output(app: Sphinx, name: str) -> None:
    """Remove the files of a page that is gone; Sphinx leaves them in the site."""
    if app.builder.format != "html":
        return
    out = Path(app.outdir)
    Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)
    for source in (out / "_sources", out.parent / "jupyter_execute"):
        for suffix in (".md", ".md.txt", ".ipynb", ".glue.json"):
            (source / f"{name}{suffix}").unlink(missing_ok=True)


def is_full_disk(error: BaseException | None) -> bool:
    """Tell whether an error, or what caused it, says that nothing can be written."""
    while error:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if "disk is full" in str(error):  # SQLite
            return True
        error = error.__cause__ or error.__context__
    return False


def refuse_a_page_alone(app: Sphinx, config: Config) -> None:
    """Stop `jupyter-book build book/NAME.md`: Jupyter Book looks for all beside it.

    Not by an error, below which Jupyter Book would print three tracebacks.
    """
    if (
        "jupyter_book" in app.extensions
        and not (Path(app.srcdir) / "_toc.yml").exists()
    ):
        raise SystemExit(
            "A page is built with its book, which gives it numbers and links: make html"
            f" NAME={config.root_doc} for one lecture, or jupyter-book build . for all"
        )


def find_place(app: Sphinx, config: Config) -> None:
    """Take the cache for ourselves, beside the output if the book is read-only.

    Before Sphinx loads what it knows of the last build: while we wait, that changes.
    """
    if config.nb_execution_mode != "cache":
        return
    beside = Path(app.outdir).parent / ".jupyter_cache"
    # MyST-NB reads it from the folder where the command happens to run.
    folder = Path(app.confdir) / (config.nb_execution_cache_path or beside)

    def say_that_we_wait() -> None:
        logger.info("another build works on this cache: waiting for its end")

    try:
        hold(folder, say_that_we_wait)
    except OSError as error:
        if error.errno not in READ_ONLY or folder == beside:
            raise
        logger.info("%s is read-only: the runs go to %s", folder, beside)
        folder = beside
        hold(folder, say_that_we_wait)
    config.nb_execution_cache_path = str(folder)


def start(app: Sphinx) -> None:
    """Begin a build, if MyST-NB takes the outputs from the cache."""
    if app.env.mystnb_config.execution_mode == "cache":
        ChapterCache(app).connect()


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the settings, and begin once MyST-NB has its own (at priority 500)."""
    app.add_config_value("chapter_code_root", "code", "", [str])
    app.add_config_value("chapter_workers", 0, "", [int])  # 0: one for each core
    app.add_config_value("chapter_cpu_budget", 30, "", [int, float])
    app.add_config_value("chapter_cache_versions", {}, "", [dict])
    app.connect("config-inited", refuse_a_page_alone, priority=1)
    app.connect("config-inited", find_place, priority=900)
    app.connect("builder-inited", start, priority=600)
    # All work is done in the main process, before others read and after they wrote.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
