"""Line readers: networks that read lines of digits from both ends, and what they say.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), section 5: a network
         that reads both ways, a best path, https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.bidirectional import scores_both_ways
from ml2020.rnn.ctc_paths import collapse
from ml2020.rnn.digit_lines import Lines
from ml2020.rnn.first_weights import networks
from ml2020.rnn.network import Sizes, unpacked

KIND, READER_SIZES = "GRU", Sizes(8, 24, 11)  # ten digits and the blank
Theta = Float[Tensor, "networks parameters"]


def fresh_readers(seeds: Sequence[int]) -> Theta:
    """Return a network a seed, one half to read on, one to read back.

    Raises:
        ValueError: If there is no seed.
    """
    halves = [
        networks(KIND, READER_SIZES, [2 * seed + k for seed in seeds]) for k in (0, 1)
    ]
    return torch.cat(halves, dim=-1)


def shy_of_blanks(theta: Theta, shyness: float = 4.0) -> Theta:
    """Return networks that say the blank less readily at first, all else equal.

    Args:
        theta: The numbers of networks.
        shyness: By how much the score of the blank is lowered in each column.

    Raises:
        ValueError: If theta has another length than such a network.
    """
    theta = theta.clone()
    on = theta[..., : theta.shape[-1] // 2]
    _, _, a = unpacked(on, KIND, READER_SIZES)
    a[..., 0] -= shyness
    return theta


def line_scores(theta: Theta, lines: Lines) -> Float[Tensor, "T networks n labels"]:
    """Return the scores of blank and digits in each column.

    Raises:
        ValueError: If theta has another length than such a network.
    """
    return scores_both_ways(theta, KIND, READER_SIZES, lines.X, lines.lengths)


def blank_share(
    scores: Float[Tensor, "T networks n labels"], lengths: Int[Tensor, " n"]
) -> Float[Tensor, " networks"]:
    """Return the mean probability of the blank over all columns."""
    columns = torch.arange(len(scores))[:, None, None] < lengths
    blank = scores.softmax(dim=-1)[..., 0] * columns
    return blank.sum(dim=(0, 2)) / lengths.sum()


def read_lines(theta: Theta, lines: Lines) -> list[list[list[int]]]:
    """Return what the best path of each line spells, for each network."""
    best = line_scores(theta, lines).argmax(dim=-1).movedim(0, -1).tolist()
    return [
        [collapse(row[:T]) for row, T in zip(rows, lines.lengths.tolist(), strict=True)]
        for rows in best
    ]
