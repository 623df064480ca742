"""Line teachers: the text alone, by CTC, or a mark at each column, by cross entropy.

Marks are true, or even, or even first and realigned by the network that learns.

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
from ml2020.rnn.line_marks import even_marks, true_marks
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


def by_text(scores: Tensor, lines: Lines, _: int) -> Tensor:
    """Return the slope of each network's mean CTC loss; nobody marks a column."""
    networks_, n = scores.shape[1:3]
    found = ctc_slopes(
        scores.flatten(1, 2), lines.lengths.repeat(networks_), lines.texts * networks_
    )
    return found.by_scores.view(scores.shape) / n


def by_realigned_marks(scores: Tensor, lines: Lines, step: int) -> Tensor:
    """Return what is said minus the likeliest path of the text; even marks at first."""
    if step < FLAT:
        return framewise(scores, even_marks(lines, parted=True), lines.lengths)
    networks_, n = scores.shape[1:3]
    marks = aligned(
        scores.flatten(1, 2), lines.lengths.repeat(networks_), lines.texts * networks_
    )
    return framewise(scores, marks.view(-1, networks_, n), lines.lengths)


def framewise(scores: Tensor, marks: Tensor, lengths: Tensor) -> Tensor:
    """Return what is said minus what is marked, for the mean over all columns."""
    columns = (torch.arange(len(scores))[:, None] < lengths)[:, None, :, None]
    truth = one_hot(marks, scores.shape[-1])
    if marks.ndim == 2:  # the same marks for all networks
        truth = truth[:, None]
    return (scores.softmax(dim=-1) - truth) * columns / lengths.sum()


def by_marks(
    mark: Callable[..., Tensor], parted: bool
) -> Callable[[Tensor, Lines, int], Tensor]:
    """Return the teacher that marks so, whatever a network says."""
    return lambda scores, lines, _: framewise(
        scores, mark(lines, parted=parted), lines.lengths
    )


TEACHERS: dict[str, Callable[[Tensor, Lines, int], Tensor]] = {
    "CTC": by_text,
    "realigned": by_realigned_marks,
    "even": by_marks(even_marks, False),
    "parted even": by_marks(even_marks, True),
    "true": by_marks(true_marks, False),
    "parted true": by_marks(true_marks, True),
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
        (g,) = torch.autograd.grad(scores, watched, slope)
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
