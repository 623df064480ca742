"""Plant small bugs by program, one at a time, and list those that no test notices.

python -m tools.mutants regression                      200 in the lecture's modules
python -m tools.mutants regression --seed 1 --sample 400    others, and more
python -m tools.mutants                                 every folder of the package

The tests of the folder run on each, in a copy. A survivor shows a missing test, or a
line that does nothing. One that changes nothing is excused in tests/NAME/mutants.toml,
with `file`, `old`, `new` and `why`. Of those that change something, 95 % have to be
noticed; at most 3 % may be excused.
"""

import argparse
import os
import signal
import sys
from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from tools.mutants.changes import Mutant, mutants
from tools.mutants.excuses import ExcuseError, read_excuses
from tools.mutants.sample import sample
from tools.mutants.trials import (
    TestsFailError,
    Trial,
    verdicts,
    warm_copies,
)
from tools.planted import ROOT
from tools.run_page import ONE_THREAD

PACKAGE = "code/ml2020"
SCORE, EXCUSED = 0.95, 0.03  # at least, at most
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C stopped


def folders(names: Sequence[str], root: Path) -> list[str]:
    """Return the folders of the package with these names, or all that have tests.

    Raises:
        ValueError: If there is none of a name, or it has no tests.
    """
    places = (root / PACKAGE).glob("*/__init__.py")
    known = sorted(p.parent.name for p in places if tests_of(p.parent.name, root))
    for name in names:
        if name not in known:
            raise ValueError(
                f"there is no {PACKAGE}/{name} with tests: take {', '.join(known)}"
            )
    return [*names] or known


def tests_of(name: str, root: Path) -> list[str]:
    """Return the files of a folder's tests."""
    return sorted(
        path.relative_to(root).as_posix()
        for path in (root / "tests" / name).glob("test_*.py")
    )


def in_order(file: str, tests: Sequence[str]) -> list[list[str]]:
    """Return the groups of tests for a module: those of its own, then the others."""
    own = [test for test in tests if Path(test).name == f"test_{Path(file).name}"]
    others = [test for test in tests if test not in own]
    return [group for group in (own, others) if group]


def found_in(
    name: str, root: Path, only: Container[str] | None = None
) -> dict[str, list[Mutant]]:
    """Return the mutants of every module of a folder, or only of some, by its file."""
    sources = {
        path.relative_to(root).as_posix(): path
        for path in sorted((root / PACKAGE / name).glob("*.py"))
        if path.name != "__init__.py"
    }
    return {
        file: mutants(path.read_text(encoding="utf-8"))
        for file, path in sources.items()
        if only is None or file in only
    }


class Tally(NamedTuple):
    """What came of the mutants of a folder."""

    noticed: int = 0
    survived: int = 0
    excused: int = 0
    refuted: int = 0  # excused, but noticed: the excuse is wrong
    seconds: float = 0.0

    def with_one(self, noticed: bool, excused: bool, seconds: float) -> Self:
        """Return the same with one mutant more."""
        return self._replace(
            noticed=self.noticed + (noticed and not excused),
            survived=self.survived + (not noticed and not excused),
            excused=self.excused + (not noticed and excused),
            refuted=self.refuted + (noticed and excused),
            seconds=self.seconds + seconds,
        )

    @property
    def planted(self) -> int:
        """How many there were."""
        return self.noticed + self.survived + self.excused + self.refuted

    @property
    def score(self) -> float:
        """The noticed share of those that change something."""
        change = self.planted - self.excused
        return (self.noticed + self.refuted) / change if change else 1.0

    @property
    def passes(self) -> bool:
        """Whether the tests notice enough, and not too much is excused."""
        few = self.excused <= EXCUSED * self.planted
        return self.score >= SCORE and few and not self.refuted


def try_folder(name: str, options: argparse.Namespace, root: Path) -> Tally:
    """Plant in one folder; print what survives, and a summary.

    Raises:
        ExcuseError: If an excuse is malformed, or excuses nothing.
        TestsFailError: If the tests fail with nothing planted.
    """
    found, tests = found_in(name, root), tests_of(name, root)
    excuses = read_excuses(root / "tests" / name / "mutants.toml", found)
    trials = [
        Trial(file, mutant, in_order(file, tests))
        for file, mutant in sample(found, options.sample, options.seed)
    ]
    tally = Tally()
    with warm_copies(root, tests, options.jobs, options.cpu) as (copies, alone):
        # Where the tests themselves take long, a bug may make them take longer.
        longest = max(options.cpu, round(3 * alone))
        for trial, noticed, seconds in verdicts(trials, copies, longest):
            excused = (trial.file, trial.mutant) in excuses
            tally = tally.with_one(noticed, excused, seconds)
            if noticed == excused:
                verdict = "excused, but noticed" if noticed else "survived"
                print(f"{verdict}: {described(trial)}", flush=True)
    print(
        f"{name}: {tally.planted} planted of {sum(map(len, found.values()))}, "
        f"{tally.noticed} noticed, {tally.survived} survived, {tally.excused} excused: "
        f"{tally.score:.1%} of those that change something, "
        f"in {tally.seconds:.0f} seconds of CPU",
        flush=True,
    )
    return tally


def described(trial: Trial) -> str:
    """Return where a mutant is, and what it changes."""
    one = trial.mutant
    place = f"{trial.file}:{one.line}:{one.column}"
    return f"{place}: {one.kind}: {one.old} -> {one.new}"


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what was typed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="folders of the package; all without")
    parser.add_argument("--sample", type=int, default=200, help="how many in a folder")
    parser.add_argument("--seed", type=int, default=0, help="another chooses others")
    parser.add_argument("--jobs", type=int, default=2, choices=(1, 2), help="at a time")
    parser.add_argument("--cpu", type=int, default=60, help="seconds for the tests")
    return parser.parse_args(arguments)


def stop(*_: object) -> None:
    """End as after Ctrl-C."""
    raise KeyboardInterrupt


def try_all(options: argparse.Namespace, root: Path) -> bool:
    """Plant in the chosen folders; return whether all of them pass.

    Raises:
        ValueError: If there is no such folder.
    """
    passed = True
    for name in folders(options.names, root):
        try:
            passed &= try_folder(name, options, root).passes
        except ExcuseError as error:
            print(error)
            passed = False
        except TestsFailError as error:
            print(error, f"tests/{name} fail without a mutant: mend them first")
            passed = False
    return passed


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Plant in the chosen folders; return 1 if one of them does not pass."""
    options = read_options(arguments)
    if not hasattr(os, "fork"):
        print("mutants need os.fork, which Windows has not: use Linux, macOS or WSL")
        return 1
    os.environ |= ONE_THREAD
    signal.signal(signal.SIGTERM, stop)
    try:
        return int(not try_all(options, root))
    except KeyboardInterrupt:
        print("stopped")
        return INTERRUPTED
    except ValueError as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
