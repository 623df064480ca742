"""Slot filling: the slot of each word, by readers that see more or less of a sentence.

Chapter: book/rnn_memory.md
Source:  Lee (2020), recurrent networks: cross entropy at each step
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import Rule, shuffled_batches
from ml2020.rnn.bidirectional import all_scores, scores_both_ways
from ml2020.rnn.clipping import own_gradients
from ml2020.rnn.first_weights import networks
from ml2020.rnn.network import Sizes
from ml2020.rnn.tickets import LABELS, Batch, chosen, vocabulary

READERS = {
    "one word": ("no memory", 1),
    "from the left": ("Elman", 1),
    "both ways": ("Elman", 2),
}
SIZE, TAU, UNITS = 32, 1.0, 16  # of a batch, of a gradient, of a layer


def slot_sizes() -> Sizes:
    """Return the sizes of a reader's network."""
    return Sizes(len(vocabulary()) + 1, UNITS, len(LABELS))


def slot_scores(
    theta: Float[Tensor, "*networks parameters"], reader: str, batch: Batch
) -> Float[Tensor, "T *networks n labels"]:
    """Return the scores of the slots for each word.

    Raises:
        ValueError: If there is no such reader, or theta is another one's.
    """
    check_reader(reader)
    kind, ways = READERS[reader]
    if ways == 2:
        return scores_both_ways(theta, kind, slot_sizes(), batch.X, batch.lengths)
    return all_scores(theta, kind, slot_sizes(), batch.X)


def learned_slots(
    reader: str,
    seeds: Sequence[int],
    rule: Rule[Any],
    batch: Batch,
    passes: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "networks parameters"]:
    """Train a network a seed, side by side.

    Args:
        reader: One of `READERS`.
        seeds: Of the first weights, at least one.
        rule: How a gradient becomes a step.
        batch: The sentences to learn from.
        passes: How often each is used, 1 or more.
        generator: Of their order, the same for all.

    Raises:
        ValueError: If there is no such reader, no seed, or too few passes.
    """
    check_reader(reader)
    kind, ways = READERS[reader]
    halves = [
        networks(kind, slot_sizes(), [ways * seed + k for seed in seeds])
        for k in range(ways)
    ]
    theta = torch.cat(halves, dim=-1)
    memory, n = rule.init(theta), len(batch.lengths)
    for rows in shuffled_batches(n, min(SIZE, n), passes, generator=generator):
        part = chosen(batch, rows)
        watched = theta.detach().requires_grad_()
        scores = slot_scores(watched, reader, part).movedim(1, 0)
        labels = part.labels.expand(len(theta), -1, -1)
        loss = cross_entropy(scores.flatten(0, 2), labels.flatten())
        theta, memory = rule.step(theta, own_gradients(loss, watched, TAU), memory)
    return theta


def named_cities(
    theta: Float[Tensor, "networks parameters"],
    reader: str,
    batch: Batch,
    sentences: Bool[Tensor, " n"] | None = None,
) -> Float[Tensor, " networks"]:
    """Return the share of cities that each network puts into the right slot.

    Args:
        theta: A row a network.
        reader: One of `READERS`.
        batch: The sentences.
        sentences: True for those that count; None counts all.

    Raises:
        ValueError: If there is no such reader, theta is another one's, or no city
            counts.
    """
    truth = batch.labels
    city = (truth == LABELS.index("from")) | (truth == LABELS.index("to"))
    counted = city if sentences is None else city & sentences
    check_counted(counted)
    said = slot_scores(theta, reader, batch).argmax(dim=-1)  # (T, networks, n)
    right = (said == truth[:, None]) & counted[:, None]
    return right.sum(dim=(0, 2)) / counted.sum()


def check_counted(counted: Tensor) -> None:
    """Refuse sentences without anything to name.

    Raises:
        ValueError: If no city counts.
    """
    if not counted.any():
        raise ValueError("batch has no city that counts: give a sentence with one")


def check_reader(reader: str) -> None:
    """Refuse a reader that is none.

    Raises:
        ValueError: If there is no such reader.
    """
    if reader not in READERS:
        raise ValueError(f"reader is {reader}: choose one of {', '.join(READERS)}")
