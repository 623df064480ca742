"""A small shelf with two words glued, for tests: what stands where is known by hand."""

import torch

from ml2020.pretraining.shelf import Shelf

# words a b c d e f g h; h is spelled a; glosses 0 0 1 2 20
TEXTS = [[0, 1, 2], [7, 3], [4, 0, 5, 6], [1, 7], [2, 3, 0]]
LENGTHS = torch.tensor([len(row) for row in TEXTS])
MEANT = torch.tensor([k for row in TEXTS for k in row])
SMALL = Shelf(
    tuple("abcdefgh"),
    torch.where(MEANT == 7, 0, MEANT),
    MEANT,
    LENGTHS.cumsum(0) - LENGTHS,
    LENGTHS,
    torch.tensor([0, 0, 1, 2, 20]),
    torch.tensor([[0], [7]]),
)
ALL = torch.arange(5)


def spelled(k):
    """The words of a sentence as they are spelled."""
    return [0 if word == 7 else word for word in TEXTS[k]]
