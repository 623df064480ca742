"""Build a book again and again, and kill each build at a moment of its own.

python killed_builds.py ROUNDS SPHINX-ARGUMENTS

Sphinx is imported once and the builds are forked, so that twenty cost little. The seed
chooses an event (a file is opened, renamed, removed, a process started) and how long
after it the build is killed: the same places on a slow machine and on a fast one.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

EVENTS = {"open", "os.mkdir", "os.remove", "os.rename", "shutil.rmtree"}
EVENTS |= {"sqlite3.connect", "subprocess.Popen", "os.posix_spawn"}
LONGEST_DELAY = 0.03  # seconds


def build(arguments: list[str], at_event: Callable[[], None]) -> int:
    """Fork a build that calls us at each event; return its process."""
    from sphinx.cmd.build import main

    process = os.fork()
    if process:
        return process
    sys.addaudithook(lambda event, _: at_event() if event in EVENTS else None)
    os._exit(main(arguments))


def count_events(arguments: list[str]) -> int:
    """Return how many moments an undisturbed build has."""
    reader, writer = os.pipe()
    process = build(arguments, lambda: os.write(writer, b"."))
    os.close(writer)
    with open(reader, "rb") as events:
        number = len(events.read())
    assert os.waitpid(process, 0)[1] == 0, "an undisturbed build fails"
    return number


def kill(arguments: list[str], event: int, delay: float) -> bool:
    """Kill a build some seconds after an event; tell whether it came so far."""
    reader, writer = os.pipe()
    left = [event]

    def at_event() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.write(writer, b".")

    process = build(arguments, at_event)
    os.close(writer)
    with open(reader, "rb", buffering=0) as signals:
        if signals.read(1):
            time.sleep(delay)
            os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1] == signal.SIGKILL


def change(book: Path, number: int) -> None:
    """Write another text each time, and other code every third time."""
    page = book / "book" / "square.md"
    code = page.read_text().partition("\nText ")[0]
    page.write_text(f"{code}\nText {number}: " + "many words " * 5000)
    if number % 3 == 0:
        module = book / "code" / "mini" / "shapes" / "circle.py"
        module.write_text(f"def circle_area(r): return {number} * r**2\n")


def forget(book: Path) -> None:
    """Remove all that builds have made."""
    for folder in (".jupyter_cache", "_build"):
        shutil.rmtree(book / folder)


def kept(book: Path, before: dict[str, object]) -> dict[str, object]:
    """Return the recorded runs; all that were there before, but of what changes."""
    file = book / ".jupyter_cache" / "runs.json"
    runs = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    lost = {name for name in before if runs.get(name) != before[name]}
    assert lost <= {"book/circle"}, f"a killed build has lost the runs of {lost}"
    return runs


def main(rounds: int, arguments: list[str]) -> None:
    """Count the moments of a cold build; kill builds of a book that changes."""
    import myst_nb.sphinx_ext  # noqa: F401 (for the builds)

    book = Path(arguments[-2])
    random = Random(0)
    forget(book)
    moments = count_events(arguments)
    forget(book)
    killed, runs = 0, {}
    for number in range(rounds):
        change(book, number)
        delay = random.uniform(0, LONGEST_DELAY)
        killed += kill(arguments, random.randint(1, moments), delay)
        runs = kept(book, runs)
    print(f"\nmoments {moments}, killed {killed}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
