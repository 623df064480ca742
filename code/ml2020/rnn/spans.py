"""Spans: slots found, slots meant, and F1; whole sentences; forbidden ones.

Chapter: book/rnn_structured.md
Source:  F1 as in the shared task of Tjong Kim Sang and Buchholz (2000),
         https://aclanthology.org/W00-0726/; a slot counts if its words and its kind are
         right
"""

from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.rnn.chain import path_score
from ml2020.rnn.grammar import grammar_chain
from ml2020.rnn.spoken import TAGS
from ml2020.support.checks import check_labels_within, check_shape

Paths = Int[Tensor, "T n"]
Lengths = Int[Tensor, " n"]


class Marks(NamedTuple):
    """How good labels are.

    Attributes:
        f1: Of slots, from 0 to 1.
        whole: The share of sentences without any error.
        forbidden: The share of sentences with labels that no sentence means.
    """

    f1: float
    whole: float
    forbidden: float


def spans(labels: list[int]) -> set[tuple[str, int, int]]:
    """Return the slots of a sentence: their kind, first place, and place behind.

    A slot begins with its B and goes on while I of the same kind follow. An I without
    its B is no slot.

    Raises:
        ValueError: If a label is none.
    """
    check_tags(labels)
    found = set()
    for begin, label in enumerate(labels):
        first, _, kind = TAGS[label].partition("-")
        if first == "B":
            end = begin + 1
            while end < len(labels) and TAGS[labels[end]] == f"I-{kind}":
                end += 1
            found.add((kind, begin, end))
    return found


def marks(said: Paths, spoken_s: Paths, lengths: Lengths) -> Marks:
    """Return how good labels are; F1 is 0 if no slot is found or none is there.

    Args:
        said: The labels to be judged.
        spoken_s: The labels that were meant.
        lengths: Of the sentences.

    Raises:
        ValueError: If the two have other shapes, a label is none, or there is no
            sentence.
    """
    check_judged(said, spoken_s, lengths)
    hits = found = there = whole = 0
    rows = zip(said.T.tolist(), spoken_s.T.tolist(), lengths.tolist(), strict=True)
    for mine, right, length in rows:
        one, other = spans(mine[:length]), spans(right[:length])
        hits, found, there = (
            hits + len(one & other),
            found + len(one),
            there + len(other),
        )
        whole += mine[:length] == right[:length]
    f1 = 2 * hits / max(found + there, 1)
    n = len(lengths)
    return Marks(f1, whole / n, len(forbidden(said, lengths)) / n)


def forbidden(said: Paths, lengths: Lengths) -> list[int]:
    """Return the numbers of the sentences whose labels no sentence means."""
    silent = torch.zeros(*said.shape, len(TAGS), dtype=torch.float32)
    score = path_score(silent, grammar_chain(), lengths, said)
    return (score < 0).nonzero()[:, 0].tolist()


def check_judged(said: Tensor, spoken_s: Tensor, lengths: Tensor) -> None:
    """Refuse what cannot be judged.

    Raises:
        ValueError: If shapes differ, there is no sentence, or a label is none.
    """
    check_shape("said", said, tuple(spoken_s.shape))
    check_shape("lengths", lengths, (spoken_s.shape[1],))
    if not len(lengths):
        raise ValueError("lengths is empty: give at least one sentence")
    for labels in (said, spoken_s):
        check_labels_within(labels, lengths, len(TAGS))


def check_tags(labels: list[int]) -> None:
    """Refuse labels that are none.

    Raises:
        ValueError: If there is one.
    """
    if not all(0 <= label < len(TAGS) for label in labels):
        raise ValueError(f"labels are outside 0 to {len(TAGS) - 1}: mend them")
