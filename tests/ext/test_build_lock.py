"""A folder belongs to one process at a time, and to any where nothing can be locked."""

import errno
import subprocess
import sys

import pytest

import build_lock
from build_lock import hold, locked

TRY = "import sys; from build_lock import locked; print(locked(open(sys.argv[1], 'a')))"


@pytest.fixture(autouse=True)
def no_locks(monkeypatch):
    """This process begins without a lock, and lets go of those it takes."""
    held = {}
    monkeypatch.setattr(build_lock, "HELD", held)
    yield
    for file in held.values():
        file.close()


def others_can_lock(file) -> bool:
    command = [sys.executable, "-c", TRY, str(file)]
    folder = build_lock.__file__.rpartition("/")[0]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return said.stdout == "True\n"


def test_a_held_folder_is_made_and_is_nobody_elses(tmp_path):
    hold(tmp_path / "new" / "cache", pytest.fail)
    assert not others_can_lock(tmp_path / "new" / "cache" / "lock")
    assert others_can_lock(tmp_path / "lock")


def test_who_holds_a_folder_may_ask_for_it_again(tmp_path):
    hold(tmp_path, pytest.fail)
    hold(tmp_path, pytest.fail)
    assert not others_can_lock(tmp_path / "lock")


def test_a_disk_without_locks_keeps_nobody_waiting(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(build_lock.fcntl, "flock", refuse)
    with (tmp_path / "lock").open("a") as file:
        assert locked(file)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    with pytest.raises(FileExistsError):
        hold(tmp_path / "cache", pytest.fail)
