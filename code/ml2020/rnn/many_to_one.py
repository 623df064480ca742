"""Many to one: a recurrent network reads a sequence and gives one answer.

Chapter: book/rnn_structured.md
Source:  Lee (2020), recurrent networks: many to one
"""

from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import Rule, shuffled_batches
from ml2020.rnn.clipping import own_gradients
from ml2020.rnn.network import KINDS, Sizes, Theta, states_of, unpacked
from ml2020.rnn.readouts import READOUTS
from ml2020.rnn.sequences import Sequences, picked
from ml2020.support.checks import check_filled, check_finite, check_read, check_shape

SIZE, TAU = 32, 1.0  # of a batch; the greatest length of a gradient


def answer_scores(
    theta: Theta, kind: str, sizes: Sizes, readout: str, sequences: Sequences
) -> Float[Tensor, "*networks n outputs"]:
    """Return the scores of the classes for each sequence.

    Args:
        theta: The numbers of the networks, a row each.
        kind: One of `KINDS`.
        sizes: Of each network.
        readout: One of `READOUTS`.
        sequences: What is read; the answers are not looked at.

    Raises:
        ValueError: If there is no such readout, an input or a number of a network is
            NaN or infinite, or something does not fit.
    """
    check_readout(readout)
    check_read("X", sequences.X, sequences.lengths)
    check_finite("theta", theta, "lower the rate, or draw it anew")
    V, a = unpacked(theta, kind, sizes)[1:]
    states = states_of(theta, kind, sizes, sequences.X)
    h = torch.stack([KINDS[kind].says(state) for state in states])
    return READOUTS[readout](h, sequences.lengths) @ V.mT + a


def learning_answers(
    theta: Float[Tensor, "networks parameters"],
    kind: str,
    sizes: Sizes,
    readout: str,
    rule: Rule[Any],
    sequences: Sequences,
    passes: int,
    *,
    generator: torch.Generator | None = None,
) -> Iterator[Float[Tensor, "networks parameters"]]:
    """Train networks side by side, and yield theta after each pass.

    Args:
        theta: The first numbers, a row a network.
        kind: One of `KINDS`.
        sizes: Of each network.
        readout: One of `READOUTS`.
        rule: How a gradient becomes a step.
        sequences: To learn from.
        passes: How often each is used, 1 or more.
        generator: Of their order, the same for all networks.

    Raises:
        ValueError: If there is no network or pass, an answer is missing or no class,
            or something does not fit.
    """
    check_filled("theta", theta, "network")
    check_answers(sequences, sizes.outputs)
    memory, n = rule.init(theta), len(sequences.lengths)
    size = min(SIZE, n)
    batches = shuffled_batches(n, size, passes, generator=generator)
    a_pass = len(batches) // passes
    for k, rows in enumerate(batches, start=1):
        part = picked(sequences, rows)
        watched = theta.detach().requires_grad_()
        scores = answer_scores(watched, kind, sizes, readout, part)
        answers = part.answers.repeat(len(theta))
        loss = cross_entropy(scores.flatten(0, 1), answers)
        theta, memory = rule.step(theta, own_gradients(loss, watched, TAU), memory)
        if k % a_pass == 0:
            yield theta


def share_named(
    theta: Theta, kind: str, sizes: Sizes, readout: str, sequences: Sequences
) -> Float[Tensor, "*networks"]:
    """Return the share of sequences to which each network gives the right answer.

    Raises:
        ValueError: As `answer_scores` does, or if there is not an answer for each.
    """
    check_shape("answers", sequences.answers, (len(sequences.lengths),))
    scores = answer_scores(theta, kind, sizes, readout, sequences)
    right = scores.argmax(dim=-1) == sequences.answers
    return right.to(theta).mean(dim=-1)


def check_readout(readout: str) -> None:
    """Refuse a readout that is none.

    Raises:
        ValueError: If there is no such readout.
    """
    if readout not in READOUTS:
        raise ValueError(f"readout is {readout}: choose one of {', '.join(READOUTS)}")


def check_answers(sequences: Sequences, classes: int) -> None:
    """Refuse answers that are no class, too few, or too many.

    Raises:
        ValueError: If there is one, or they are not in 64 whole bits.
    """
    answers = sequences.answers
    check_shape("answers", answers, (len(sequences.lengths),))
    if answers.dtype != torch.int64:
        raise ValueError(f"answers are {answers.dtype}: give answers.long()")
    if not ((answers >= 0) & (answers < classes)).all():
        raise ValueError(f"answers are outside 0 to {classes - 1}: mend them")
