"""Measure what the book costs, beside the libraries, and record it.

python -m tools.bench                 all groups
python -m tools.bench rules           rules, classifiers, engine, convolutions, graphs,
                                      sequences, few_labels, attacks, few_bits,
                                      attentions, tables,
                                      first_visit, build, ci

Seconds are of one processor core, the least of several turns: a shared machine can only
add to them. The rows go into bench/results.json, which the status page shows.
"""

import argparse
import datetime
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from tools.bench import (
    attacks,
    attentions,
    builds,
    ci,
    classifiers,
    convolutions,
    engine,
    few_bits,
    few_labels,
    first_visit,
    graphs,
    rules,
    sequences,
    tables,
)
from tools.bench.measure import Row, machine
from tools.promises.pages import ROOT

RESULTS = Path("bench") / "results.json"
PACKAGES = ("torch", "numpy", "scikit-learn", "jupyter-book")


def record(group: str, rows: Sequence[Row], root: Path) -> None:
    """Write a group's rows into the results, in the place of its last ones."""
    path = root / RESULTS
    path.parent.mkdir(exist_ok=True)
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    results[group] = {
        "machine": machine(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
        "rows": rows,
    }
    text = json.dumps(results, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def groups() -> dict[str, Callable[[], Iterator[Row]]]:
    """Return what can be measured, by name."""
    return {
        "rules": rules.measure,
        "classifiers": classifiers.measure,
        "engine": engine.measure,
        "convolutions": convolutions.measure,
        "graphs": graphs.measure,
        "sequences": sequences.measure,
        "few_labels": few_labels.measure,
        "attacks": attacks.measure,
        "few_bits": few_bits.measure,
        "attentions": attentions.measure,
        "tables": tables.measure,
        "first_visit": first_visit.measure,
        "build": builds.measure,
        "ci": ci.measure,
    }


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Measure the chosen groups and record them."""
    known = groups()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("groups", nargs="*", help=f"{', '.join(known)}; all without")
    chosen = parser.parse_args(arguments).groups or [*known]
    if unknown := set(chosen) - known.keys():
        parser.error(f"no group {sorted(unknown)}: choose from {[*known]}")
    for group in chosen:
        rows = []
        for row in known[group]():
            print(
                "; ".join(f"{k}: {v}" if k else v for k, v in row.items()), flush=True
            )
            rows.append(row)
        record(group, rows, root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
