"""Make uses the environment of this folder, and no other folder's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"
NOTICE = "ELSEWHERE := elsewhere"
# What make hands to a make below it, which then says more and does as its parent does.
OF_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("make"), reason="there is no make"),
]


def make(folder: Path, target: str = ".venv/ready") -> subprocess.CompletedProcess:
    """Run make in a folder, as if no other make had started these tests."""
    command = ["make", f"PYTHON={sys.executable}", target]
    alone = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    return subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, text=True
    )


def python_of(folder: Path) -> str:
    """Return the Python that the programs of a folder's environment start."""
    return (folder / ".venv" / "bin" / "pip").read_text("utf-8").splitlines()[0]


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    """A folder in which make was run; nothing is required there."""
    folder = tmp_path_factory.mktemp("make") / "book"
    folder.mkdir()
    shutil.copy(MAKEFILE, folder)
    (folder / "requirements.txt").write_text("", encoding="utf-8")
    done = make(folder)
    assert "Installing" in done.stdout, done.stderr
    return folder


@pytest.fixture
def copied(original, tmp_path) -> Path:
    """A copy of it, with its environment, as `cp -a` makes one."""
    return shutil.copytree(original, tmp_path / "a copy", symlinks=True)


def test_an_environment_that_was_made_here_is_used(original):
    assert "up to date" in make(original).stdout
    assert str(original) in python_of(original)


def test_an_environment_that_was_made_elsewhere_is_made_anew(original, copied):
    assert str(original) in python_of(copied)
    said = make(copied).stdout
    assert f".venv was made as {original}/.venv: " in said
    assert str(copied / ".venv") in (copied / ".venv/pyvenv.cfg").read_text("utf-8")
    assert "up to date" in make(copied).stdout
    assert "up to date" in make(original).stdout


def test_without_the_notice_a_copy_runs_the_programs_of_the_original(original, copied):
    text = (copied / "Makefile").read_text(encoding="utf-8")
    assert NOTICE in text
    (copied / "Makefile").write_text(text.replace(NOTICE, ""), encoding="utf-8")
    assert "up to date" in make(copied).stdout
    assert str(original) in python_of(copied)


def test_a_link_to_an_environment_is_used_and_nothing_is_installed_there(
    original, tmp_path
):
    shutil.copy(MAKEFILE, tmp_path)
    (tmp_path / "requirements.txt").write_text("no-such-package", encoding="utf-8")
    (tmp_path / ".venv").symlink_to(original / ".venv")
    before = (original / ".venv" / "ready").stat()
    assert "up to date" in make(tmp_path).stdout
    assert (original / ".venv" / "ready").stat() == before
    assert (tmp_path / ".venv").is_symlink()


def test_a_link_that_leads_to_nothing_is_said_and_stays(tmp_path):
    shutil.copy(MAKEFILE, tmp_path)
    (tmp_path / ".venv").symlink_to("nowhere")
    done = make(tmp_path)
    assert done.returncode
    assert ".venv is a link to nowhere, where no make was run" in done.stdout
    assert (tmp_path / ".venv").is_symlink()


def test_what_make_runs_imports_the_code_of_this_folder(original):
    (original / "Makefile").write_text(
        MAKEFILE.read_text(encoding="utf-8") + "\nwhere:\n\t@echo at $$PYTHONPATH\n",
        encoding="utf-8",
    )
    first = make(original, "where").stdout.strip().split(":")[0]
    assert first == f"at {original}/code"
