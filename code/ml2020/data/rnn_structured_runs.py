"""Structured runs: who was named, and how good slots were, at each setting.

Source:  tools/train_rnn_structured.py; its record, with seeds, seconds and versions, is
         in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

ANSWERS_SHA256 = "5b937b4bb4884cbb3ac445f9edc0cdfe0319157bc7fd0ed200849d649660b461"
SLOTS_SHA256 = "e47cbe684fc4b82f4a6d7230640644882bf31e29684b59b00026572fac20118e"


class AnswerRun(NamedTuple):
    """Five networks that give one answer to a sequence, at one rate and one stop."""

    task: str  # names or speakers
    readout: str  # last or mean
    lr: float
    passes: int
    choose: Networks  # share of right answers, on examples to choose by
    judge: Networks  # on those to judge on


class SlotRun(NamedTuple):
    """Five taggers, each with sentences of its own, at one setting and one stop."""

    name: str
    sentences: int  # to learn from
    setting: float  # the rate; of an HMM the smoothing
    updates: int
    choose_f1: Networks  # on sentences to choose by
    choose_whole: Networks
    choose_forbidden: Networks
    f1: Networks  # of slots, on sentences to judge on
    whole: Networks  # share of sentences without any error
    forbidden: Networks  # share of sentences with labels that no sentence means


@cache
def answer_runs() -> tuple[AnswerRun, ...]:
    """Return the runs of both tasks. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"task": str, "readout": str, "lr": float, "passes": int}
    found = runs("rnn_structured_answers.csv", ANSWERS_SHA256, keys)
    return tuple(AnswerRun(*run) for run in found)


@cache
def slot_runs() -> tuple[SlotRun, ...]:
    """Return the runs of all taggers. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"name": str, "sentences": int, "setting": float, "updates": int}
    found = runs("rnn_structured_slots.csv", SLOTS_SHA256, keys)
    return tuple(SlotRun(*run) for run in found)
