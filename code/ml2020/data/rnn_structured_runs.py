"""Structured runs: who was named, and how good slots were, at each setting.

Source:  tools/train_rnn_structured.py; its record, with seeds, seconds and versions, is
         in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

ANSWERS_SHA256 = "b041e9591483c6086cc9062ce7d4c784d4bae701da0c277b7fd7d9e90e0ec423"
SLOTS_SHA256 = "ea0205207ab2c18ee5490ffa89743881608a89edf8da8872a7ca9ebc2384a464"


class AnswerRun(NamedTuple):
    """Networks that give one answer to a sequence, with one setting and one stop."""

    stage: str  # choose or judge
    task: str  # names; mails; speakers; speakers, shuffled: frames in a drawn order
    readout: str  # last or mean
    lr: float
    decay: float  # of the weights, beside each step, as in AdamW
    passes: int
    right: Networks  # share of right answers on the examples of this stage


class SlotRun(NamedTuple):
    """Taggers, each with sentences of its own, with one setting and one stop."""

    stage: str  # choose, judge, or long: some of judge, trained on
    name: str
    sentences: int  # to learn from
    setting: float  # the rate; of an HMM the smoothing
    decay: float
    dropped: float  # probability that a word is left out while it learns
    updates: int
    f1: Networks  # of slots, on the sentences of this stage
    whole: Networks  # share of sentences without any error
    forbidden: Networks  # share of sentences whose labels break the rules


@cache
def answer_runs() -> tuple[AnswerRun, ...]:
    """Return the runs of all tasks. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"stage": str, "task": str, "readout": str, "lr": float, "decay": float}
    found = runs("rnn_structured_answers.csv", ANSWERS_SHA256, keys | {"passes": int})
    return tuple(AnswerRun(*run) for run in found)


@cache
def slot_runs() -> tuple[SlotRun, ...]:
    """Return the runs of all taggers. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"stage": str, "name": str, "sentences": int, "setting": float}
    keys |= {"decay": float, "dropped": float, "updates": int}
    found = runs("rnn_structured_slots.csv", SLOTS_SHA256, keys)
    return tuple(SlotRun(*run) for run in found)
