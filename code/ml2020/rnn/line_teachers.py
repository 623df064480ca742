"""Line teachers: the text alone, by CTC, or a mark at each column, by cross entropy.

Marks are true, or even, or even first and realigned by the network that learns. What
they ask for is the mean over lines of a sum over columns, as the loss of CTC is.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), sections 4.2 and 5.2,
         https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.gradient_descent import Rule
from ml2020.rnn.clipping import clipped
from ml2020.rnn.ctc_align import aligned
from ml2020.rnn.ctc_batch import ctc_slopes
from ml2020.rnn.digit_lines import Lines
from ml2020.rnn.line_marks import even_marks
from ml2020.rnn.line_readers import Theta, blank_share, line_scores
from ml2020.support.checks import check_at_least

TAU = 1.0  # the greatest length of a network's gradient
FLAT = 150  # updates with even marks, before a network marks for itself


class Taught(NamedTuple):
    """What became of networks, and how they went there.

    Attributes:
        theta: Their numbers (networks, parameters).
        silence: The mean probability of the blank at each update (updates, networks).
        stopped: Their numbers after some updates.
    """

    theta: Tensor
    silence: Tensor
    stopped: dict[int, Tensor]


Teacher = Callable[[Tensor, Lines, int], Tensor]  # scores, lines, update: a slope


def by_text(scores: Tensor, lines: Lines, _: int) -> Tensor:
    """Return the slope of each network's CTC loss; nobody marks a column."""
    networks_ = scores.shape[1]
    found = ctc_slopes(
        scores.flatten(1, 2), lines.lengths.repeat(networks_), lines.texts * networks_
    )
    return found.by_scores.view(scores.shape)


def by_marks(mark: Callable[[Lines], Tensor]) -> Teacher:
    """Return the teacher that marks so, whatever a network says."""
    return lambda scores, lines, _: framewise(scores, mark(lines)[:, None], lines)


def by_realigned_marks(flat: int) -> Teacher:
    """Return the teacher that takes a network's own likeliest path of the text as true.

    Args:
        flat: For how many updates before that the marks are even, with gaps.
    """

    def teach(scores: Tensor, lines: Lines, step: int) -> Tensor:
        if step < flat:
            return framewise(scores, even_marks(lines, gaps=True)[:, None], lines)
        networks_ = scores.shape[1]
        marks = aligned(
            scores.flatten(1, 2),
            lines.lengths.repeat(networks_),
            lines.texts * networks_,
        )
        return framewise(scores, marks.view(scores.shape[:3]), lines)

    return teach


def framewise(scores: Tensor, marks: Tensor, lines: Lines) -> Tensor:
    """Return what is said minus what is marked, in each column of each line."""
    columns = (torch.arange(len(scores))[:, None] < lines.lengths)[:, None, :, None]
    return (scores.softmax(dim=-1) - one_hot(marks, scores.shape[-1])) * columns


TEACHERS: dict[str, Teacher] = {
    "CTC": by_text,
    "realigned": by_realigned_marks(FLAT),
    "realigned at once": by_realigned_marks(0),
    "even": by_marks(even_marks),
    "even with gaps": by_marks(lambda lines: even_marks(lines, gaps=True)),
    "true": by_marks(lambda lines: lines.marks),
}


def taught(
    theta: Theta,
    teacher: str,
    rule: Rule[Any],
    draw: Callable[[], Lines],
    steps: int,
    stops: Sequence[int] = (),
) -> Taught:
    """Train networks side by side on fresh lines.

    Args:
        theta: The first numbers, a row a network.
        teacher: One of `TEACHERS`.
        rule: How a gradient becomes a step.
        draw: Gives the lines of the next update.
        steps: Updates, 1 or more.
        stops: After which of them the numbers are kept, too.

    Raises:
        ValueError: If there is no such teacher, or too few updates.
    """
    check_teacher(teacher)
    check_at_least("steps", steps, 1)
    memory, silence, stopped = rule.init(theta), [], {}
    for step in range(steps):
        lines = draw()
        watched = theta.detach().requires_grad_()
        scores = line_scores(watched, lines)
        slope = TEACHERS[teacher](scores.detach(), lines, step)
        (g,) = torch.autograd.grad(scores, watched, slope / scores.shape[2])
        theta, memory = rule.step(theta, clipped(g, TAU), memory)
        silence.append(blank_share(scores.detach(), lines.lengths))
        if step + 1 in stops:
            stopped[step + 1] = theta
    return Taught(theta, torch.stack(silence), stopped)


def check_teacher(teacher: str) -> None:
    """Refuse a teacher that is none.

    Raises:
        ValueError: If there is no such teacher.
    """
    if teacher not in TEACHERS:
        raise ValueError(f"teacher is {teacher}: choose one of {', '.join(TEACHERS)}")
