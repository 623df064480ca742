"""A recorded run vouches for the outputs in jupyter-cache, and for no others."""

import re
import sqlite3
from contextlib import closing

import pytest
from jupyter_cache.cache.db import NbCacheRecord
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cached_runs import (
    CachedRuns,
    Run,
    read_json,
    recorded_runs,
    with_outputs,
    write_json,
)
from chapter_cache import is_full_disk


@pytest.fixture
def cached(tmp_path):
    cached = CachedRuns(tmp_path)
    yield cached
    cached.cache.db.dispose()


def executed(text: str, caption: str = "") -> NotebookNode:
    """A notebook that has printed a text."""
    cell = new_code_cell("show()", metadata={"caption": caption} if caption else {})
    cell.outputs = [new_output("stream", text=text)]
    return new_notebook(cells=[cell])


def add(cached: CachedRuns, page: str, key: str, notebook: NotebookNode) -> Run:
    """Keep a run of a page."""
    place = cached.hash_of(notebook)
    run = Run(key=key, notebook=place, seconds=2.0, cpu_seconds=1.0, finished=key)
    cached.add(page, cached.folder / page, run, notebook)
    return run


def printed(cached: CachedRuns, run: Run) -> str:
    return cached.executed(run).cells[0].outputs[0].text


def test_a_run_is_found_by_its_key_with_what_it_printed(cached):
    run = add(cached, "a", "k1", executed("one"))
    assert cached.find("k1") == run
    assert cached.find("k1", run["notebook"]) == run
    assert printed(cached, run) == "one"
    assert recorded_runs(cached.folder) == {"a": run}


def test_a_run_is_not_found_by_another_key_or_in_another_place(cached):
    add(cached, "a", "k1", executed("one"))
    assert cached.find("k2") is None
    assert cached.find("k1", "elsewhere") is None


def test_a_new_run_of_the_same_cells_replaces_the_old_one(cached):
    add(cached, "a", "k1", executed("one"))
    run = add(cached, "b", "k2", executed("two"))
    assert cached.find("k1") is None
    assert printed(cached, run) == "two"


def test_two_pages_with_the_same_cells_have_one_entry(cached):
    run = add(cached, "a", "k1", executed("one"))
    assert add(cached, "b", "k1", executed("never stored")) == run
    assert recorded_runs(cached.folder) == {"a": run, "b": run}
    assert printed(cached, run) == "one"


def test_a_crash_while_a_run_is_stored_leaves_no_record_of_the_old_one(
    cached, monkeypatch
):
    add(cached, "a", "k1", executed("one"))

    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cached.cache, "cache_notebook_bundle", crash)
    with pytest.raises(KeyboardInterrupt):
        add(cached, "a", "k2", executed("two"))
    assert recorded_runs(cached.folder) == {}


@pytest.mark.parametrize("lost", ["file", "record", "folder"])
def test_half_an_entry_is_no_run_and_can_be_replaced(cached, lost):
    run = add(cached, "a", "k1", executed("one"))
    file = cached._outputs(run["notebook"])
    if lost == "record":
        record = NbCacheRecord.record_from_hashkey(run["notebook"], cached.cache.db)
        NbCacheRecord.remove_record(record.pk, cached.cache.db)
    else:
        file.unlink()
        if lost == "folder":
            file.parent.rmdir()
    assert cached.find("k1") is None
    run = add(cached, "a", "k2", executed("one more"))
    assert printed(cached, run) == "one more"


def test_what_is_not_to_be_kept_is_removed_from_both(cached):
    one = add(cached, "a", "k1", executed("one"))
    two = add(cached, "b", "k2", executed("two", caption="Other cells"))
    cached.keep_only({"b": two})
    assert recorded_runs(cached.folder) == {"b": two}
    assert not cached._outputs(one["notebook"]).exists()
    assert printed(cached, two) == "two"
    assert len(cached.cache.list_cache_records()) == 1


def empty(database) -> None:
    database.write_bytes(b"")


def cut_off(database) -> None:
    database.write_bytes(database.read_bytes()[:-5000])


def foreign(database) -> None:
    database.write_text("Somebody else's file")


def without_tables(database) -> None:
    """A build that is killed while it creates the database leaves this."""
    database.unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM")


def older(database) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE nbcache RENAME TO nbstage")


def unfindable(database) -> None:
    """The list can be read, but its index names something else."""
    query = "SELECT rootpage FROM sqlite_master WHERE name LIKE '%autoindex_nbcache%'"
    with closing(sqlite3.connect(database)) as connection:
        (number,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content, start = database.read_bytes(), (number - 1) * size
    index = re.sub(rb"[0-9a-f]{32}", b"0" * 32, content[start : start + size])
    database.write_bytes(content[:start] + index + content[start + size :])


HARMS = [empty, cut_off, foreign, without_tables, older, unfindable]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_database_is_mended_and_no_run_lost(cached, harm):
    run = add(cached, "a", "k1", executed("one"))
    assert not cached.was_damaged
    cached.cache.db.dispose()
    harm(cached.folder / "global.db")
    mended = CachedRuns(cached.folder)
    assert mended.was_damaged
    assert mended.find("k1") == run
    assert printed(mended, run) == "one"
    new = add(mended, "b", "k2", executed("two", caption="Other cells"))
    assert printed(mended, new) == "two"
    mended.cache.db.dispose()


@pytest.mark.parametrize("text", ["", "{", '{"nbformat": 4}', "3"])
def test_half_written_outputs_are_no_run_and_can_be_replaced(cached, text):
    run = add(cached, "a", "k1", executed("one"))
    cached._outputs(run["notebook"]).write_text(text)
    assert cached.find("k1") is None
    assert printed(cached, add(cached, "a", "k2", executed("two"))) == "two"


@pytest.mark.parametrize("text", ["", '{"a": {"key"', "[1]", '{"a": {"key": "k1"}}'])
def test_a_damaged_record_records_nothing(tmp_path, text):
    (tmp_path / "runs.json").write_text(text)
    assert recorded_runs(tmp_path) == {}


def test_a_record_that_finds_no_room_leaves_the_old_one_whole(tmp_path):
    resource = pytest.importorskip("resource")  # Windows has none
    file = tmp_path / "runs.json"
    write_json(file, {"a": "old"})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as full:
            write_json(file, {"a": "new" * 1000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert is_full_disk(full.value)
    assert read_json(file) == {"a": "old"}


def test_no_record_records_nothing(tmp_path):
    assert recorded_runs(tmp_path / "missing") == {}


def test_outputs_move_to_a_notebook_with_the_same_code():
    old, new = executed("one"), executed("", caption="New")
    old.metadata["language_info"] = {"name": "python"}
    old.cells[0].execution_count = 7
    filled = with_outputs(new, old)
    assert filled.cells[0].outputs[0].text == "one"
    assert filled.cells[0].execution_count == 7
    assert filled.cells[0].metadata == {"caption": "New"}
    assert filled.metadata["language_info"] == {"name": "python"}
    assert new.cells[0].outputs[0].text == ""
