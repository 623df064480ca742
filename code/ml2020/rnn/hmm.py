"""HMM: labels follow each other by chance, each says its word by chance; all counted.

Chapter: book/rnn_structured.md
Source:  Rabiner (1989), section II, https://doi.org/10.1109/5.18626; Lee (2020),
         structured learning: sequence labelling
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.rnn.chain import Chain
from ml2020.rnn.readouts import inside
from ml2020.support.checks import (
    check_at_least,
    check_finite,
    check_labels_within,
    check_lengths,
    check_like,
    check_positive,
    check_shape,
)


class HMM(NamedTuple):
    """A hidden Markov model, as logs of probabilities.

    Attributes:
        chain: Of the first label, of each label behind another, of the end behind it.
        emission: Of each word under each label (labels, places).
    """

    chain: Chain
    emission: Tensor


def counted(
    X: Float[Tensor, "T n places"],
    lengths: Int[Tensor, " n"],
    s: Int[Tensor, "T n"],
    labels: int,
    smoothing: float,
) -> HMM:
    """Return the HMM that counting gives.

    Args:
        X: The words, 1-of-N.
        lengths: Of the sentences.
        s: The labels; behind the end anything.
        labels: How many there are.
        smoothing: What is added to each count, so that none is 0; positive.

    Raises:
        ValueError: If a label or a length is none, a word or what stands behind an
            end is no number or negative, or the smoothing is not positive, lost in the
            counts, or overflows.
    """
    check_at_least("labels", labels, 1)
    check_lengths(X, lengths)
    check_words(X)
    check_smoothing(smoothing, X, labels)
    check_labels_within(s, lengths, labels)
    on = inside(lengths, len(X))
    own = one_hot(torch.where(on, s, 0), labels).to(X) * on[..., None]
    begin = own[0].sum(dim=0)
    emission = torch.einsum("tnl,tnp->lp", own, X)
    A = torch.einsum("tnk,tnl->kl", own[:-1], own[1:])
    end = own.sum(dim=(0, 1)) - A.sum(dim=-1)  # what is not followed is the last
    behind = shares(torch.cat([A, end[:, None]], dim=-1) + smoothing)
    chain = Chain(shares(begin + smoothing), behind[:, :-1], behind[:, -1])
    return HMM(chain, shares(emission + smoothing))


def shares(counts: Tensor) -> Tensor:
    """Return the logs of the shares in each row."""
    return (counts / counts.sum(dim=-1, keepdim=True)).log()


def emission_scores(
    hmm: HMM, X: Float[Tensor, "T n places"]
) -> Float[Tensor, "T n labels"]:
    """Return the log probability of each word under each label; 0 behind the end.

    Raises:
        ValueError: If the words have other places than those that were counted, or are
            of another type.
    """
    check_shape("X", X, (*X.shape[:-1], hmm.emission.shape[-1]))
    check_like("X", X, "hmm.emission", hmm.emission)
    return X @ hmm.emission.mT


def check_words(X: Tensor) -> None:
    """Refuse words that cannot be counted; what stands behind an end is added, too.

    Raises:
        ValueError: If a number is NaN, infinite or negative.
    """
    check_finite("X", X, "mend those words, and put zeros behind the ends")
    if (X < 0).any():
        raise ValueError("X has numbers below 0: give each word 1-of-N")


def check_smoothing(smoothing: float, X: Tensor, labels: int) -> None:
    """Refuse a smoothing that is no number above 0 in the type of the shares.

    Raises:
        ValueError: If it is not positive, or a share of it underflows or overflows.
    """
    check_positive("smoothing", smoothing)
    T, n, places = X.shape
    kind = torch.finfo(torch.result_type(X, 1.0))
    count = T * n + labels + places  # no row adds up to more, but for the smoothing
    least, most = kind.tiny * count, kind.max / count
    if not least <= smoothing <= most:
        ends = f"{least:.1e} to {most:.1e}"
        raise ValueError(f"smoothing is {smoothing}: give {ends}, or X.double()")
