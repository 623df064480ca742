"""Probing: what can be read off each layer, beside labels that mean nothing.

Chapter: book/pretraining_tasks.md
Source:  Hewitt and Liang (2019), https://arxiv.org/abs/1909.03368
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.glosses import glosses
from ml2020.explainable.probe import control_labels
from ml2020.pretraining.contest import probed
from ml2020.pretraining.kinds import KINDS
from ml2020.pretraining.senses import Places, places_of, some
from ml2020.pretraining.shelf import Shelf
from ml2020.support.checks import check_at_least


class Questions(NamedTuple):
    """Nouns in sentences that were put aside, and two classes for each.

    Attributes:
        places: Where they stand.
        kind: What kind of thing the noun is, 0 to 9: the same wherever it stands.
        control: A class drawn by lot for the noun: the same wherever it stands.
    """

    places: Places
    kind: Int[Tensor, " n"]
    control: Int[Tensor, " n"]


class Selectivity(NamedTuple):
    """Shares right of a linear probe, layer by layer (layers,)."""

    task: Tensor
    control: Tensor
    new: Tensor  # of the task, at nouns that the probe has not learned from

    def selectivity(self) -> Tensor:
        """Return by how much the task is told better than what means nothing."""
        return self.task - self.control


def noun_kinds(found: Shelf) -> Int[Tensor, " words"]:
    """Return the kind of each word's first meaning as a noun, or -1; glued ones -1."""
    g = glosses()
    number = {file: k for k, file in enumerate(KINDS)}
    of_meaning = [number.get(file, -1) for file in g.kinds.tolist()]
    kinds = g.kinds.new_tensor(of_meaning)[g.meanings]
    kinds = kinds.masked_fill(g.meanings < 0, -1)
    return kinds.index_fill(0, found.pairs.flatten(), -1)


def noun_questions(
    found: Shelf, n: int, *, generator: torch.Generator | None = None
) -> Questions:
    """Return n places of nouns drawn by lot, with both classes.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)
    kinds = noun_kinds(found)
    places = places_of(found, (kinds >= 0)[found.text])
    rows = places.aside.nonzero()[:, 0]
    drawn = rows[torch.randperm(len(rows), generator=generator)[:n]]
    places = some(places, drawn)
    control = control_labels(places.words, len(KINDS), generator=generator)
    return Questions(places, kinds[places.words], control)


def selectivity(
    h: Float[Tensor, "layers n d"], asked: Questions, learn: int, strength: float
) -> Selectivity:
    """Return what a linear probe tells right at each layer.

    Args:
        h: What each layer says at each place.
        asked: The places and their classes.
        learn: The probe learns from so many, and is asked the rest.
        strength: Of the pull of its weights to 0, positive.

    Raises:
        ValueError: If there is nothing to learn from, or nothing is left to ask.
    """
    check_learn(learn, h.shape[1])
    words = asked.places.words
    new = ~torch.isin(words, words[:learn])[learn:]
    rows = []
    for H in h:
        shares = []
        for c in (asked.kind, asked.control):
            parts = [(H[learn:], c[learn:]), (H[learn:][new], c[learn:][new])]
            shares += probed(H[:learn], c[:learn], parts, len(KINDS), strength)
        rows.append(shares[:3])
    task, on_new, control = torch.tensor(rows, dtype=torch.float32).T
    return Selectivity(task, control, on_new)


def check_learn(learn: int, n: int) -> None:
    """Refuse to learn from nothing, and to ask nothing."""
    if not 0 < learn < n:
        raise ValueError(f"learn is {learn}: choose it from 1 to {n - 1}")
