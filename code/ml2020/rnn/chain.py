"""Chain: the score of a whole path of labels, and the sum over all paths.

Chapter: book/rnn_structured.md
Source:  Lafferty, McCallum and Pereira (2001), https://dl.acm.org/doi/10.5555/645530.655813;
         the forward algorithm as in Rabiner (1989), section III.A, there as products,
         https://doi.org/10.1109/5.18626
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.readouts import inside
from ml2020.support.checks import check_chain_scores, check_labels_within

Scores = Float[Tensor, " T *networks n labels"]
Labels = Int[Tensor, "T n"]
Lengths = Int[Tensor, " n"]


class Chain(NamedTuple):
    """What labels say of their neighbours, whatever the words; -inf forbids.

    Many networks at once have one more axis in front.

    Attributes:
        begin: The score of a label that comes first (labels,).
        A: The score of each label (columns) behind another (rows) (labels, labels).
        end: The score of a label that comes last (labels,).
    """

    begin: Tensor
    A: Tensor
    end: Tensor


def path_score(
    y: Scores, chain: Chain, lengths: Lengths, s: Labels
) -> Float[Tensor, "*networks n"]:
    """Return the score of one path of labels for each sentence.

    Args:
        y: The score of each label at each word, time first.
        chain: The scores of neighbours.
        lengths: Of the sentences.
        s: The paths; behind the end anything.

    Raises:
        ValueError: If a score is NaN or inf, sums overflow, a label is none, or shapes
            do not fit.
    """
    check_chain_scores(y, chain, lengths)
    check_labels_within(s, lengths, y.shape[-1])
    on = inside(lengths, len(y))
    s = torch.where(on, s, 0)
    rows = y.movedim(0, -3)  # (*networks, T, n, labels)
    own = rows.gather(-1, s[..., None].expand(*rows.shape[:-1], 1))[..., 0]
    words = torch.where(on, own, 0).sum(dim=-2)
    steps = torch.where(on[1:], chain.A[..., s[:-1], s[1:]], 0).sum(dim=-2)
    last = s[lengths - 1, torch.arange(len(lengths), device=s.device)]
    return chain.begin[..., s[0]] + words + steps + chain.end[..., last]


def log_sum_exp(scores: Tensor, dim: int) -> Tensor:
    """Return the log of the sum of exp(score); -inf where all are forbidden.

    There the slopes are 0, of which torch's own makes NaN.
    """
    some = (scores > float("-inf")).any(dim=dim, keepdim=True)
    total = torch.where(some, scores, 0).logsumexp(dim=dim)
    return total.where(some.squeeze(dim), float("-inf"))


def next_forward(alpha: Tensor, y_t: Tensor, A: Tensor) -> Tensor:
    """Return the log sums over all paths that end at each label, one word later.

    Args:
        alpha: The log sums so far (n, labels).
        y_t: The scores of the word (n, labels).
        A: The scores of neighbours (labels, labels).
    """
    ways = alpha[..., :, None] + A[..., None, :, :]  # (n, from, to)
    return y_t + log_sum_exp(ways, dim=-2)


def log_partition(
    y: Scores, chain: Chain, lengths: Lengths
) -> Float[Tensor, "*networks n"]:
    """Return log Z, the log of the sum of exp(score) over all paths of a sentence.

    It is -inf where each path is forbidden; its slopes are 0 there.

    Args:
        y: The score of each label at each word, time first.
        chain: The scores of neighbours.
        lengths: Of the sentences.

    Raises:
        ValueError: If a score is NaN or inf, sums overflow, or something does not fit.
    """
    check_chain_scores(y, chain, lengths)
    on = inside(lengths, len(y))[..., None]
    alpha = chain.begin[..., None, :] + y[0]
    for t in range(1, len(y)):
        alpha = torch.where(on[t], next_forward(alpha, y[t], chain.A), alpha)
    return log_sum_exp(alpha + chain.end[..., None, :], dim=-1)
