"""Answers: what a network answers, word by word, and how many answers are right.

Chapter: book/conditional_generation_pointing.md
Source:  the word most looked at in the place of an unknown one: Luong, Sutskever, Le,
         Vinyals and Zaremba (2015), https://doi.org/10.3115/v1/P15-1002, with
         attention in the place of their alignments
"""

import torch
from torch import Tensor

from ml2020.conditional_generation.answering import Answerer
from ml2020.conditional_generation.talk import OTHERS, STOP, UNKNOWN, Talk, talk

LONGEST = 12  # words of an answer


@torch.no_grad()
def answered(model: Answerer, batch: Talk) -> tuple[list[list[int]], Tensor, Tensor]:
    """Return the likeliest answers, word by word; the weights; p_gen of each step.

    An answer ends with STOP, or after 12 words in any case.
    """
    X, there, _, _ = batch
    size = max(int(X.max()), OTHERS - 1) + 1
    H, there, z = model.encode(X, there)
    y = torch.full((len(X), 1), -1, dtype=torch.int64)
    alphas, gens = [], []
    said: list[list[int]] = [[] for _ in X]
    going = torch.ones(len(X), dtype=torch.bool)
    for _ in range(LONGEST):
        P, z, alpha, p_gen = model.step(y, z, H, there, X, size)
        y = P[:, 0].argmax(dim=-1, keepdim=True)
        alphas.append(alpha[:, 0])
        gens.append(p_gen[:, 0])
        going = going & (y[:, 0] != STOP)
        for k in going.nonzero()[:, 0].tolist():
            said[k].append(int(y[k, 0]))
    return said, torch.stack(alphas, 1), torch.stack(gens, 1)


def filled(said: list[list[int]], X: Tensor, alpha: Tensor) -> list[list[int]]:
    """Return answers with the word most looked at in the place of each UNKNOWN.

    Args:
        said: The answers.
        X: What was read (n, T).
        alpha: The weights of its words, and of the place behind them (n, S, T + 1).
    """
    most = X.gather(1, alpha[..., :-1].argmax(dim=-1)).tolist()
    return [
        [w if y == UNKNOWN else y for y, w in zip(row, looked, strict=False)]
        for row, looked in zip(said, most, strict=True)
    ]


def share_right(
    model: Answerer, names: str, n: int, seed: int, fill: bool = False
) -> float:
    """Return the share of talks that are answered without a fault.

    Args:
        model: The network.
        names: Of which part, see `talk`.
        n: How many talks.
        seed: Of the talks.
        fill: Whether the word most looked at is put in for UNKNOWN.
    """
    batch = talk(n, names, generator=torch.Generator().manual_seed(seed))
    said, alpha, _ = answered(model, batch)
    said = filled(said, batch.X, alpha) if fill else said
    right = [[y for y in row if y >= 0 and y != STOP] for row in batch.Y.tolist()]
    return sum(a == b for a, b in zip(said, right, strict=True)) / n
