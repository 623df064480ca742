"""Take defences away, one at a time, and list those that the tests do not miss.

python -m tools.planted ext     those of tests/ext/planted.toml
python -m tools.planted         those of every plan

For the build and the tools, where a bug is a defence that somebody forgot; the package
is tried by `make mutants`.

A plan is a list of [[bug]] tables, each with `file`, `old`, `new` and `why`. The tests
of the plan's folder run in a copy: the real files are never touched. They must pass
there first, and then fail with every bug. Where a bug names its `test`
("test_faults.py -k clock"), that one alone runs, and has to notice it.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COPIED = ("code", "tests", "tools", "book")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "_build", "*.egg-info", ".*")
PLACES = ("code/ml2020/", "tools/", "book/_ext/")  # where a bug may be planted
KEYS = {"file", "old", "new", "why"}
PASSED, FAILED = 0, 1  # pytest's exit status; any other means it could not run
LONGEST = 900  # seconds; a bug that makes the tests hang has been noticed


class PlanError(ValueError):
    """A plan that cannot be replayed. The message says which, why, and the remedy."""


@dataclass(frozen=True)
class Bug:
    """One wrong line, the reason why someone might write it, and who has to notice."""

    file: str
    old: str
    new: str
    why: str
    test: str = ""


def read_bug(entry: Any, root: Path) -> Bug:
    """Return a bug of a plan.

    Raises:
        PlanError: If a key is missing, or `old` is not in the file exactly once.
    """
    if not isinstance(entry, dict) or set(entry) - {"test"} != KEYS:
        raise PlanError(f"keys are not {', '.join(sorted(KEYS))}: give these four")
    if not all(isinstance(value, str) for value in entry.values()):
        raise PlanError("a value is not text: put it in quotation marks")
    bug = Bug(**entry)
    path = (root / bug.file).resolve()
    inside = any(path.is_relative_to((root / place).resolve()) for place in PLACES)
    if not inside or not path.is_file():
        raise PlanError(
            f"file {bug.file} is no file in {', '.join(PLACES)}: mend the path"
        )
    count = path.read_text(encoding="utf-8").count(bug.old) if bug.old else 0
    if count != 1:
        raise PlanError(
            f"old is in {bug.file} {count} times, not once: {bug.old!r}: "
            "copy the line as it stands now"
        )
    if bug.old == bug.new:
        raise PlanError("new is the same as old: plant something that is wrong")
    return bug


def read_plan(plan: Path, root: Path = ROOT) -> list[Bug]:
    """Return the bugs of a plan.

    Raises:
        PlanError: If the plan is malformed.
    """
    name = plan.relative_to(root)
    if not plan.exists():
        raise PlanError(f"{name} does not exist: write it, or mend the name")
    try:
        entries = tomllib.loads(plan.read_text(encoding="utf-8")).get("bug")
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{name}: not TOML ({error}): mend it") from None
    if not isinstance(entries, list) or not entries:
        raise PlanError(f"{name}: no [[bug]] in it: plant at least one")
    bugs = []
    for number, entry in enumerate(entries, 1):
        try:
            bugs.append(read_bug(entry, root))
        except PlanError as error:
            raise PlanError(f"{name}: bug {number}: {error}") from None
    return bugs


def plans(names: Sequence[str], root: Path = ROOT) -> list[Path]:
    """Return the plans of these folders of tests, or all."""
    if names:
        return [root / "tests" / name / "planted.toml" for name in names]
    return sorted((root / "tests").glob("*/planted.toml"))


@contextmanager
def copy_of(root: Path) -> Iterator[Path]:
    """Lend a copy of everything that a test may read."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in COPIED:
            if (root / part).exists():
                shutil.copytree(root / part, copy / part, ignore=LEFT_OUT)
        for path in root.iterdir():
            if path.is_file():
                shutil.copy(path, copy)
        yield copy


def run_tests(copy: Path, *chosen: str) -> tuple[int, str]:
    """Run tests in a copy, up to a failure; return pytest's status and words."""
    # No bytecode: Python takes a file of the same size and second for the same file.
    settings = {
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(map(str, (copy / "code", copy))),
    }
    command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider"]
    try:
        result = subprocess.run(
            [*command, *chosen],
            cwd=copy,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        return FAILED, "the tests hang"
    return result.returncode, result.stdout + result.stderr


def tests_of(bug: Bug, folder: Path) -> list[list[str]]:
    """Return what pytest runs, one after the other, until something fails.

    That is the test of the bug; or those of its module, and then all of the folder. In
    one call they would not stay in this order.
    """
    if bug.test:
        return [shlex.split(f"{folder}/{bug.test}")]
    own = folder / f"test_{Path(bug.file).stem}.py"
    return [[str(path)] for path in (own, folder) if path.exists()]


def noticed(bug: Bug, copy: Path, folder: str) -> bool:
    """Return whether the tests fail with the bug in place; take it out again.

    Raises:
        PlanError: If they cannot even start.
    """
    path = copy / bug.file
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace(bug.old, bug.new), encoding="utf-8")
    for chosen in tests_of(bug, copy / "tests" / folder):
        status, words = run_tests(copy, *chosen)
        if status != PASSED:
            break
    path.write_text(source, encoding="utf-8")
    if status not in (PASSED, FAILED):
        last = (words.strip().splitlines() or ["it said nothing"])[-1]
        raise PlanError(
            f"tests/{folder}/planted.toml: the tests do not start with the bug "
            f"{bug.why!r} (pytest: {last}): plant one that can be imported, and mend "
            "the name of its test if it has one"
        )
    return status == FAILED


def replay(plan: Path, root: Path = ROOT) -> int:
    """Plant every bug of a plan; return how many were not noticed.

    Raises:
        PlanError: If the plan is malformed, or the tests fail without any bug.
    """
    bugs, folder = read_plan(plan, root), plan.parent.name
    with copy_of(root) as copy:
        status, words = run_tests(copy, f"tests/{folder}")
        if status != PASSED:
            print(words)
            raise PlanError(f"tests/{folder} fail without a bug: mend them first")
        survivors = [bug for bug in bugs if not noticed(bug, copy, folder)]
    for bug in survivors:
        print(f"survived: {bug.file}: {bug.why}: {bug.old!r} -> {bug.new!r}")
    print(f"{folder}: {len(bugs)} planted, {len(survivors)} survived", flush=True)
    return len(survivors)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Replay the chosen plans; return 1 if a bug survived or a plan is malformed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="folders of tests; all plans without")
    failed = 0
    for plan in plans(parser.parse_args(arguments).names, root):
        try:
            failed += replay(plan, root)
        except PlanError as error:
            print(error)
            failed += 1
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
