"""Measure what the book costs, beside the libraries, and record it.

python tools/bench.py                 all groups
python tools/bench.py rules           one group: rules, classifiers, build

Seconds are of one processor core, the least of several turns: a shared machine can only
add to them. The rows go into bench/results.json, which the status page shows.
"""

import argparse
import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

# Before torch is imported: one thread, as a page has.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

ROOT = Path(__file__).parents[1]
RESULTS = Path("bench") / "results.json"
PACKAGES = ("torch", "numpy", "scikit-learn", "jupyter-book")


Row = dict[str, str]  # by the head of its column; all rows of a group have the same


def cpu_seconds(work: Callable[[], object], turns: int = 5, repeats: int = 1) -> float:
    """Return the CPU seconds of one call of `work`, the least mean of several turns."""
    work()  # the first call of anything in torch is slow
    least = float("inf")
    for _ in range(turns):
        start = time.process_time()
        for _ in range(repeats):
            work()
        least = min(least, (time.process_time() - start) / repeats)
    return least


def cores() -> int:
    """Return the number of cores that we may use, 1 where the system does not tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def machine() -> str:
    """Return the processor's name and the number of cores that we may use."""
    info = Path("/proc/cpuinfo")
    names = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":")[1].strip() for line in names if "model name" in line]
    return f"{models[0] if models else platform.processor()}, {cores()} cores"


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
    import bench_build
    import bench_classifiers
    import bench_rules

    return {
        "rules": bench_rules.measure,
        "classifiers": bench_classifiers.measure,
        "build": bench_build.measure,
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
