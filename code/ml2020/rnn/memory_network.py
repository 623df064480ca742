"""Memory network: a question reads the memory, and what it read is asked in turn.

Chapter: book/rnn_attention.md
Source:  Sukhbaatar et al. (2015), sections 2.1, 2.2 and 4.1, adjacent weights,
         https://arxiv.org/abs/1503.08895; all answers have one matrix of their own
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.attention import Read, attend, dot_match
from ml2020.support.checks import check_at_least, check_like, check_shape

WIDTH = 20  # numbers that stand for a word, as in the paper's experiments


class Memory(NamedTuple):
    """What memory networks have learned, one or many side by side.

    Attributes:
        E: What stands for each word at each hop (..., hops + 1, words, d): with E[k] a
            sentence is looked for at hop k, with E[k + 1] it is read.
        when: What stands for the place of a sentence (..., hops + 1, sentences, d).
        W: Makes scores of the answers (..., answers, d).
    """

    E: Tensor
    when: Tensor
    W: Tensor


class Answered(NamedTuple):
    """Scores of the answers (..., n, answers), and where each hop looked (hops)."""

    scores: Tensor
    alphas: list[Tensor]


def hop(u: Tensor, looked_for: Tensor, read: Tensor, there: Tensor) -> Read:
    """Return the question after one more look at the memory, and where it looked.

    Args:
        u: The question (..., n, d).
        looked_for: The sentences as they are matched (..., n, sentences, d).
        read: The sentences as they are read, likewise.
        there: Whether something stands at a place (..., n, sentences).
    """
    e = dot_match(u[..., None, :], looked_for)
    c, alpha = attend(e, read, there)
    return Read(u + c[..., 0, :], alpha[..., 0, :])


def as_stored(memory: Memory, X: Tensor, k: int) -> Tensor:
    """Return the sentences as they are matched at hop k, and read at the one before.

    Args:
        memory: One network, or many.
        X: How often each word stands in each sentence (n, sentences, words).
        k: From 0 to as many as there are hops.

    Raises:
        ValueError: If there is no such hop, or shapes or types differ.
    """
    check_stored(memory, X, k)
    return X @ memory.E[..., None, k, :, :] + memory.when[..., None, k, :, :]


def answered(memory: Memory, X: Tensor, Q: Tensor) -> Answered:
    """Return what is answered.

    Args:
        memory: One network, or many.
        X: How often each word stands in each sentence (n, sentences, words).
        Q: How often it stands in the question (n, words).

    Raises:
        ValueError: If they have other sentences or words than the memory, or are of
            another type.
    """
    check_counts(memory, X, Q)
    E, _, W = memory
    there = torch.ones_like(X[..., 0], dtype=torch.bool)
    there = there.expand(*E.shape[:-3], *there.shape)
    u, alphas = Q @ E[..., 0, :, :], []
    for k in range(E.shape[-3] - 1):
        looked_for, read = as_stored(memory, X, k), as_stored(memory, X, k + 1)
        u, alpha = hop(u, looked_for, read, there)
        alphas.append(alpha)
    return Answered(u @ W.mT, alphas)


def drawn_memory(
    hops: int, words: int, sentences: int, answers: int, seeds: range
) -> Memory:
    """Return the first numbers of a network for each seed, of deviation 0.1.

    Raises:
        ValueError: If there is nothing of some size, or no seed.
    """
    sizes = (("hops", hops), ("words", words), ("sentences", sentences))
    for name, size in (*sizes, ("answers", answers), ("seeds", len(seeds))):
        check_at_least(name, size, 1)
    shapes = (hops + 1, words), (hops + 1, sentences), (answers,)
    dice = [torch.Generator().manual_seed(seed) for seed in seeds]
    parts = (torch.stack([_draw((*s, WIDTH), roll) for roll in dice]) for s in shapes)
    return Memory(*parts)


def without_places(memory: Memory) -> Memory:
    """Return the same networks, but with nothing that stands for a place."""
    return memory._replace(when=torch.zeros_like(memory.when))


def check_stored(memory: Memory, X: Tensor, k: int) -> None:
    """Refuse stories of other sentences or words, and hops that are not there.

    Raises:
        ValueError: If shapes or types differ, or k is outside its range.
    """
    sentences, words = memory.when.shape[-2], memory.E.shape[-2]
    check_shape("X", X, (len(X), sentences, words))
    check_like("X", X, "memory.E", memory.E)
    most = memory.E.shape[-3] - 1
    if not 0 <= k <= most:
        raise ValueError(f"k is {k}: give 0 to {most}")


def check_counts(memory: Memory, X: Tensor, Q: Tensor) -> None:
    """Refuse stories, and questions, of other sentences or words.

    Raises:
        ValueError: If shapes or types differ.
    """
    check_stored(memory, X, 0)
    check_shape("Q", Q, (len(X), memory.E.shape[-2]))
    check_like("Q", Q, "memory.E", memory.E)


def _draw(shape: tuple[int, ...], dice: torch.Generator) -> Float[Tensor, "..."]:
    return 0.1 * torch.randn(shape, generator=dice, dtype=torch.float32)
