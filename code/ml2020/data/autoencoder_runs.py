"""Auto-encoder runs: networks that were trained beforehand for the lecture's pages.

Source:  tools/train_autoencoder.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

SHA256 = {
    "runs.csv": "467751673b3ad34cdf6022b81d6df447d45e18954806916d805c8ae6c2e3dd8b",
    "vae.csv": "a16f8b4c4bbbcc1f50f4f178a7ad05768b35bc50a50acaa7a2231f3dbda81581",
    "weights.npz": "28a5c5be9b3055f5f4bb8ad2ac3311176ae0df30ca967ddd1aaf86fc11f4d448",
}
KEPT = ("clothes", "digits", "plain", "map")


class CodeRun(NamedTuple):
    """Networks of one task and kind that learned at one rate."""

    task: str  # rebuild, clean, read, see, tell, pair or judge
    kind: str  # what was done otherwise
    size: int  # numbers of the code
    updates: int
    lr: float
    choose: Networks  # what chose the rate; the least was best
    judge: Networks  # the same, or what is judged, on other examples
    other: Networks  # what else was measured; depends on the task
    also: Networks  # likewise


class VaeRun(NamedTuple):
    """Variational auto-encoders of digits, of one price and rate."""

    beta: float
    updates: int
    lr: float
    choose: Networks  # the loss
    missed: Networks  # a dot, squared, rebuilt from the mean of the code
    noisy: Networks  # likewise, from a drawn code
    kl: Networks  # nats a digit
    active: Networks  # numbers of the code with more than a tenth of a nat
    edges: Networks  # mean square between neighbouring dots, of rebuilt digits
    near: Networks  # from a made digit to the nearest learned one
    cover: Networks  # from another digit to the nearest made one
    made: Networks  # edges of made digits
    near_like: Networks  # the same three, with codes drawn from a normal
    cover_like: Networks  # that has the mean and the covariance of the codes
    made_like: Networks


@cache
def code_runs() -> tuple[CodeRun, ...]:
    """Return the runs of all tasks. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"task": str, "kind": str, "size": int, "updates": int, "lr": float}
    found = runs("autoencoder_runs.csv", SHA256["runs.csv"], keys)
    return tuple(CodeRun(*run) for run in found)


@cache
def vae_runs() -> tuple[VaeRun, ...]:
    """Return those of variational auto-encoders, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"beta": float, "updates": int, "lr": float}
    found = runs("autoencoder_vae.csv", SHA256["vae.csv"], keys)
    return tuple(VaeRun(*run) for run in found)


def best_code_run(task: str, kind: str, size: int, updates: int = 0) -> CodeRun:
    """Return the run at the best rate.

    Args:
        task: See `CodeRun`.
        kind: See `CodeRun`.
        size: Numbers of the code.
        updates: How many; 0 for the fewest that there are.

    Raises:
        ValueError: If there is none.
    """
    found = [r for r in code_runs() if (r.task, r.kind, r.size) == (task, kind, size)]
    updates = updates or min((r.updates for r in found), default=0)
    found = [run for run in found if run.updates == updates]
    if not found:
        raise ValueError(f"task: no {task} {kind} {size}: see the file's first columns")
    return min(found, key=lambda run: run.choose.mean().item())


def best_vae_run(beta: float, updates: int = 1500) -> VaeRun:
    """Return the run at the best rate.

    Raises:
        ValueError: If there is none.
    """
    found = [r for r in vae_runs() if (r.beta, r.updates) == (beta, updates)]
    if not found:
        raise ValueError(f"beta is {beta}: give one of the file, or other updates")
    return min(found, key=lambda run: run.choose.mean().item())


@cache
def autoencoder_weights(name: str) -> dict[str, Tensor]:
    """Return the weights of an encoder E and a decoder D, in float32.

    They were stored in 16 bits. Treat them as read-only.

    Args:
        name: clothes (784, 128, 64, 16 numbers), digits (64, 128, 64, 8), or map
            (64, 128, 64, 2), all variational; or plain, as digits but without a price.

    Raises:
        ValueError: If it is none of these, or the file is not the committed one.
    """
    if name not in KEPT:
        raise ValueError(f"name is {name!r}: give one of {', '.join(KEPT)}")
    content = verified("trained/autoencoder_weights.npz", SHA256["weights.npz"])
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {
            key.removeprefix(f"{name}."): torch.from_numpy(stored[key]).float()
            for key in stored.files
            if key.startswith(f"{name}.")
        }
