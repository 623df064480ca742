"""Run the tests of a folder on one mutant after the other, each in a fork.

The forks start from a process that has imported what is heavy, and nothing of ml2020.
They work in copies of the tree, so the real files are never touched, and so that what a
test starts sees the mutant as well. A fork has a group of its own: whatever is still in
it at its end is killed.
"""

import gc
import importlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Generic, NamedTuple, NoReturn, Self, TypeVar

from tools.mutants.changes import Mutant
from tools.planted import copy_of

T = TypeVar("T")
OURS = {"ml2020", "tools", "tests"}
NOTHING_FAILED = (0, 5)  # pytest's exit status: all passed, or there was no test
MEMORY = 8 << 30  # bytes; a mutant that wants more has been noticed
PATIENCE = 10  # seconds of the clock for a second of CPU: others compute too
PYTEST = ["-xq", "-p", "no:cacheprovider"]
# What is imported before the fork comes too early for pytest to rewrite its asserts.
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
LOG, MODULES = "what-pytest-said", "what-the-tests-import"
ORIGINAL = "what-stood-there"
A_DAY = 86_400
SIGNALS = {signal.SIGINT, signal.SIGTERM}


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
    os.environ["ML2020_MUTANT"] = "1"  # so that hypothesis does not look for more
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a card's driver wants all memory's names
    sys.dont_write_bytecode = not warm
    if not warm:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    traceback = "short" if warm else "no"  # which takes long to write
    options = [f"--tb={traceback}", f"--basetemp={copy / 'tmp'}"]
    status = pytest.main([*PYTEST, *options, *tests])
    sys.stdout.flush()  # for a fork ends without
    if warm:
        (copy / MODULES).write_text("\n".join(sys.modules), encoding="utf-8")
    return int(status)


def become_a_fork(
    copy: Path, tests: Sequence[str], seconds: int, warm: bool
) -> NoReturn:
    """Run tests in a process that has just been forked, and end it."""
    status = -1
    try:
        os.setpgid(0, 0)
        for one in SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        status = run_pytest(copy, tests, seconds, warm)
    finally:
        os._exit(status & 0xFF)


# ------------------------------------------------------------------- in the parent
def kill(child: int) -> None:
    """Kill a child and all that it started."""
    with suppress(OSError):
        os.killpg(child, signal.SIGKILL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until a new child stands among those to be killed."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


class Forks(Generic[T]):
    """Children of this process that run tests; none outlives the `with` block."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.children: dict[int, T] = {}  # each with what it is for

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            kill(child)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)

    def start(
        self, what: T, copy: Path, tests: Sequence[str], warm: bool = False
    ) -> None:
        """Begin to run tests in a copy, beside those that already run."""
        with undisturbed():
            child = os.fork()
            if not child:
                become_a_fork(copy, tests, self.seconds, warm)
            with suppress(OSError):
                os.setpgid(child, child)  # both do it: nobody knows who is first
            self.children[child] = what

    def wait(self) -> tuple[T, int, float]:
        """Return what has ended, its exit status, and the seconds of CPU it took."""
        child, status, used = os.wait4(-1, 0)
        kill(child)
        what = self.children.pop(child)
        return what, os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def plant(copy: Path, trial: Trial) -> None:
    """Write a mutant into a copy, and put the original aside."""
    path = copy / trial.file
    shutil.copy2(path, copy / ORIGINAL)
    path.write_text(trial.mutant.source, encoding="utf-8")
    # Python tells old bytecode by the file's size and time: this is nobody's time.
    os.utime(path, (0, (copy / ORIGINAL).stat().st_mtime + A_DAY))


def mend(copy: Path, trial: Trial) -> None:
    """Write the original back."""
    shutil.copy2(copy / ORIGINAL, copy / trial.file)


def import_once(names: Sequence[str]) -> None:
    """Import what the tests import and is not ours, for all forks to come."""
    for name in names:
        if name.split(".")[0] not in OURS:
            with suppress(Exception):  # then each fork has to try itself
                importlib.import_module(name)
    gc.freeze()  # all this is no garbage in any fork, which need not look at it


def verdicts(
    trials: Sequence[Trial], copies: Sequence[Path], seconds: int
) -> Iterator[Verdict]:
    """Yield what comes of each trial, as many at a time as there are copies.

    Args:
        trials: What to plant and which tests to run.
        copies: Copies of the tree.
        seconds: Of CPU, for each group of tests.
    """
    waiting, free = [*reversed(trials)], [*copies]
    with Forks[tuple[Trial, Path, int, float]](seconds) as forks:
        while waiting or forks.children:
            while waiting and free:
                trial, copy = waiting.pop(), free.pop()
                plant(copy, trial)
                forks.start((trial, copy, 0, 0.0), copy, trial.tests[0])
            (trial, copy, group, used), status, more = forks.wait()
            used, group = used + more, group + 1
            noticed = status not in NOTHING_FAILED
            if not noticed and group < len(trial.tests):
                forks.start((trial, copy, group, used), copy, trial.tests[group])
            else:
                mend(copy, trial)
                free.append(copy)
                yield Verdict(trial, noticed, used)


def warm(copy: Path, tests: Sequence[str], seconds: int) -> float:
    """Run tests with nothing planted; import what they do, return the seconds of CPU.

    Raises:
        TestsFailError: If they fail.
    """
    with Forks[None](seconds) as forks:
        forks.start(None, copy, tests, warm=True)
        _, status, used = forks.wait()
    if status:
        raise TestsFailError((copy / LOG).read_text("utf-8", errors="replace"))
    import_once((copy / MODULES).read_text(encoding="utf-8").splitlines())
    return used


@contextmanager
def warm_copies(
    root: Path, tests: Sequence[str], count: int, seconds: int
) -> Iterator[tuple[list[Path], float]]:
    """Lend copies of a tree in which the tests have passed; and what they cost.

    All that they import, but for ml2020 itself, is imported here from then on.

    Raises:
        TestsFailError: If they fail.
    """
    with ExitStack() as stack:
        first = stack.enter_context(copy_of(root))
        used = warm(first, tests, seconds)
        copies = [first]
        for _ in range(count - 1):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            copies.append(Path(shutil.copytree(first, Path(folder, "copy"))))
        yield copies, used
