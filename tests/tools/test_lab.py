"""The laboratory: the reader's folder is the reader's, and holds what the book ran."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from tools import lab
from tools.lab import deliver, free_name


@pytest.fixture(autouse=True)
def _own_jupyter(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))


@pytest.fixture
def built(tmp_path):
    """What the build has written: two pages."""
    folder = tmp_path / "built"
    folder.mkdir()
    for name in ("a", "b"):
        write(folder / f"{name}.ipynb", "1")
    return folder


@pytest.fixture
def room(tmp_path, built):
    """The reader's folder after a first start."""
    assert not list(deliver(built, tmp_path / "lab", None))
    return tmp_path / "lab"


def write(path: Path, source: str) -> None:
    cell = nbformat.v4.new_code_cell(source, id="one")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


def source(path: Path) -> str:
    return nbformat.read(path, 4).cells[0].source


def never(name):
    pytest.fail(f"nobody should be asked about {name}")


def test_a_first_start_gives_each_notebook_as_the_build_made_it(room, built):
    names = ["a.ipynb", "b.ipynb"]
    assert sorted(path.name for path in room.glob("*.ipynb")) == names
    for name in names:
        assert (room / name).read_bytes() == (built / name).read_bytes()


def test_what_this_machine_made_is_trusted(room):
    notary = NotebookNotary()
    assert notary.check_signature(nbformat.read(room / "a.ipynb", 4))
    write(room / "a.ipynb", "somebody else's")
    assert not notary.check_signature(nbformat.read(room / "a.ipynb", 4))


def test_a_changed_notebook_survives_a_second_start_and_a_new_build(room, built):
    write(room / "a.ipynb", "mine")
    assert not list(deliver(built, room, never))
    assert source(room / "a.ipynb") == "mine"
    write(built / "a.ipynb", "2")
    (told,) = deliver(built, room, None)
    assert told == "lab/a.ipynb is yours and stays, though the book has a newer one"
    assert source(room / "a.ipynb") == "mine"


def test_a_notebook_that_nobody_touched_becomes_the_newest(room, built):
    write(built / "a.ipynb", "2")
    assert not list(deliver(built, room, never))
    assert source(room / "a.ipynb") == "2"


def test_who_says_no_is_not_asked_again_before_there_is_another(room, built):
    write(room / "a.ipynb", "mine")
    write(built / "a.ipynb", "2")
    asked = []
    for _ in range(2):
        list(deliver(built, room, asked.append))  # the answer is None: no
    assert asked == ["a.ipynb"]
    write(built / "a.ipynb", "3")
    list(deliver(built, room, asked.append))
    assert asked == ["a.ipynb"] * 2
    assert source(room / "a.ipynb") == "mine"


def test_where_nobody_could_be_asked_the_next_start_asks(room, built):
    write(room / "a.ipynb", "mine")
    write(built / "a.ipynb", "2")
    asked = []
    list(deliver(built, room, None))
    list(deliver(built, room, asked.append))
    assert asked == ["a.ipynb"]


def test_who_says_yes_keeps_the_old_one_beside_it(room, built):
    write(room / "a.ipynb", "mine")
    write(built / "a.ipynb", "2")
    told = list(deliver(built, room, lambda name: True))
    assert told == ["lab/a.ipynb is the book's newest; yours is lab/a.mine.ipynb"]
    assert source(room / "a.mine.ipynb") == "mine"
    assert source(room / "a.ipynb") == "2"
    assert not list(deliver(built, room, never))


def test_a_second_old_one_does_not_replace_the_first(tmp_path):
    names = []
    for _ in range(3):
        names.append(free_name(tmp_path / "a.ipynb"))
        names[-1].touch()
    assert [n.name for n in names] == [f"a.mine{n}.ipynb" for n in ("", 1, 2)]


def test_what_the_reader_removed_or_renamed_comes_back(room, built):
    (room / "a.ipynb").rename(room / "my own.ipynb")
    assert not list(deliver(built, room, never))
    assert source(room / "a.ipynb") == source(room / "my own.ipynb")


def test_a_page_that_is_gone_goes_unless_it_was_changed(room, built):
    write(room / "b.ipynb", "mine")
    for name in ("a.ipynb", "b.ipynb"):
        (built / name).unlink()
    write(built / "c.ipynb", "1")
    list(deliver(built, room, never))
    assert {path.name for path in room.glob("*.ipynb")} == {"b.ipynb", "c.ipynb"}


@pytest.mark.parametrize("record", [None, "{", "[]"])
def test_without_its_record_nothing_is_overwritten(record, room, built):
    (room / lab.GIVEN).unlink()
    if record:
        (room / lab.GIVEN).write_text(record, "utf-8")
    write(room / "a.ipynb", "mine")
    assert len(list(deliver(built, room, None))) == 1
    assert source(room / "a.ipynb") == "mine"


def test_an_empty_answer_keeps_what_the_reader_has(monkeypatch):
    answers = {"": False, "n": False, "y": True, " Yes ": True}
    for answer, taken in answers.items():
        monkeypatch.setattr("builtins.input", lambda _, answer=answer: answer)
        assert lab.ask_reader("a.ipynb") is taken


@pytest.mark.parametrize("status", [0, 3])
def test_the_build_comes_first_where_there_is_none(status, tmp_path, monkeypatch):
    """And where it fails there is nothing to open."""
    begun = []

    def run(command, **_):
        begun.append(command)
        if command == lab.BUILD and not status:
            (tmp_path / "built").mkdir()
            write(tmp_path / "built" / "a.ipynb", "1")
        return subprocess.CompletedProcess(command, status)

    monkeypatch.setattr(lab.subprocess, "run", run)
    monkeypatch.setattr(lab, "BUILT", tmp_path / "built")
    monkeypatch.setattr(lab, "LAB", tmp_path / "lab")
    monkeypatch.setattr(lab, "SETTINGS", tmp_path / "etc" / "overrides.json")
    monkeypatch.setattr(lab, "PLAIN", tmp_path / "plain")
    monkeypatch.setattr(sys, "argv", ["lab", "--no-browser"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert lab.main() == status
    assert begun[0] == lab.BUILD
    assert len(begun) == (1 if status else 2)
    if not status:
        assert begun[1][-3:] == [
            "--notebook-dir",
            str(tmp_path / "lab"),
            "--no-browser",
        ]
        assert json.loads((tmp_path / "etc" / "overrides.json").read_text("utf-8"))


@pytest.mark.parametrize("before", ["", "elsewhere"])
def test_readers_see_plain_markdown_and_keep_their_own_settings(
    before, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", before)
    monkeypatch.setattr(lab, "SETTINGS", tmp_path / "etc" / "overrides.json")
    monkeypatch.setattr(lab, "PLAIN", tmp_path)
    (places,) = lab.settings().values()
    assert places.split(os.pathsep) == [str(tmp_path), *filter(None, [before])]
    page = json.loads((tmp_path / "labconfig" / "page_config.json").read_text("utf-8"))
    assert page["disabledExtensions"] == {"jupyterlab-myst": True}
