"""Count the processor's seconds and the memory, and say on which machine."""

import ctypes
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

Work = Callable[[], object]
Row = dict[str, str]  # by the head of its column; all rows of a group have the same


def cpu_seconds(work: Work, turns: int = 5, repeats: int = 1) -> float:
    """Return the CPU seconds of one call of `work`, the least mean of several turns."""
    work()  # the first call of anything in torch is slow
    least = float("inf")
    for _ in range(turns):
        start = time.process_time()
        for _ in range(repeats):
            work()
        least = min(least, (time.process_time() - start) / repeats)
    return least


def with_slopes(layer: Callable[[Tensor], Tensor], start: Tensor) -> Work:
    """Return what computes a layer and its slopes by some numbers."""

    def work() -> object:
        numbers = start.clone().requires_grad_()
        return torch.autograd.grad(layer(numbers).sum(), numbers)

    return work


def kilobytes(name: str) -> int:
    """Return a line of what Linux knows of this process's memory."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def peak_megabytes(work: Work) -> float:
    """Return by how much the memory of a fork grows at its peak; Linux only."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.CDLL("libc.so.6").malloc_trim(0)  # what earlier turns have left over
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # a new peak
        before = kilobytes("VmRSS")
        work()
        os.write(writer, str(kilobytes("VmHWM") - before).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        return int(pipe.read() or 0) / 1024


def cores() -> int:
    """Return the number of cores that we may use, 1 where the system does not tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def machine() -> str:
    """Return the processor's name and the number of cores that we may use."""
    info = Path("/proc/cpuinfo")
    names = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":")[1].strip() for line in names if "model name" in line]
    return f"{models[0] if models else platform.processor()}, {cores()} cores"
