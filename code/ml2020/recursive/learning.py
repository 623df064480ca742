"""Learning: readers of one kind, side by side, learn from phrases that never end.

Chapter: book/recursive.md
Source:  Lee (2020), recursive networks
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import Rule
from ml2020.recursive.compose import TREES
from ml2020.recursive.language import DEGREES, meaning
from ml2020.recursive.readers import scores_of, shapes_of
from ml2020.recursive.trees import Tree
from ml2020.rnn.clipping import own_gradients
from ml2020.support.checks import check_shape

Readers = Float[Tensor, "networks parameters"]
TAU = 1.0  # the greatest length of a gradient


def first_reader(
    kind: str, d: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, " parameters"]:
    """Return the first numbers of a reader.

    Tables are uniform, within 1 by the root of their columns, the words of a tree
    within 1, a bias of a forget gate is 1. Each word's matrix is the identity and a
    little noise; what makes a matrix of two begins as their mean.

    Args:
        kind: One of `READERS`.
        d: How many numbers a state has.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no such reader, or d is below 1.
    """
    parts = []
    for shape in shapes_of(kind, d):
        drawn = 2 * torch.rand(shape, generator=generator, dtype=torch.float32) - 1
        parts.append(drawn / shape[-1] ** 0.5)
    one = torch.eye(d, dtype=torch.float32)
    if kind in TREES:
        parts[0] *= parts[0].shape[-1] ** 0.5
    if kind == "MV-RNN":
        parts[0][:, d:] = one.flatten() + 0.1 * parts[0][:, d:]
        parts[2] = torch.cat([one, one], dim=1) / 2 + 0.1 * parts[2]
    if kind == "RNTN":
        parts[1] /= 2 * d  # products of all pairs add up
    if kind == "Tree-LSTM":
        parts[2][:, 2 * d : 4 * d] = 1
    if kind == "LSTM":
        parts[2][:, 2 * d : 3 * d] = 1
    return torch.cat([part.flatten() for part in parts])


def degree_classes(trees: Sequence[Tree]) -> Tensor:
    """Return the class of each phrase, the place of its meaning in `DEGREES`."""
    places = [DEGREES.index(meaning(tree)) for tree in trees]
    return torch.tensor(places, dtype=torch.int64)


def learned(
    theta: Readers,
    kind: str,
    d: int,
    rule: Rule[Any],
    batches: Iterable[tuple[Any, Tensor]],
) -> Readers:
    """Return readers that have learned, each by its own loss, from the same batches.

    Args:
        theta: The first numbers, a row a reader.
        kind: One of `READERS`.
        d: How many numbers a state has.
        rule: How a gradient becomes a step.
        batches: Phrases as `prepared` gives them, and their classes.

    Raises:
        ValueError: If there are more or fewer classes than phrases.
    """
    return learned_by(theta, partial(scores_of, kind=kind, d=d), rule, batches)


def learned_by(
    theta: Readers,
    scores: Callable[..., Tensor],
    rule: Rule[Any],
    batches: Iterable[tuple[Any, Tensor]],
) -> Readers:
    """Return readers of any kind that have learned, as `learned` does.

    Args:
        theta: The first numbers, a row a reader.
        scores: Called with the numbers and, as `read`, the phrases of a batch.
        rule: How a gradient becomes a step.
        batches: Phrases as the readers take them, and their classes.

    Raises:
        ValueError: If there are more or fewer classes than phrases.
    """
    memory = rule.init(theta)
    for read, classes in batches:
        watched = theta.detach().requires_grad_()
        said = scores(watched, read=read)
        check_shape("classes", classes, said.shape[-2:-1])
        loss = cross_entropy(said.flatten(0, 1), classes.repeat(len(theta)))
        theta, memory = rule.step(theta, own_gradients(loss, watched, TAU), memory)
    return theta


def share_right(
    theta: Float[Tensor, "*networks parameters"],
    kind: str,
    d: int,
    read: Any,
    classes: Tensor,
) -> Float[Tensor, "*networks"]:
    """Return the share of phrases whose degree each reader names.

    Args:
        theta: The numbers of the readers.
        kind: One of `READERS`.
        d: How many numbers a state has.
        read: The phrases, as `prepared` gives them.
        classes: Their degrees, as `degree_classes` gives them.

    Raises:
        ValueError: If there are more or fewer classes than phrases.
    """
    said = scores_of(theta, kind, d, read)
    check_shape("classes", classes, said.shape[-2:-1])
    return (said.argmax(dim=-1) == classes).to(theta).mean(dim=-1)
