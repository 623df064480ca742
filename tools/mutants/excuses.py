"""Excuses: the mutants that change nothing, each with its reason.

An excuse is an [[excuse]] table of tests/NAME/mutants.toml with `file`, `old`, `new`
and `why`; `old` and `new` are the expressions, as `make mutants` prints them, or the
whole lines. Where they stand in the file more than once, `function` says in which.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.mutants.changes import Mutant

KEYS = {"file", "old", "new", "why"}


class ExcuseError(ValueError):
    """An excuse that excuses nothing. The message says which, why, and the remedy."""


@dataclass(frozen=True)
class Excuse:
    """A mutant that no test can notice, and why."""

    file: str
    old: str
    new: str
    why: str
    function: str = ""

    def fits(self, mutant: Mutant) -> bool:
        """Return whether this is the mutant."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        texts = [(mutant.old, mutant.new), (mutant.old_lines, mutant.new_lines)]
        return (old, new) in texts and self.function in ("", mutant.function)


def read_excuse(entry: Any) -> Excuse:
    """Return an excuse of a file.

    Raises:
        ExcuseError: If a key is missing or is not text on one line.
    """
    if not isinstance(entry, dict) or set(entry) - {"function"} != KEYS:
        raise ExcuseError(f"keys are not {', '.join(sorted(KEYS))}: give these four")
    if not all(isinstance(value, str) for value in entry.values()):
        raise ExcuseError("a value is not text: put it in quotation marks")
    if not entry["why"].strip() or "\n" in entry["why"]:
        raise ExcuseError("why is not one line: say why no test can notice it")
    return Excuse(**entry)


def excused(excuse: Excuse, found: Mapping[str, Sequence[Mutant]]) -> Mutant:
    """Return the mutant that an excuse is for.

    Raises:
        ExcuseError: If there is none, or more than one.
    """
    fitting = [mutant for mutant in found.get(excuse.file, []) if excuse.fits(mutant)]
    if not fitting:
        raise ExcuseError(
            f"no mutant of {excuse.file} is {excuse.old!r} -> {excuse.new!r}: delete "
            "it, or copy both as make mutants prints them"
        )
    if len(fitting) > 1:
        places = ", ".join(str(mutant.line) for mutant in fitting)
        raise ExcuseError(
            f"{excuse.old!r} -> {excuse.new!r} is in {excuse.file} on lines {places}: "
            "give the whole lines, or the function"
        )
    return fitting[0]


def read_excuses(
    path: Path, found: Mapping[str, Sequence[Mutant]]
) -> dict[tuple[str, Mutant], Excuse]:
    """Return the excuses of a file, by file of the package and mutant; none without it.

    Raises:
        ExcuseError: If one of them is malformed, or excuses nothing.
    """
    if not path.exists():
        return {}
    name = f"{path.parent.name}/{path.name}"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("excuse")
    except tomllib.TOMLDecodeError as error:
        raise ExcuseError(f"tests/{name}: not TOML ({error}): mend it") from None
    if not isinstance(entries, list) or not entries:
        raise ExcuseError(f"tests/{name}: no [[excuse]] in it: delete the file")
    excuses = {}
    for number, entry in enumerate(entries, 1):
        try:
            excuse = read_excuse(entry)
            excuses[excuse.file, excused(excuse, found)] = excuse
        except ExcuseError as error:
            raise ExcuseError(f"tests/{name}: excuse {number}: {error}") from None
    return excuses
