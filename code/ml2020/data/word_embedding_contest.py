"""Word embedding contest: four methods on one text, tuned alike, trained beforehand.

Source:  tools/train_word_embedding_contest.py; its record, with seconds and versions,
         is in ml2020/data/trained
"""

import csv
import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified

EACH = 5  # questions about a noun
SHA256 = {
    "runs.csv": "43486b28cb09ef8d1b4366b83c11c5764df08bd794bb67a93229d712a7ae71a5",
    "neighbours.csv": (
        "003e579efd66805b108588e26dbff9bc3ef8ffe197fbed452178063504f02641"
    ),
    "nouns.npz": "6da981b8ed30131858f00f49699b7fd258f6380006e2811104ffe753ceb13145",
}


class Run(NamedTuple):
    """One run, and how many of the questions it answered."""

    name: str
    setting: str
    read: str  # "read": the vectors that read; "sum": those that guess are added
    passes: int
    seed: int  # 0 chose; 1 to 5 judge
    choose: float  # share of the questions to choose by
    judge: float  # of those that judge


class Near(NamedTuple):
    """The neighbours of a word in the space of one method."""

    word: str
    name: str
    neighbours: str


def content(name: str) -> bytes:
    """Return a file of the contest.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return verified(f"trained/word_embedding_contest_{name}", SHA256[name])


@cache
def contest_runs() -> tuple[Run, ...]:
    """Return all runs, in the order in which they were made.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.reader(content("runs.csv").decode().splitlines()))[1:]
    return tuple(
        Run(name, setting, read, int(passes), int(seed), float(choose), float(judge))
        for name, setting, read, passes, seed, choose, judge in rows
    )


@cache
def contest_neighbours() -> tuple[Near, ...]:
    """Return the neighbours of some words.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.reader(content("neighbours.csv").decode().splitlines()))[1:]
    return tuple(Near(*row) for row in rows)


@cache
def contest_shares() -> dict[tuple[str, int], Float[Tensor, "seeds nouns"]]:
    """Return for each method and number of passes the share right about each noun.

    Treat the tensors as read-only. There is a row for each judged seed. "PPMI rows" are
    those of the table as it is, "more frequent" says the more frequent word.

    Raises:
        ValueError: If the file is not the committed one.
    """
    found: dict[tuple[str, int], list[Tensor]] = {}
    with np.load(io.BytesIO(content("nouns.npz")), allow_pickle=False) as stored:
        for key in stored.files:
            if key != "nouns":
                name, passes, _ = key.rsplit(" ", 2)
                right = torch.from_numpy(stored[key]).float() / (2 * EACH)
                found.setdefault((name, int(passes)), []).append(right)
    return {key: torch.stack(rows) for key, rows in found.items()}
