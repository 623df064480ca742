"""Execution: several notebooks side by side, each in a kernel of its own.

A kernel gets one thread. With more, kernels that run side by side fight for the cores,
and the same training takes many times as long.
"""

import os
import re
import time
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir
from threading import Thread

import psutil
from jupyter_cache.executors.utils import single_nb_execution
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import default

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "ML2020_GROUND": "none",  # behind figures: a page brings its own, light or dark
}
# How the names of a worker's sockets begin; the system takes up to 100 letters.
KERNEL_FILES = f"{gettempdir()}/kernel-{os.getpid()}-"
HAS_SOCKETS = os.name != "nt" and len(KERNEL_FILES) < 80
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Job:
    """A notebook to execute."""

    page: str
    notebook: NotebookNode
    folder: Path  # where its kernel runs
    code: Path  # the package that it imports, whatever is installed
    timeout: int | None  # seconds for a cell
    allow_errors: bool


@dataclass(frozen=True)
class Result:
    """A notebook that was executed; `failure` says where and why it stopped early."""

    notebook: NotebookNode
    seconds: float
    cpu_seconds: float  # of the kernel; 0 where the system does not tell
    failure: str = ""


class BookKernelManager(AsyncKernelManager):
    """Starts the Python that builds the book, whatever kernels the user installed.

    It talks to a kernel through sockets that have file names. Ports are chosen first
    and taken later: of the kernels that start at the same time, two may choose one.
    """

    @default("kernel_spec_manager")
    def _no_installed_kernels(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=[])

    @default("transport")
    def _no_ports(self) -> str:
        return "ipc" if HAS_SOCKETS else "tcp"

    @default("connection_file")
    def _named_like_the_sockets(self) -> str:
        return f"{KERNEL_FILES}{token_hex(4)}.json"


def execute(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, Result]]:
    """Start the jobs in their order, and yield each as it finishes."""
    waiting = deque(jobs)
    crew = Crew()
    try:
        for _ in range(min(workers, len(jobs))):
            crew.start(waiting.popleft())
        while crew.busy:
            for job, result in crew.finished():
                if waiting:
                    crew.start(waiting.popleft())
                yield job, result
    finally:
        crew.dismiss()


class Crew:
    """The worker processes, started when they are needed.

    Not a pool of the standard library: there, a worker that is killed takes all others
    with it, or is not even missed. Here it loses its own page. And whatever ends this
    process, ends workers and kernels: each worker holds a pipe that closes with us.
    """

    def __init__(self) -> None:
        self.context = get_context("spawn")
        self.lifeline, self.our_end = self.context.Pipe(duplex=False)
        self.processes: list[SpawnProcess] = []
        self.idle: list[Connection] = []
        self.busy: dict[Connection, Job] = {}

    def start(self, job: Job) -> None:
        """Give the job to a worker that has nothing to do."""
        pipe = self.idle.pop() if self.idle else self._hire()
        self.busy[pipe] = job
        with suppress(OSError):  # it is dead, and we hear of it when we wait for it
            pipe.send(job)

    def finished(self) -> list[tuple[Job, Result]]:
        """Wait until jobs are finished, and return them."""
        results = []
        for pipe in wait(list(self.busy)):
            job = self.busy.pop(pipe)
            try:
                results.append((job, pipe.recv()))
                self.idle.append(pipe)
            except (EOFError, OSError):
                failure = f"{job.page}: its process was killed (is memory short?)"
                results.append((job, Result(job.notebook, 0, 0, failure)))
        return results

    def dismiss(self) -> None:
        """End all workers, and what they are doing."""
        self.our_end.close()
        for process in self.processes:
            process.join()

    def _hire(self) -> Connection:
        pipe, their_end = self.context.Pipe()
        process = self.context.Process(target=work, args=(their_end, self.lifeline))
        process.start()
        self.processes.append(process)
        their_end.close()  # with a second copy here, we would not hear of its death
        return pipe


# ---- in the worker


