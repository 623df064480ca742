"""Whatever is missing or mistyped, make says so in one line, with the remedy.

The targets run in a copy of the tree, with programs that fail as they would.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.promises.pages import ROOT

COPIED = ("Makefile", "requirements.txt", "_toc.yml", "tools", "book", "code")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "_static", "*.egg-info", "data")
TOOLS = ("sh", "env", "touch", "make", "echo", "cat")


@pytest.fixture
def tree(tmp_path):
    """A copy of what the targets read; `.venv` is ready and is this Python."""
    for name in COPIED:
        source, copy = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=LEFT_OUT)
        else:
            shutil.copy(source, copy)
    (tmp_path / "tests").mkdir()
    program(tmp_path / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    (tmp_path / ".venv" / "ready").touch()
    return tmp_path


def program(path: Path, script: str) -> Path:
    """Write a program that a shell runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def made(tree: Path, *arguments: str, **environment: str) -> list[str]:
    """What a target that must fail says, without what make adds."""
    # We may have been called by `make planted NAME=tools` ourselves.
    outside = {k: v for k, v in os.environ.items() if "MAKE" not in k and k != "NAME"}
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=tree,
        env=outside | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode, done.stdout
    assert "Traceback" not in done.stdout
    commands = ("make: ***", ".venv/bin/", "Installing ")
    return [x for x in done.stdout.splitlines() if not x.startswith(commands)]


# ---------------------------------------------------------------- the machine
@pytest.fixture
def bare(tree):
    """The same before the first make."""
    shutil.rmtree(tree / ".venv")
    return tree


def test_a_python_that_is_too_old(bare):
    # Says 3.9 to whoever compares sys.version_info with something newer.
    old = f"""[ "$1" = -c ] || exit 9
exec {sys.executable} -c "import sys; sys.version_info = (3, 9); $2" """
    python = program(bare / "python3.9", old)
    assert made(bare, "html", f"PYTHON={python}") == [
        "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."
    ]


def test_a_python_without_venv(bare):
    fails = f"""[ "$2" = venv ] && {{ echo "ensurepip is not available.
Failing command: venv" >&2; exit 1; }}
exec {sys.executable} "$@" """
    python = program(bare / "python3", fails)
    (line,) = made(bare, "html", f"PYTHON={python}")
    assert line.endswith(
        "cannot make .venv: on Debian, as root: apt-get install python3-venv"
    )


def test_no_network_at_install(bare):
    """A real venv, and a pip that reaches nobody."""
    nobody = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    (line,) = made(bare, "html", f"PYTHON={sys.executable}", **nobody)
    assert line.startswith(
        "pip could not install requirements.txt: it needs the network"
    )
    log = bare / ".venv" / "pip.log"
    assert line.endswith("what it said is in .venv/pip.log")
    assert "ERROR" in log.read_text("utf-8")
    assert not (bare / ".venv" / "ready").exists()


@pytest.mark.parametrize("there", [(), ("latexmk",), ("xelatex",)])
def test_no_latex(tree, there):
    folder = tree / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool) or "/bin/true")
    for name in there:
        program(folder / name, "exit 9")
    assert made(tree, "pdf", PATH=str(folder)) == [
        "The PDF needs LaTeX. On Debian, as root: make system"
    ]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "BROWSER TESTS SKIPPED: install chromium, or set CHROMIUM to its path"),
        ({"CI": "true"}, "Failed: no chromium: run make system first"),
        ({"CHROMIUM": "/none"}, "CHROMIUM=/none is no program: mend the path"),
    ],
)
def test_no_chromium(environment, said, tmp_path):
    test = "tests/book/test_site_access.py::test_the_skip_link_leads_to_the_text"
    settings = {k: v for k, v in os.environ.items() if k not in ("CI", "CHROMIUM")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env=settings | {"PATH": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in done.stdout
    assert (done.returncode == 0) == (environment == {})
    assert "Traceback" not in done.stdout


# ---------------------------------------------------------------- what was typed
@pytest.mark.parametrize("target", ["html", "mutants", "planted", "live", "reseed"])
def test_a_name_that_nothing_has(tree, target):
    (line,) = made(tree, target, "NAME=regresion")
    assert "regresion" in line
    assert any(w in line for w in ("there is no", "no page of", "does not exist"))


# ---------------------------------------------------------------- what was written
def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


SLIPS = {
    "a chapter missing from _toc.yml": (
        ("_toc.yml", "      - file: book/regression\n", ""),
        "book/regression.md:1: not in _toc.yml",
    ),
    "a label used twice": (
        ("book/glossary.md", "(glossary)=", "(notation)="),
        "notation is already the label of book/",
    ),
    "a missing comma in the bibliography": (
        ("book/references.bib", "},\n", "}\n"),
        "a comma is missing",
    ),
    "a brace that is not closed": (
        ("book/references.bib", "},\n", ",\n"),
        "book/references.bib:",
    ),
    "a key that nobody has": (
        ("book/regression.md", "{cite:t}`regression-", "{cite:t}`regression-x"),
        "a key of book/references.bib: mend or add it",
    ),
    "a shown function that is gone": (
        ("code/ml2020/regression/ridge.py", "def ridge(", "def rigde("),
        "defines no function or class ridge at its top level",
    ),
}


@pytest.mark.parametrize("target", ["html", "pdf"])
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_book_stops_the_build_at_once(tree, slip, target):
    (name, old, new), said = SLIPS[slip]
    changed(tree / name, old, new)
    for tex in ("latexmk", "xelatex"):
        program(tree / "bin" / tex, "exit 9")
    path = f"{tree / 'bin'}:{os.environ['PATH']}"
    (line,) = made(tree, target, PATH=path)
    assert said in line
    assert line.partition(":")[0].startswith(("book/", "_toc.yml"))
    assert line.split(":")[1].isdigit()
