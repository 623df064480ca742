"""Count the processor's seconds, and say on which machine."""

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

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