def work(pipe: Connection, lifeline: Connection) -> None:
    """Execute one job after the other, with an environment for the kernels."""
    os.environ |= ENVIRONMENT
    Thread(target=die_with_parent, args=(lifeline,), daemon=True).start()
    with suppress(EOFError, KeyboardInterrupt):  # Ctrl-C reaches all; one speaks
        while True:
            pipe.send(run(pipe.recv()))


def die_with_parent(lifeline: Connection) -> None:
    """Wait until the parent is gone, or done with us, and end the kernel at once."""
    with suppress(EOFError, OSError):
        lifeline.recv()  # nothing is ever sent
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.kill()
    for file in glob(f"{KERNEL_FILES}*"):
        with suppress(FileNotFoundError):
            os.remove(file)
    os._exit(1)


def run(job: Job) -> Result:
    """Execute one notebook, and measure what its kernel cost."""
    begun: list[int] = []
    error: Exception | None
    os.environ |= importing_from(job.code)
    cpu_before, before = cpu_of_children(), time.perf_counter()
    try:
        error = single_nb_execution(
            job.notebook,
            cwd=str(job.folder),
            timeout=job.timeout,
            allow_errors=job.allow_errors,
            kernel_manager_class=BookKernelManager,
            shutdown_kernel="immediate",  # asked politely, one in five takes 3 s
            on_cell_start=lambda cell, cell_index: begun.append(cell_index),
        ).err
    except Exception as exception:  # a kernel that dies, or does not start
        error = exception
    join_pieces(job.notebook)
    return Result(
        job.notebook,
        time.perf_counter() - before,
        cpu_of_children() - cpu_before,
        f"{place(job, begun)}\n{reason(job, error)}" if error else "",
    )


def join_pieces(notebook: NotebookNode) -> None:
    """Join what a cell has printed: a busy kernel sends half a line, MyST-NB ends it.

    The library's own way looks for signs that delete: minutes, for a long line.
    """
    for cell in notebook.cells:
        pieces, kept = cell.get("outputs", []), []
        for piece in pieces:
            last = kept[-1] if kept else None
            if (
                last
                and piece.output_type == "stream"
                and piece.name == last.get("name")
            ):
                last.text += piece.text
            else:
                kept.append(piece)
        pieces[:] = kept


def importing_from(code: Path) -> dict[str, str]:
    """Return the variable by which Python looks into a folder first.

    An editable installation names one folder, and a copy of the book is another one.
    """
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in paths if path not in ("", str(code))]
    return {"PYTHONPATH": os.pathsep.join([str(code), *others])}


def cpu_of_children() -> float:
    """Return the CPU seconds of the kernels that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def place(job: Job, begun: Sequence[int]) -> str:
    """Name the page, the cell that ran last, its line, and the first line it says."""
    if not begun:
        return f"{job.page}, before the first code cell"
    cells = job.notebook.cells[: begun[-1] + 1]
    number = sum(cell.cell_type == "code" for cell in cells)
    first = cells[-1].source.strip().partition("\n")[0]
    lines = job.notebook.metadata.get("source_map")
    line = f" (line {lines[begun[-1]] + 1})" if lines else ""
    return f"{job.page}, code cell {number}{line}: {first}"


def reason(job: Job, error: Exception) -> str:
    """Say why a notebook stopped; a traceback without its colours."""
    if isinstance(error, DeadKernelError):
        return "The kernel died (is memory short?)."
    if isinstance(error, CellTimeoutError):
        return f"The cell took more than the {job.timeout} s that a cell may take."
    if isinstance(error, CellExecutionError):
        # Its own text repeats the cell before it comes to the traceback.
        return COLOUR.sub("", traceback_of(job.notebook) or str(error)).strip()
    return "".join(traceback.format_exception(error)).strip()


def traceback_of(notebook: NotebookNode) -> str:
    """Return the last traceback that a cell put out, if one did."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    errors = [output for output in outputs if output.output_type == "error"]
    return "\n".join(errors[-1].traceback) if errors else ""
