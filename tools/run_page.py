"""Execute a page in memory, as MyST-NB would, and say where it fails.

The tools that need a page to fail (live.py), or to pass with other seeds (reseed.py),
run it through this module. Nothing is written: no site, no cache.
"""

import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

# One thread a kernel: with more, two kernels fight for the cores and take 20 times
# as long. It must stand in the environment before the kernel starts.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"
)
LONGEST = 600  # seconds for one cell; a page may state 180 in all
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Failure:
    """What stopped a page.

    Attributes:
        line: The line of the page where the cell that failed begins.
        error: The error's type and message, on one line.
        trace: The whole traceback, without colours.
    """

    line: int
    error: str
    trace: str


def notebook_of(text: str) -> Any:
    """Return the notebook that MyST-NB makes of a page."""
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    # The two that decide where a block ends, and so what is a cell.
    config = MdParserConfig(enable_extensions={"colon_fence", "dollarmath"})
    return read_myst_markdown_notebook(text, config, add_source_map=True)


def execute(text: str, folder: Path) -> Failure | None:
    """Run a page's cells in a fresh kernel; return what stopped it, or None.

    Args:
        text: The page.
        folder: Where it lives, the kernel's working directory.
    """
    # These take a second to import, which a caller that runs nothing need not wait for.
    import nbclient.exceptions as wrong
    from nbclient import NotebookClient

    from execution import BookKernelManager, importing_from

    notebook = notebook_of(text)
    reached = [0]

    def remember(cell: Any, cell_index: int) -> None:
        reached.append(cell_index)

    client = NotebookClient(
        notebook,
        timeout=LONGEST,
        kernel_name="python3",
        kernel_manager_class=BookKernelManager,  # no two kernels on one port
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=remember,
    )
    try:
        client.execute(env=os.environ | ONE_THREAD | importing_from(ROOT / "code"))
    except wrong.CellExecutionError as error:
        return failure(notebook, reached[-1], f"{error.ename}: {error.evalue}", error)
    except (wrong.CellTimeoutError, wrong.DeadKernelError) as error:
        return failure(notebook, reached[-1], str(error), error)
    return None


def failure(notebook: Any, index: int, error: str, cause: Exception) -> Failure:
    """Return what stopped a notebook at the cell with this index."""
    line = notebook.metadata["source_map"][index] + 1
    return Failure(line, " ".join(error.split()), COLOUR.sub("", str(cause)))


def execute_all(
    runs: Mapping[str, tuple[str, Path]], jobs: int = 2
) -> Iterator[tuple[str, Failure | None]]:
    """Execute pages side by side; yield each name with what stopped it, in order.

    Args:
        runs: For each name, the text of a page and the folder where it lives.
        jobs: How many to run at the same time.
    """
    if not runs:
        return
    texts, folders = zip(*runs.values(), strict=True)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from zip(runs, pool.map(execute, texts, folders), strict=True)
