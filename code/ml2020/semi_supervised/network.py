"""Network: many small ones side by side, each with pictures of its own.

Chapter: book/semi_supervised.md
Source:  the perceptron of the lecture on deep learning; first numbers as torch draws
         those of a linear layer
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import pad

from ml2020.semi_supervised.digit_task import CLASSES
from ml2020.support.checks import check_shape

DOTS, HIDDEN, SIDE = 64, 32, 8
SHAPES = [(HIDDEN, DOTS), (1, HIDDEN), (CLASSES, HIDDEN), (1, CLASSES)]
COUNTS = [rows * columns for rows, columns in SHAPES]
Theta = Float[Tensor, "networks parameters"]


def fresh(seeds: Sequence[int]) -> Theta:
    """Return a network a seed, drawn within 1/sqrt(inputs).

    Raises:
        ValueError: If there is no seed.
    """
    check_seeds(seeds)
    rows = []
    for seed in seeds:
        dice = torch.Generator().manual_seed(seed)
        drawn = 2 * torch.rand(sum(COUNTS), generator=dice, dtype=torch.float32) - 1
        first, last = drawn.split([sum(COUNTS[:2]), sum(COUNTS[2:])])  # type: ignore[no-untyped-call]
        rows.append(torch.cat([first / DOTS**0.5, last / HIDDEN**0.5]))
    return torch.stack(rows)


def network_scores(
    theta: Theta, X: Float[Tensor, "networks n 64"]
) -> Float[Tensor, "networks n 10"]:
    """Return what each network says of its pictures.

    Raises:
        ValueError: If theta has another length.
    """
    check_length(theta)
    parts = theta.split(COUNTS, dim=-1)  # type: ignore[no-untyped-call]
    W, b, V, a = (
        part.view(-1, *shape) for part, shape in zip(parts, SHAPES, strict=True)
    )
    return (X @ W.mT + b).relu() @ V.mT + a


def shift_table() -> Int[Tensor, "9 64"]:
    """Return for each of nine shifts which dot of a picture with a rim goes where."""
    wide = SIDE + 2
    inner = torch.arange(SIDE)
    return torch.stack(
        [
            ((inner + down)[:, None] * wide + inner + right).flatten()
            for down in range(3)
            for right in range(3)
        ]
    )


def augmented(
    X: Float[Tensor, "networks n 64"], *, generator: torch.Generator | None = None
) -> Float[Tensor, "networks n 64"]:
    """Return each picture shifted by half a dot at most, to a side or a corner.

    It is mixed with itself, shifted by a whole dot; what comes in is paper.

    Args:
        X: Pictures of 8 by 8 dots, row by row.
        generator: The dice.
    """
    networks_, n, _ = X.shape
    rimmed = pad(X.view(networks_, n, SIDE, SIDE), (1, 1, 1, 1)).flatten(2)
    where = torch.randint(9, (networks_, n), generator=generator)
    far = torch.rand(networks_, n, 1, generator=generator, dtype=torch.float32) / 2
    return X + far.to(X) * (rimmed.gather(2, shift_table()[where]) - X)


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
    check_shape("theta", theta, (len(theta), sum(COUNTS)))
