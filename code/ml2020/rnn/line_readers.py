"""Line readers: small networks that score a column of a line by what is around it.

Chapter: book/rnn_ctc.md
Source:  our own; CTC takes scores from any network, as in Graves, Fernandez, Gomez and
         Schmidhuber (2006), section 3, https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.digit_lines import Lines
from ml2020.rnn.min_duration import lasting_path, lasting_text
from ml2020.support.checks import check_filled

AROUND, HIDDEN = 5, 32  # columns to each side; rectifiers
SHAPES = [(HIDDEN, 8 * (2 * AROUND + 1)), (1, HIDDEN), (11, HIDDEN), (1, 11)]
COUNTS = [rows * columns for rows, columns in SHAPES]
Theta = Float[Tensor, "networks parameters"]


def fresh_readers(seeds: Sequence[int]) -> Theta:
    """Return a network a seed, drawn as torch draws a layer: within 1/sqrt(inputs).

    Raises:
        ValueError: If there is no seed.
    """
    check_seeds(seeds)
    rows = []
    for seed in seeds:
        dice = torch.Generator().manual_seed(seed)
        drawn = 2 * torch.rand(sum(COUNTS), generator=dice, dtype=torch.float32) - 1
        first, last = drawn.split([sum(COUNTS[:2]), sum(COUNTS[2:])])  # type: ignore[no-untyped-call]
        inputs = SHAPES[0][1], SHAPES[2][1]
        rows.append(torch.cat([first / inputs[0] ** 0.5, last / inputs[1] ** 0.5]))
    return torch.stack(rows)


def line_scores(theta: Theta, lines: Lines) -> Float[Tensor, "T networks n labels"]:
    """Return the scores of blank and digits in each column.

    A column is seen with its neighbours; beyond the ends of a line there is no ink.

    Raises:
        ValueError: If theta has another length, or there is no line.
    """
    check_length(theta)
    check_filled("lines.X", lines.X, "line")
    T, n, dots = lines.X.shape
    ink = lines.X.to(theta.dtype)
    edge = ink.new_zeros(AROUND, n, dots)
    X = torch.cat([edge, ink, edge]).unfold(0, 2 * AROUND + 1, 1)
    X = X.reshape(T * n, -1)
    parts = theta.split(COUNTS, dim=-1)  # type: ignore[no-untyped-call]
    W, b, V, a = (
        part.view(-1, *shape) for part, shape in zip(parts, SHAPES, strict=True)
    )
    scores = (X @ W.mT + b).relu() @ V.mT + a  # (networks, T n, labels)
    return scores.view(len(theta), T, n, -1).movedim(1, 0)


def blank_share(
    scores: Float[Tensor, "T networks n labels"], lengths: Int[Tensor, " n"]
) -> Float[Tensor, " networks"]:
    """Return the mean probability of the blank over all columns."""
    columns = torch.arange(len(scores))[:, None, None] < lengths
    blank = scores.softmax(dim=-1)[..., 0] * columns
    return blank.sum(dim=(0, 2)) / lengths.sum()


def read_lines(theta: Theta, lines: Lines, least: int = 1) -> list[list[list[int]]]:
    """Return what each network reads in each line.

    Args:
        theta: The numbers of each network.
        lines: To be read.
        least: How many columns a digit lasts at least. With 1 a reading is what the
            best path spells, else equal digits may touch.

    Raises:
        ValueError: As `line_scores` does, or if the least is below 1.
    """
    scores = line_scores(theta, lines)
    lengths = lines.lengths.repeat(len(theta))
    paths = lasting_path(scores.flatten(1, 2), lengths, least)
    rows = paths.view(len(scores), len(theta), -1).movedim(0, -1).tolist()
    return [[lasting_text(path, least) for path in of_one] for of_one in rows]


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse networks without number.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("seeds is empty: give one for each network")


def check_length(theta: Tensor) -> None:
    """Refuse the numbers of another network.

    Raises:
        ValueError: If there are more or fewer.
    """
    if theta.shape[-1] != sum(COUNTS):
        has = theta.shape[-1]
        raise ValueError(f"theta has {has} numbers a row: give {sum(COUNTS)}")
