"""CTC: the probability of a target, summed over all paths that spell it, and its slope.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), sections 4.1 and 4.2,
         equations 6 to 16, https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import pad

from ml2020.rnn.ctc_paths import NEVER, extended, frames_needed, may_skip
from ml2020.support.checks import check_label_scores, check_target

Scores = Float[Tensor, "T labels"]
Places = Float[Tensor, "T places"]


def log_forward(log_y: Scores, with_blanks: Sequence[int]) -> Places:
    """Return the logarithm of alpha: all ways to be at a place after each frame.

    Args:
        log_y: The logarithm of the probability of each label in each frame.
        with_blanks: The target, with blanks around all labels.
    """
    said = log_y[:, list(with_blanks)]
    skips = may_skip(with_blanks).to(log_y.device)
    alpha = torch.full_like(said, NEVER)
    alpha[0, :2] = said[0, :2]
    for t in range(1, len(said)):
        stay, step = alpha[t - 1], moved(alpha[t - 1], 1)
        skip = moved(alpha[t - 1], 2).masked_fill(~skips, NEVER)
        alpha[t] = torch.stack([stay, step, skip]).logsumexp(dim=0) + said[t]
    return alpha


def log_backward(log_y: Scores, with_blanks: Sequence[int]) -> Places:
    """Return the logarithm of beta: all ways to the end from a place, after each frame.

    The frame itself is not counted again, so alpha times beta is the probability of all
    ways through a place.
    """
    said = log_y[:, list(with_blanks)]
    skips = may_skip(with_blanks).to(log_y.device)
    beta = torch.full_like(said, NEVER)
    beta[-1, -2:] = 0
    for t in range(len(said) - 2, -1, -1):
        ahead = beta[t + 1] + said[t + 1]
        skip = moved(ahead.masked_fill(~skips, NEVER), -2)
        beta[t] = torch.stack([ahead, moved(ahead, -1), skip]).logsumexp(dim=0)
    return beta


def moved(row: Tensor, places: int) -> Tensor:
    """Return a row moved to the right (to the left if negative), with log 0 behind."""
    first = abs(places) - places
    return pad(row, (abs(places), abs(places)), value=NEVER)[first : first + len(row)]


class Loss(torch.autograd.Function):
    """The loss; torch's way back through the sums is NaN at places never reached."""

    @staticmethod
    def forward(ctx: Any, scores: Scores, *target: Any) -> Float[Tensor, ""]:
        """Return minus the logarithm of the sum."""
        ctx.save_for_backward(scores)
        ctx.target = target
        log_y = scores.double().log_softmax(dim=-1)
        alpha = log_forward(log_y, extended(*target))
        return -alpha[-1, -2:].logsumexp(dim=0).to(scores.dtype)

    @staticmethod
    def backward(ctx: Any, by_loss: Tensor) -> tuple[Tensor | None, ...]:
        """Return the slope by the scores."""
        (scores,) = ctx.saved_tensors
        return Slope.apply(by_loss, scores, *ctx.target), None, None  # type: ignore[no-untyped-call]


class Slope(torch.autograd.Function):
    """The slope of the loss, as a function of the scores that has no slope itself."""

    @staticmethod
    def forward(_: Any, by_loss: Tensor, scores: Scores, *target: Any) -> Scores:
        """Return the slope by the scores."""
        return by_loss * ctc_gradient(scores, *target)

    @staticmethod
    def backward(_: Any, *_by_slope: Tensor) -> None:
        """Refuse, since without a word a part of the second derivative would lack."""
        raise NotImplementedError("ctc_loss has one derivative: do not derive it twice")


def ctc_loss(
    scores: Scores, labels: Sequence[int], blank: int = 0
) -> Float[Tensor, ""]:
    """Return the negative logarithm of the probability of a target.

    It is summed in double, and its slope is `ctc_gradient`. To derive that slope, too,
    raises a NotImplementedError.

    Args:
        scores: Of each label in each frame; a softmax makes them probabilities.
        labels: The target, without blanks; it may be empty.
        blank: The label that says nothing.

    Raises:
        ValueError: If there is no frame, or too few for the target, a label or the
            blank is none of the scores', or a score is NaN or infinite.
    """
    check_ctc(scores, labels, blank)
    loss: Tensor = Loss.apply(scores, tuple(labels), blank)  # type: ignore[no-untyped-call]
    return loss


def ctc_gradient(scores: Scores, labels: Sequence[int], blank: int = 0) -> Scores:
    """Return the slope of the loss by each score: what is said minus what is meant.

    What is meant is the share of all ways that say a label in a frame. It is summed in
    double: in single precision long sequences lose a hundredth.

    Raises:
        ValueError: As `ctc_loss` does.
    """
    check_ctc(scores, labels, blank)
    log_y = scores.detach().double().log_softmax(dim=-1)
    with_blanks = extended(labels, blank)
    alpha = log_forward(log_y, with_blanks)
    beta = log_backward(log_y, with_blanks)
    through = (alpha + beta - alpha[-1, -2:].logsumexp(dim=0)).exp()
    meant = torch.zeros_like(log_y)
    places = torch.tensor(with_blanks, dtype=torch.int64, device=scores.device)
    meant.index_add_(1, places, through)
    return (log_y.exp() - meant).to(scores.dtype)


def check_ctc(scores: Tensor, labels: Sequence[int], blank: int) -> None:
    """Refuse what has no probability above 0.

    Raises:
        ValueError: As `ctc_loss` says.
    """
    check_label_scores(scores, blank)
    check_target("labels", labels, scores.shape[1], blank)
    need = frames_needed(labels)
    if len(scores) < need:
        raise ValueError(f"scores has {len(scores)} frames: labels need {need}")
