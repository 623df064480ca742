"""Run the tests of a folder on one mutant after the other, each in a fork.

The forks start from a process that has imported what is heavy, and nothing of ml2020.
They work in copies of the tree, so the real files are never touched, and so that what a
test starts sees the mutant as well. A fork has a group of its own: whatever is still in
it at its end is killed.
"""

import contextlib
import gc
import importlib
import importlib.metadata
import os
import shutil
import signal
import sys
import tempfile
from ast import Import, ImportFrom, parse, walk
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tools.mutants.changes import Mutant
from tools.planted import copy_of

OURS = {"ml2020", "tools", "tests"}
NOTHING_FAILED = (0, 5)  # pytest's exit status: all passed, or there was no test
MEMORY = 8 << 30  # bytes; a mutant that wants more has been noticed
PATIENCE = 10  # seconds of the clock for a second of CPU: others compute too
PYTEST = ["-xq", "--tb=short", "-p", "no:cacheprovider"]
# What is imported before the fork comes too early for pytest to rewrite its asserts.
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
LOG = "what-pytest-said"
A_DAY = 86_400


class TestsFailError(ValueError):
    """The tests fail with nothing planted. The message is what pytest said."""


class Trial(NamedTuple):
    """A mutant, and the groups of tests that it has to survive, one after the other."""

    file: str
    mutant: Mutant
    tests: list[list[str]]


class Verdict(NamedTuple):
    """What came of a trial, and what it cost."""

    trial: Trial
    noticed: bool
    seconds: float  # of CPU


class Running(NamedTuple):
    """A fork that runs one group of the tests of a trial."""

    trial: Trial
    copy: Path
    group: int
    seconds: float  # that the groups before it took


# ------------------------------------------------------------------- before the forks
def imported(source: str) -> Iterator[str]:
    """Yield what a module imports and is not ours: `torch`, `sklearn.linear_model`."""
    for node in walk(parse(source)):
        names = []
        if isinstance(node, Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ImportFrom) and not node.level:
            # A name may be a module, as in `from matplotlib import pyplot`.
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [str(node.module), *inside]
        yield from (name for name in names if name.split(".")[0] not in OURS)


def import_once(files: Sequence[Path]) -> None:
    """Import pytest, its plugins and what these files import, for all forks."""
    for plugin in importlib.metadata.entry_points(group="pytest11"):
        plugin.load()
    for name in ["pytest", *(n for f in files for n in imported(f.read_text("utf-8")))]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # all this is no garbage in any fork, which need not look at it


# ------------------------------------------------------------------- in a fork
def confine(seconds: int) -> None:
    """Limit this process: seconds of CPU, of the clock, and memory."""
    import resource  # which Windows has not

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":  # elsewhere the limit is refused or ignored
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(PATIENCE * seconds)


def run_pytest(copy: Path, tests: Sequence[str], seconds: int, warm: bool) -> int:
    """Run tests in a copy as if this process had been started for them."""
    import pytest

    confine(seconds)
    said = os.open(copy / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.chdir(copy)
    places = [str(copy / "code"), str(copy)]
    sys.path[:0] = places
    os.environ["PYTHONPATH"] = os.pathsep.join(places)
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a card's driver wants all memory's names
    if not warm:
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    return int(pytest.main([*PYTEST, f"--basetemp={copy / 'tmp'}", *tests]))


def start(copy: Path, tests: Sequence[str], seconds: int, warm: bool = False) -> int:
    """Fork, run tests in the child, and return its number to the parent."""
    child = os.fork()
    if child:
        with contextlib.suppress(OSError):
            os.setpgid(child, child)  # both do it: nobody knows who is first
        return child
    status = -1
    try:
        os.setpgid(0, 0)
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        status = run_pytest(copy, tests, seconds, warm)
    finally:
        sys.stdout.flush()
        os._exit(status & 0xFF)


# ------------------------------------------------------------------- in the parent
@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until a new child stands in the list of those to be ended."""
    both = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, both)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def kill(child: int) -> None:
    """Kill a child and all that it started."""
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)


def write(copy: Path, trial: Trial, root: Path, mutated: bool) -> None:
    """Write a mutant into a copy, or the original back."""
    path, original = copy / trial.file, root / trial.file
    if mutated:
        path.write_text(trial.mutant.source, encoding="utf-8")
        # Bytecode is told by a file's size and time: this is nobody's time.
        os.utime(path, (0, original.stat().st_mtime + A_DAY))
    else:
        shutil.copy2(original, path)


def run_alone(copy: Path, tests: Sequence[str], seconds: int) -> float:
    """Run tests with nothing planted; keep the bytecode, return the seconds of CPU.

    Raises:
        TestsFailError: If they fail.
    """
    child = 0
    try:
        with undisturbed():
            child = start(copy, tests, seconds, warm=True)
        _, status, used = os.wait4(child, 0)
    finally:
        kill(child) if child else None
    if os.waitstatus_to_exitcode(status) != 0:
        raise TestsFailError((copy / LOG).read_text("utf-8", errors="replace"))
    return used.ru_utime + used.ru_stime


def verdicts(
    trials: Sequence[Trial], copies: Sequence[Path], root: Path, seconds: int
) -> Iterator[Verdict]:
    """Yield what comes of each trial, as they end; as many at a time as there are copies.

    Args:
        trials: What to plant and which tests to run.
        copies: Copies of the tree.
        root: The tree.
        seconds: Of CPU, for each group of tests.
    """
    waiting, free = [*reversed(trials)], [*copies]
    running: dict[int, Running] = {}

    def go_on(trial: Trial, copy: Path, group: int, used: float) -> None:
        with undisturbed():
            child = start(copy, trial.tests[group], seconds)
            running[child] = Running(trial, copy, group, used)

    try:
        while waiting or running:
            while waiting and free:
                trial, copy = waiting.pop(), free.pop()
                write(copy, trial, root, mutated=True)
                go_on(trial, copy, 0, 0.0)
            child, status, usage = os.wait4(-1, 0)
            kill(child)
            trial, copy, group, used = running.pop(child)
            used += usage.ru_utime + usage.ru_stime
            noticed = os.waitstatus_to_exitcode(status) not in NOTHING_FAILED
            if not noticed and group + 1 < len(trial.tests):
                go_on(trial, copy, group + 1, used)
                continue
            write(copy, trial, root, mutated=False)
            free.append(copy)
            yield Verdict(trial, noticed, used)
    finally:
        for child in running:
            kill(child)
            os.waitpid(child, 0)


@contextmanager
def warm_copies(
    root: Path, tests: Sequence[str], count: int, seconds: int
) -> Iterator[tuple[list[Path], float]]:
    """Lend copies of a tree in which the tests have passed; and what they cost.

    Raises:
        TestsFailError: If they fail.
    """
    with ExitStack() as stack:
        first = stack.enter_context(copy_of(root))
        used = run_alone(first, tests, seconds)
        copies = [first]
        for _ in range(count - 1):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            copies.append(Path(shutil.copytree(first, Path(folder, "copy"))))
        yield copies, used
