"""Voices: an utterance of any length as the means of its thirds.

Chapter: book/attack_find.md
Source:  the chapter's own; for the utterances see ml2020.data.japanese_vowels
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

PARTS = 3


class Voices(NamedTuple):
    """Utterances side by side, 0 behind the end of each, and their lengths."""

    X: Float[Tensor, "n frames cepstra"]
    lengths: Int[Tensor, " n"]


def voices(utterances: Sequence[Float[Tensor, "_ cepstra"]]) -> Voices:
    """Return utterances side by side.

    Raises:
        ValueError: If there is none, or one is shorter than three frames.
    """
    lengths = torch.tensor([len(u) for u in utterances], dtype=torch.int64)
    check_long(lengths)
    return Voices(pad_sequence(list(utterances), batch_first=True), lengths)


def thirds(spoken: Voices) -> Float[Tensor, "n numbers"]:
    """Return the mean of the first, the middle and the last third of each utterance.

    Raises:
        ValueError: If one is shorter than three frames.
    """
    check_long(spoken.lengths)
    t = torch.arange(spoken.X.shape[1])
    part = (PARTS * t) // spoken.lengths[:, None]  # 3 and more: behind the end
    means = []
    for k in range(PARTS):
        here = (part == k).to(spoken.X)
        share = here / here.sum(dim=1, keepdim=True)
        means.append((share[..., None] * spoken.X).sum(dim=1))
    return torch.cat(means, dim=1)


def check_long(lengths: Tensor) -> None:
    """Refuse utterances that have no three thirds.

    Raises:
        ValueError: If there is none, or one is shorter than three frames.
    """
    if not len(lengths) or int(lengths.min()) < PARTS:
        raise ValueError(f"utterances are too short: give some, {PARTS} frames or more")
