"""Viterbi: the best of all paths, exactly, in as many steps as there are words.

Chapter: book/rnn_structured.md
Source:  Viterbi (1967), https://doi.org/10.1109/TIT.1967.1054010; as in Rabiner (1989),
         section III.B, https://doi.org/10.1109/5.18626
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.chain import Chain
from ml2020.rnn.readouts import inside
from ml2020.rnn.tickets import PAST_THE_END
from ml2020.support.checks import check_chain_scores, check_path


def next_best(best: Tensor, y_t: Tensor, A: Tensor) -> tuple[Tensor, Tensor]:
    """Return the best score of a path to each label, and the label it comes from.

    Args:
        best: The best scores so far (n, labels).
        y_t: The scores of the next word (n, labels).
        A: The scores of neighbours (labels, labels).
    """
    ways = best[..., :, None] + A[..., None, :, :]  # (n, from, to)
    through, place = ways.max(dim=-2)
    return y_t + through, place


def best_paths(
    y: Float[Tensor, "T *networks n labels"],
    chain: Chain,
    lengths: Int[Tensor, " n"],
) -> Int[Tensor, "T *networks n"]:
    """Return the path with the greatest score for each sentence.

    Of paths that tie it is one.

    Args:
        y: The score of each label at each word, time first; behind the end anything.
        chain: The scores of neighbours; -inf forbids.
        lengths: Of the sentences.

    Returns:
        The labels; -100 behind the end.

    Raises:
        ValueError: If a score is NaN or inf, sums overflow, something does not fit, or
            a sentence has no path that is not forbidden.
    """
    check_chain_scores(y, chain, lengths)
    on = inside(lengths, len(y))[..., None]
    best, came = chain.begin[..., None, :] + y[0], []
    stay = torch.arange(y.shape[-1], device=y.device).expand(best.shape)
    for t in range(1, len(y)):
        longer, place = next_best(best, y[t], chain.A)
        best = torch.where(on[t], longer, best)
        came.append(torch.where(on[t], place, stay))
    score, label = (best + chain.end[..., None, :]).max(dim=-1)
    check_path(score)
    path = [label]
    for place in reversed(came):
        path.append(place.gather(-1, path[-1][..., None])[..., 0])
    return behind_the_end(torch.stack(path[::-1]), lengths)


def best_alone(
    y: Float[Tensor, "T *networks n labels"], lengths: Int[Tensor, " n"]
) -> Int[Tensor, "T *networks n"]:
    """Return the label with the greatest score at each word, whatever its neighbours.

    Raises:
        ValueError: If a score is NaN or inf, or a length is none.
    """
    labels = y.shape[-1]
    none = y.new_zeros(*y.shape[1:-2], labels)
    nothing = Chain(none, y.new_zeros(*y.shape[1:-2], labels, labels), none)
    check_chain_scores(y, nothing, lengths)
    return behind_the_end(y.argmax(dim=-1), lengths)


def behind_the_end(path: Tensor, lengths: Tensor) -> Tensor:
    """Return the labels with -100 behind the end of each sentence."""
    on = inside(lengths, len(path))
    return path.where(on.view(len(path), *[1] * (path.ndim - 2), -1), PAST_THE_END)
