"""Nouns: which of eight kinds is a noun of WordNet? Twenty labels a kind, and a graph.

Chapter: book/gnn_tasks.md
Source:  the chapter's own task; the nouns are those of ml2020.data.wordnet, the setting
         is that of Kipf and Welling (2017), section 5.1
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.data.wordnet import CLASSES, wordnet
from ml2020.gnn.fitting import Judged, Setting, at_best, seeded
from ml2020.gnn.graph import Graph, undirected
from ml2020.gnn.naming import balanced_accuracy
from ml2020.gnn.network import EmbeddedNet, GraphNet
from ml2020.gnn.views import Views

LABELLED, CHOOSING = 20, 30  # of each class: to learn from, to choose by
EVERY = 3  # after so many epochs a network is looked at


class Nouns(NamedTuple):
    """The task: features, graph, classes."""

    X: Tensor  # sparse (nouns, words): 1 over the root of the words of a definition
    graph: Graph
    classes: Int[Tensor, " nouns"]


class Split(NamedTuple):
    """The places of the nouns to learn from, to choose by, to judge by."""

    training: Int[Tensor, " few"]
    validation: Int[Tensor, " some"]
    test: Int[Tensor, " rest"]


def nouns() -> Nouns:
    """Return the nouns of WordNet as a task."""
    words = wordnet()
    count = len(words.nouns)
    used = words.met[0].bincount(minlength=count)
    values = used[words.met[0]].float().rsqrt()
    shape = (count, len(words.dictionary))
    X = torch.sparse_coo_tensor(words.met, values, shape, check_invariants=False)
    return Nouns(X.coalesce(), undirected(words.links, count), words.classes)


def noun_split(classes: Int[Tensor, " nouns"], seed: int) -> Split:
    """Return 20 nouns of each class to learn from, 30 to choose by, and all others.

    Args:
        classes: Of all nouns.
        seed: Of the order in which they are drawn.

    Raises:
        ValueError: If a class has too few for all three parts.
    """
    check_enough(classes)
    dice = torch.Generator().manual_seed(seed)
    parts: tuple[list[Tensor], ...] = ([], [], [])
    for k in range(len(CLASSES)):
        places = (classes == k).nonzero()[:, 0]
        places = places[torch.randperm(len(places), generator=dice)]
        cuts = (LABELLED, LABELLED + CHOOSING)
        for part, piece in zip(parts, places.tensor_split(cuts), strict=True):
            part.append(piece)
    return Split(*(torch.cat(part) for part in parts))


def learn_nouns(
    method: str,
    data: Nouns,
    seen: Views,
    setting: Setting,
    seed: int,
    *,
    embedded: bool = False,
) -> Judged:
    """Return the balanced accuracies of a network trained on the labelled nouns.

    All nodes at once; what is told is the epoch, of each third, with the best
    validation. It ends early where a weight overflows.

    Args:
        method: One of METHODS.
        data: Of `nouns`.
        seen: Its graph's `views`.
        setting: How to train.
        seed: Of the split, the weights and the dropout.
        embedded: Whether the words are embedded first: `EmbeddedNet`.

    Raises:
        ValueError: If a number is outside its range, or the method unknown.
    """
    split, y = noun_split(data.classes, seed), data.classes
    inputs, outputs = data.X.shape[1], len(CLASSES)
    kind = EmbeddedNet if embedded else GraphNet

    def loss(model: nn.Module) -> Tensor:
        few = split.training
        return F.cross_entropy(model(data.X, seen)[few], y[few])

    def judge(model: nn.Module) -> tuple[float, float]:
        said = model(data.X, seen).argmax(dim=1)
        choose, test = split.validation, split.test
        return (
            balanced_accuracy(said[choose], y[choose]),
            balanced_accuracy(said[test], y[test]),
        )

    model = seeded(lambda: kind(inputs, outputs, method), seed)
    return at_best(model, loss, judge, setting.rule, setting.epochs, seed + 1, EVERY)


def check_enough(classes: Tensor) -> None:
    """Raise a ValueError if a class has none left to be judged by."""
    count = classes.bincount(minlength=len(CLASSES)).min().item()
    if count <= LABELLED + CHOOSING:
        raise ValueError(
            f"classes has one with {count}: give more than {LABELLED + CHOOSING} each"
        )
