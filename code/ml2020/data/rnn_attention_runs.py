"""Runs of attention: what was trained beforehand for the page on attention.

Source:  tools/train_rnn_attention.py, tools/train_rnn_attention_looks.py and
         tools/train_rnn_attention_others.py; their records, with seeds, seconds and
         versions, are in ml2020/data/trained
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

SHA256 = {
    "rnn_attention.csv": "6509b4f6fbb0375282aa28356e37340ae484899178fd804ed69f74c2bde713b2",  # noqa: E501
    "rnn_attention_looks.csv": "168856f13b18b090f9a5b26badd954b72c91f17d5ab406284e7f0934007ab041",  # noqa: E501
    "rnn_attention_others.csv": "b002e9156fa971483ffaeda4065d533c6d4c73e0e49754288e4fcda0d91a5b65",  # noqa: E501
    "rnn_attention.npz": "4000d32ce521f06680c20867dd847b92f58c5af79834e336924c43edea07a645",  # noqa: E501
}


class AttentionRun(NamedTuple):
    """Networks of one kind that learned, at one rate, to map sequences to sequences."""

    task: str  # sounds, reversal, echo, or echo shuffled
    match: str  # dot, none, additive; or a table, with how many neighbours
    m: int  # units of the encoder in each direction; 0 for a table
    part: str  # of the sequences: choose or judge
    lr: float  # 0 for a table
    updates: int
    symbols: Networks  # the share of symbols that come out wrong
    sequences: Networks  # the share of sequences with at least one


class LookRun(NamedTuple):
    """Networks that learned to reverse: where they look, and what they need."""

    lr: float
    updates: int
    stream: int  # of the sequences that were learned from
    at_mirrored: Networks  # the share of steps with the greatest weight there
    at_said: Networks  # likewise, at the place of the symbol said just before
    right: Networks  # the share of right symbols, as learned
    by_mirrored: Networks  # likewise, if the mirrored place alone is read
    by_said: Networks  # likewise, that of the symbol said just before
    without_mirrored: Networks  # likewise, without the mirrored place
    without_said: Networks  # likewise, without the other one


class OtherRun(NamedTuple):
    """Memory networks of one kind."""

    name: str  # how many hops, and whether the first is told
    part: str  # of the stories: choose or judge
    lr: float
    updates: int
    wrong: Networks  # the share of wrong answers


@cache
def attention_runs() -> tuple[AttentionRun, ...]:
    """Return the runs with attention and without. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"task": str, "match": str, "m": int, "part": str, "lr": float}
    keys |= {"updates": int}
    name = "rnn_attention.csv"
    return tuple(AttentionRun(*run) for run in runs(name, SHA256[name], keys))


@cache
def look_runs() -> tuple[LookRun, ...]:
    """Return the runs of networks that reverse, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    name = "rnn_attention_looks.csv"
    found = runs(name, SHA256[name], {"lr": float, "updates": int, "stream": int})
    return tuple(LookRun(*run) for run in found)


@cache
def other_runs() -> tuple[OtherRun, ...]:
    """Return the runs of the others, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"name": str, "part": str, "lr": float, "updates": int}
    name = "rnn_attention_others.csv"
    return tuple(OtherRun(*run) for run in runs(name, SHA256[name], keys))


@cache
def sound_weights() -> dict[str, Tensor]:
    """Return the weights of a network that says how words sound, in float32.

    It has attention, 32 units in each direction, and learned longest. They were stored
    in 16 bits. Treat them as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return {k: w.float() for k, w in _stored("dot.").items()}


@cache
def sound_edits() -> dict[str, Float[Tensor, "networks words"]]:
    """Return how many edits each word needs that judges, by each network of a kind.

    The kinds are "dot 32 400": match, units, updates; "table 5", with 5 neighbours;
    "table hears 5", which counts what was said before, too.
    Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return {k: edits.double() for k, edits in _stored("edits.").items()}


def _stored(prefix: str) -> dict[str, Tensor]:
    name = "rnn_attention.npz"
    content = io.BytesIO(verified(f"trained/{name}", SHA256[name]))
    with np.load(content, allow_pickle=False) as stored:
        return {
            key.removeprefix(prefix): torch.from_numpy(stored[key])
            for key in stored.files
            if key.startswith(prefix)
        }
