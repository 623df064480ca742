"""Nouns: which of eight kinds is a noun of WordNet? Twenty labels a kind, and a graph.

Chapter: book/gnn_tasks.md
Source:  the chapter's own task; the nouns are those of ml2020.data.wordnet, the setting
         is that of Kipf and Welling (2017), section 5.1
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.data.wordnet import CLASSES, wordnet
from ml2020.gnn.fitting import seeded, sound
from ml2020.gnn.graph import Graph, undirected
from ml2020.gnn.naming import balanced_accuracy
from ml2020.gnn.network import GraphNet
from ml2020.gnn.views import Views
from ml2020.optimization import Adam, RuleOptimizer
from ml2020.support.checks import check_at_least, check_positive

LABELLED, CHOOSING = 20, 30  # of each class: to learn from, to choose by


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


class Judged(NamedTuple):
    """How well a network does, at the epoch that validation likes best."""

    validation: float
    test: float
    epoch: int


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
    """
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
    method: str, data: Nouns, seen: Views, lr: float, seed: int, epochs: int
) -> Judged:
    """Return the balanced accuracies of a network trained on the labelled nouns.

    Adam, all nodes at once; what is told is the epoch with the best validation. It ends
    early where a weight overflows.

    Args:
        method: One of METHODS.
        data: Of `nouns`.
        seen: Its graph's `views`.
        lr: The learning rate, positive.
        seed: Of the split, the weights and the dropout.
        epochs: How often the weights move, 1 or more.

    Raises:
        ValueError: If a number is outside its range, or the method unknown.
    """
    check_positive("lr", lr)
    check_at_least("epochs", epochs, 1)
    split = noun_split(data.classes, seed)
    inputs, outputs = data.X.shape[1], len(CLASSES)
    model = seeded(lambda: GraphNet(inputs, outputs, method), seed)
    optimizer, best = RuleOptimizer(model.parameters(), Adam(lr)), Judged(0.0, 0.0, 0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 1)  # of the dropout
        for epoch in range(1, epochs + 1):
            model.train()
            optimizer.zero_grad()
            scores = model(data.X, seen)[split.training]
            loss = F.cross_entropy(scores, data.classes[split.training])
            torch.autograd.backward(loss)
            optimizer.step()
            if not sound(model):
                break
            model.eval()
            with torch.no_grad():
                said = model(data.X, seen).argmax(dim=1)
            choose, judge = (
                balanced_accuracy(said[part], data.classes[part])
                for part in (split.validation, split.test)
            )
            found = Judged(choose, judge, epoch)
            best = found if found.validation > best.validation else best
    return best
