"""Linear-chain CRF: the probability of a whole path, its loss, and the loss's slopes.

Chapter: book/rnn_structured.md
Source:  Lafferty, McCallum and Pereira (2001), https://dl.acm.org/doi/10.5555/645530.655813;
         the structured perceptron: Collins (2002), https://doi.org/10.3115/1118693.1118694;
         with a margin: Tsochantaridis et al. (2005),
         https://www.jmlr.org/papers/v6/tsochantaridis05a.html
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.rnn.chain import (
    Chain,
    Labels,
    Lengths,
    Scores,
    log_partition,
    log_sum_exp,
    next_forward,
    path_score,
)
from ml2020.rnn.readouts import inside
from ml2020.rnn.viterbi import best_paths
from ml2020.support.checks import check_at_least, check_chain_scores, check_path


class Counts(NamedTuple):
    """How often, in the mean over all paths, a label or a pair of labels stands.

    Attributes:
        words: Each label at each word (T, n, labels), 0 behind the end.
        pairs: Each label (columns) right behind another (rows) (n, labels, labels).
    """

    words: Tensor
    pairs: Tensor


def crf_loss(
    y: Scores, chain: Chain, lengths: Lengths, s: Labels
) -> Float[Tensor, "*networks n"]:
    """Return minus the log probability of the right path for each sentence.

    Args:
        y: The score of each label at each word, time first.
        chain: The scores of neighbours.
        lengths: Of the sentences.
        s: The right labels; behind the end anything.

    Raises:
        ValueError: If a score is NaN or inf, sums overflow, a label is none, shapes do
            not fit, or a right path is forbidden.
    """
    right = path_score(y, chain, lengths, s)
    check_right(right)
    return log_partition(y, chain, lengths) - right


def hinge_loss(
    y: Float[Tensor, "T n labels"],
    chain: Chain,
    lengths: Int[Tensor, " n"],
    s: Labels,
    margin: float,
) -> Float[Tensor, " n"]:
    """Return by how much the best path, helped by its errors, beats the right one.

    With the margin 0 it is the structured perceptron's loss, with 1 that of a
    structured SVM that counts the wrong labels of a path.

    Args:
        y: The score of each label at each word, time first.
        chain: The scores of neighbours.
        lengths: Of the sentences.
        s: The right labels; behind the end anything.
        margin: What each wrong label adds to a path's score, 0 or more.

    Raises:
        ValueError: If a score is NaN or inf, sums overflow, a label is none, something
            does not fit, a right path is forbidden, or the margin is negative.
    """
    check_at_least("margin", margin, 0)
    right = path_score(y, chain, lengths, s)
    check_right(right)
    on = inside(lengths, len(y))
    wrong = 1 - one_hot(torch.where(on, s, 0), y.shape[-1]).to(y)
    helped = y + margin * wrong
    best = best_paths(helped, chain, lengths)  # places: they have no slopes
    return path_score(helped, chain, lengths, best) - right


def expected_counts(
    y: Float[Tensor, "T n labels"], chain: Chain, lengths: Int[Tensor, " n"]
) -> Counts:
    """Return how often each label and pair stands, in the mean over all paths.

    Forward from the left, backward from the right; where they meet, a probability.

    Args:
        y: The score of each label at each word, time first; behind the end anything.
        chain: The scores of neighbours; -inf forbids.
        lengths: Of the sentences.

    Raises:
        ValueError: If a score is NaN or inf, sums overflow, something does not fit, or
            a sentence has no path that is not forbidden.
    """
    check_chain_scores(y, chain, lengths)
    on = inside(lengths, len(y))
    y = torch.where(on[..., None], y, 0)  # padding has no slope, whatever it is
    alpha = [chain.begin + y[0]]
    for t in range(1, len(y)):
        longer = next_forward(alpha[-1], y[t], chain.A)
        alpha.append(torch.where(on[t, :, None], longer, alpha[-1]))
    log_Z = log_sum_exp(alpha[-1] + chain.end, dim=-1)[:, None]
    check_path(log_Z)
    beta = chain.end.expand(y.shape[1:])
    words, pairs = torch.zeros_like(y), y.new_zeros(y.shape[1], *chain.A.shape)
    for t in reversed(range(len(y))):
        words[t] = torch.where(on[t, :, None], (alpha[t] + beta - log_Z).exp(), 0)
        if t:
            ahead = y[t] + beta  # (n, labels)
            ways = alpha[t - 1][:, :, None] + chain.A + ahead[:, None, :]
            here = on[t, :, None, None]
            pairs += torch.where(here, (ways - log_Z[..., None]).exp(), 0)
            back = log_sum_exp(chain.A + ahead[:, None, :], dim=-1)
            beta = torch.where(on[t, :, None], back, beta)
    return Counts(words, pairs)


def check_right(score: Tensor) -> None:
    """Refuse right paths that cannot be.

    Raises:
        ValueError: If there is one.
    """
    if not (score > float("-inf")).all():
        raise ValueError("s has a path that is forbidden: allow it, or mend the labels")
