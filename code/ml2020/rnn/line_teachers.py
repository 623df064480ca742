"""Line teachers: the text alone, by CTC, or a mark at each column, by cross entropy.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), sections 4.2 and 5.2,
         https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.gradient_descent import Rule
from ml2020.rnn.clipping import clipped
from ml2020.rnn.ctc_batch import ctc_slopes
from ml2020.rnn.digit_lines import Lines, even_marks
from ml2020.rnn.line_readers import Theta, blank_share, line_scores
from ml2020.support.checks import check_at_least

TAU = 1.0  # the greatest length of a network's gradient


class Taught(NamedTuple):
    """What became of networks, and how they went there.

    Attributes:
        theta: Their numbers (networks, parameters).
        silence: The mean probability of the blank at each update (updates, networks).
    """

    theta: Tensor
    silence: Tensor


def by_text(scores: Tensor, lines: Lines) -> Tensor:
    """Return the slope of each network's mean CTC loss; nobody marks a column."""
    networks_, n = scores.shape[1:3]
    found = ctc_slopes(
        scores.flatten(1, 2), lines.lengths.repeat(networks_), lines.texts * networks_
    )
    return found.by_scores.view(scores.shape) / n


def by_marks(scores: Tensor, lines: Lines) -> Tensor:
    """Return the slope of the mean cross entropy over columns, as they were glued."""
    return framewise(scores, lines.marks, lines.lengths)


def by_even_marks(scores: Tensor, lines: Lines) -> Tensor:
    """Return the same for digits that are thought to be equally wide."""
    return framewise(scores, even_marks(lines), lines.lengths)


def framewise(scores: Tensor, marks: Tensor, lengths: Tensor) -> Tensor:
    """Return what is said minus what is marked, for the mean over all columns."""
    columns = (torch.arange(len(scores))[:, None] < lengths)[:, None, :, None]
    truth = one_hot(marks, scores.shape[-1])[:, None]
    return (scores.softmax(dim=-1) - truth) * columns / lengths.sum()


TEACHERS: dict[str, Callable[[Tensor, Lines], Tensor]] = {
    "CTC": by_text,
    "even marks": by_even_marks,
    "true marks": by_marks,
}


def taught(
    theta: Theta,
    teacher: str,
    rule: Rule[Any],
    draw: Callable[[], Lines],
    steps: int,
) -> Taught:
    """Train networks side by side on fresh lines.

    Args:
        theta: The first numbers, a row a network.
        teacher: One of `TEACHERS`.
        rule: How a gradient becomes a step.
        draw: Gives the lines of the next update.
        steps: Updates, 1 or more.

    Raises:
        ValueError: If there is no such teacher, or too few updates.
    """
    check_teacher(teacher)
    check_at_least("steps", steps, 1)
    memory, silence = rule.init(theta), []
    for _ in range(steps):
        lines = draw()
        watched = theta.detach().requires_grad_()
        scores = line_scores(watched, lines)
        slope = TEACHERS[teacher](scores.detach(), lines)
        (g,) = torch.autograd.grad(scores, watched, slope)
        theta, memory = rule.step(theta, clipped(g, TAU), memory)
        silence.append(blank_share(scores.detach(), lines.lengths))
    return Taught(theta, torch.stack(silence))


def check_teacher(teacher: str) -> None:
    """Refuse a teacher that is none.

    Raises:
        ValueError: If there is no such teacher.
    """
    if teacher not in TEACHERS:
        raise ValueError(f"teacher is {teacher}: choose one of {', '.join(TEACHERS)}")
