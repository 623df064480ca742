"""Runs of conditional generation: what was trained beforehand for its pages.

Source:  tools/train_conditional_generation_sequence.py and two more, ..._tips.py and
         ..._pointing.py; their records, with seeds, seconds and versions, are in
         ml2020/data/trained
"""

import csv
import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified

PAGES = "sequence", "tips", "pointing"
SHA256 = {
    "conditional_generation_sequence.csv": "f614dbab196b6faf8b8845811330dee15b582adc3a4c7ba8d599c09b93b7984a",  # noqa: E501
    "conditional_generation_tips.csv": "74d54aef138c718ed1f88e9171531b23fcb842f8841b0f556590132424fdb239",  # noqa: E501
    "conditional_generation_pointing.csv": "c0a75ecde5aeeed4e5ef77c3981df0b2f26a78b132346e221198d5599270eaaf",  # noqa: E501
    "conditional_generation_sequence.npz": "3215741e9a83651fc804bc32fcfc3e034179d202eb026b34bce892aeb2538f42",  # noqa: E501
    "conditional_generation_pointing.npz": "bb8526c34db551dbbff3fcdc7db0fd7f1f2266a7f7837bbacd8979d263a58928",  # noqa: E501
}


class Run(NamedTuple):
    """One network that learned, and what it is worth.

    Attributes:
        task: What was learned, such as "captions".
        kind: Which network.
        part: Of the examples that it is judged with: choose or judge.
        lr: Its rate; 0 where nothing is learned by descent.
        weight: Of a penalty, or of pairs in a table; 0 where there is none.
        updates: How many.
        seed: Of its first weights.
        values: What was measured, as the training script lists it.
    """

    task: str
    kind: str
    part: str
    lr: float
    weight: float
    updates: int
    seed: int
    values: tuple[float, ...]


@cache
def generation_runs(page: str) -> tuple[Run, ...]:
    """Return all networks of a page, in the order of the file.

    Args:
        page: One of PAGES.

    Raises:
        ValueError: If there is no such page, or the file is not the committed one.
    """
    check_page(page)
    name = f"conditional_generation_{page}.csv"
    text = verified(f"trained/{name}", SHA256[name]).decode()
    return tuple(
        Run(
            row["task"],
            row["kind"],
            row["part"],
            float(row["lr"]),
            float(row.get("weight", 0)),
            int(row["updates"]),
            int(row["seed"]),
            tuple(float(v) for v in row["values"].split()),
        )
        for row in csv.DictReader(text.splitlines())
    )


def judged_runs(page: str, task: str, kind: str) -> tuple[Run, ...]:
    """Return the networks of a kind that were compared, those of fewest updates.

    Raises:
        ValueError: If there is none.
    """
    found = [
        run
        for run in generation_runs(page)
        if (run.task, run.kind, run.part) == (task, kind, "judge")
    ]
    if not found:
        raise ValueError(f"kind is {kind}: no network of it was compared in {task}")
    least = min(run.updates for run in found)
    return tuple(run for run in found if run.updates == least)


@cache
def generation_weights(page: str, name: str) -> dict[str, Tensor]:
    """Return the weights of a network that is shown, in float32.

    They were stored in 16 bits. Treat them as read-only.

    Args:
        page: "sequence" or "pointing".
        name: Of the network, such as "hulls".

    Raises:
        ValueError: If there is none, or the file is not the committed one.
    """
    check_page(page)
    file = f"conditional_generation_{page}.npz"
    content = io.BytesIO(verified(f"trained/{file}", SHA256[file]))
    with np.load(content, allow_pickle=False) as stored:
        found = {
            key.removeprefix(f"{name}."): torch.from_numpy(stored[key]).float()
            for key in stored.files
            if key.startswith(f"{name}.")
        }
    if not found:
        raise ValueError(f"name is {name}: no weights of it were kept")
    return found


def check_page(page: str) -> None:
    """Refuse pages that there are not.

    Raises:
        ValueError: If it is none.
    """
    if page not in PAGES:
        raise ValueError(f"page is {page}: choose one of {', '.join(PAGES)}")
