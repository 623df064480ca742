"""The runs of a training: each made once, and kept for the next call.

    made = worked(__file__, KEPT, table, seeds=[0, 1, 2])
    if made is None: ...  # the time of this call was spent: call it again
    training, rows = made

`table` gets the `Runs` and asks each run of them. What is kept counts for as long as
all code of the package that earlier runs reached computes the same.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from tools.trained import Training

Row = list[Any]
Made = TypeVar("Made")


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


class Runs:
    """The runs, each made once; those of earlier calls are read from a file.

    Args:
        training: The record that is to be written; it counts the seconds.
        kept: Where the runs are kept.
        until: Seconds of CPU that this call may work.
    """

    def __init__(self, training: Training, kept: Path, until: float) -> None:
        self.training, self.kept = training, kept
        self.rows: dict[str, Row] = {}
        code = training.record["code"].items()
        self.code = {n: found for n, found in code if not n.startswith("tools/")}
        if kept.exists():
            earlier = json.loads(kept.read_text(encoding="utf-8"))
            # what earlier runs reached computes the same; later ones may reach more
            if earlier["code"].items() <= self.code.items():
                self.rows, training.earlier = earlier["rows"], earlier["seconds"]
        self.until = until + training.earlier

    def of(self, key: str, run: Callable[[], Row]) -> Row:
        """Return what a run gives; the key says which one it is.

        Raises:
            OutOfTimeError: If it was never made, and the time is spent.
        """
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            self.rows[key] = run()
            print(key, self.rows[key], f"{self.training.seconds:.0f} s", flush=True)
            made = {"code": self.code, "rows": self.rows}
            made["seconds"] = self.training.seconds
            self.kept.parent.mkdir(parents=True, exist_ok=True)
            self.kept.write_text(json.dumps(made), encoding="utf-8")
        return self.rows[key]


def worked(
    script: str, kept: Path, table: Callable[[Runs], Made], *, seeds: Sequence[int]
) -> tuple[Training, Made] | None:
    """Return the training and its table, or nothing if the time of this call is spent.

    Args:
        script: `__file__` of the script, see `Training`.
        kept: Where the runs are kept.
        table: Makes what is to be written, by asking for runs.
        seeds: Of what it makes.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(script, seeds=seeds)
    try:
        return training, table(Runs(training, kept, options.seconds))
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return None


def keep_weights(file: Path, model: nn.Module) -> None:
    """Keep the weights of a network, in 16 bits."""
    file.parent.mkdir(parents=True, exist_ok=True)
    halves = {name: w.half().numpy() for name, w in model.state_dict().items()}
    np.savez_compressed(file, **halves)


def join_weights(file: Path, kept: Mapping[str, Path]) -> None:
    """Write the weights of several networks into one file.

    Args:
        file: Where to; each array gets the network's name, a dot, and its own.
        kept: Where the weights of each were kept, by its name.
    """
    found: dict[str, Any] = {}
    for name, one in kept.items():
        with np.load(one, allow_pickle=False) as arrays:
            found |= {f"{name}.{key}": arrays[key] for key in arrays.files}
    np.savez_compressed(file, **found)
