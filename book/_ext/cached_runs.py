"""Cached runs: what jupyter-cache keeps of the pages, and what made each run.

jupyter-cache knows a run by the code cells of its page, with all their metadata: too
much, for a caption is no reason to run again, and too little, for it knows nothing of
the code that the cells import. So a file beside its own, `runs.json`, records for each
page the key that counts (see `code_reach`), and what the run cost.
"""

import json
import shutil
from collections.abc import Mapping, Set
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import TypedDict

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from nbformat import NotebookNode
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError


class Run(TypedDict):
    """What made a run of a page, and what it cost."""

    key: str  # of the cells and the code that they reach
    notebook: str  # where jupyter-cache keeps it
    seconds: float
    cpu_seconds: float
    finished: str  # date and time, ISO 8601; no two runs share it


def recorded_runs(cache_folder: str | Path) -> dict[str, Run]:
    """Return the last good run of each page, by page name (`book/regression`)."""
    recorded = read_json(Path(cache_folder) / "runs.json")
    return {name: run for name, run in recorded.items() if is_run(run)}


def is_run(content: object) -> bool:
    """Tell whether this is what we record of a run, and not what others did once."""
    return isinstance(content, dict) and content.keys() == Run.__annotations__.keys()


def read_json(file: Path) -> dict:
    """Return what `write_json` wrote; nothing if the file is missing or damaged."""
    with suppress(FileNotFoundError, ValueError):
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def write_json(file: Path, content: Mapping) -> None:
    """Write the whole file or, if we die on the way, nothing of it."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    part.replace(file)


class CachedRuns:
    """The notebooks in jupyter-cache, and our record of what made them."""

    def __init__(self, folder: str | Path) -> None:
        self.cache = get_cache(folder)
        self.folder = self.cache.path  # asking for it creates it
        self.was_damaged = not self._can_be_read()
        if self.was_damaged:
            self._list_anew()

    def hash_of(self, notebook: NotebookNode) -> str:
        """Return the key by which MyST-NB will look for the outputs of a notebook."""
        return self.cache.create_hashed_notebook(notebook)[1]

    def find(self, key: str, notebook_hash: str = "") -> Run | None:
        """Return the run with this key, whatever the name of the page that made it.

        Args:
            key: Of the cells and the code that they reach.
            notebook_hash: Where MyST-NB will look for it; anywhere, if not given.
        """
        for run in recorded_runs(self.folder).values():
            found = run["key"] == key and notebook_hash in ("", run["notebook"])
            if found and self._is_complete(run["notebook"]):
                return run
        return None

    def executed(self, run: Run) -> NotebookNode:
        """Return the cells of a run and what they gave."""
        record = NbCacheRecord.record_from_hashkey(run["notebook"], self.cache.db)
        return self.cache.get_cache_bundle(record.pk).nb

    def add(self, name: str, path: Path, run: Run, executed: NotebookNode) -> None:
        """Keep the run of a page."""
        runs = recorded_runs(self.folder)
        if run not in runs.values():  # it is, if another page has the same cells
            # Forgotten first: if we die between the two writes, no record may be left
            # that vouches for outputs which it does not describe.
            here = run["notebook"]
            runs = {n: old for n, old in runs.items() if old["notebook"] != here}
            self._record(runs)
            self._store(path, executed, run["seconds"])
        self._record(runs | {name: run})

    def add_empty(self, path: Path, notebook: NotebookNode) -> None:
        """Keep a notebook without code; MyST-NB would start a kernel for it."""
        if not self._is_complete(self.hash_of(notebook)):
            self._store(path, notebook, 0)

    def keep_only(self, runs: Mapping[str, Run], empty: Set[str] = frozenset()) -> None:
        """Remove all other runs, and all notebooks but these without code."""
        if runs != recorded_runs(self.folder):
            self._record(runs)
        used = {run["notebook"] for run in runs.values()} | empty
        for record in self.cache.list_cache_records():
            if record.hashkey not in used:
                self._remove(record.hashkey)

    def _can_be_read(self) -> bool:
        """Tell whether the database of jupyter-cache is whole, and is one of its own.

        A build that is killed while it creates the file leaves one without tables.
        """
        try:
            with self.cache.db.connect() as connection:
                said = connection.execute(text("PRAGMA integrity_check")).scalar()
            self.cache.list_cache_records()
        except (SQLAlchemyError, RuntimeError, ValueError):
            return False
        return said == "ok"

    def _list_anew(self) -> None:
        """Write the database anew; it only lists the outputs, and we know them all."""
        self.cache.db.dispose()
        (self.folder / "global.db").unlink(missing_ok=True)
        self.cache = get_cache(self.folder)
        runs = {run["notebook"]: run for run in recorded_runs(self.folder).values()}
        for here, run in runs.items():
            data = {"execution_seconds": run["seconds"]}
            NbCacheRecord.create_record(here, here, self.cache.db, data=data)

    def _store(self, path: Path, executed: NotebookNode, seconds: float) -> None:
        self._remove(self.hash_of(executed))
        data = {"execution_seconds": seconds}  # MyST-NB shows it
        bundle = CacheBundleIn(executed, str(path), data=data)
        # Unchecked: the check refuses a cell that was skipped by its tag.
        self.cache.cache_notebook_bundle(bundle, check_validity=False)

    def _record(self, runs: Mapping[str, Run]) -> None:
        write_json(self.folder / "runs.json", runs)

    def _is_complete(self, notebook_hash: str) -> bool:
        with suppress(KeyError, TypeError, OSError, ValueError):
            NbCacheRecord.record_from_hashkey(notebook_hash, self.cache.db)
            outputs = self._outputs(notebook_hash).read_text(encoding="utf-8")
            return "cells" in json.loads(outputs)
        return False

    def _remove(self, notebook_hash: str) -> None:
        # Not with the cache's own method: it stops where half of an entry is missing.
        shutil.rmtree(self._outputs(notebook_hash).parent, ignore_errors=True)
        with suppress(KeyError):
            record = NbCacheRecord.record_from_hashkey(notebook_hash, self.cache.db)
            NbCacheRecord.remove_record(record.pk, self.cache.db)

    def _outputs(self, notebook_hash: str) -> Path:
        return self.cache._get_notebook_path_cache(notebook_hash)


def with_outputs(notebook: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """Return a notebook with the outputs of another one that has the same code."""
    filled = deepcopy(notebook)
    for key in {"language_info", "widgets"} & executed.metadata.keys():
        filled.metadata[key] = executed.metadata[key]
    for cell, done in zip(code_cells(filled), code_cells(executed), strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
    return filled


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that a kernel executes."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
