"""Auto-encoder on words: 1-of-N in, a few numbers, 1-of-N out. It learns no meaning.

Chapter: book/word_embedding.md
Source:  Lee (2020), word embedding
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least
from ml2020.word_embedding.expectation import descended

Vectors = Float[Tensor, "words d"]


def autoencoder_slopes(
    V: Vectors, U: Vectors
) -> tuple[Float[Tensor, ""], Vectors, Vectors]:
    """Return the mean loss of giving back each word, and its slopes by V and by U.

    Word i is read as the row V_i; the scores of all words are U V_i.
    """
    log_y = (V @ U.T).log_softmax(dim=1)
    missed = (log_y.exp() - torch.eye(len(V)).to(V)) / len(V)
    return -log_y.diag().mean(), missed @ U, missed.T @ V


def autoencoder(
    size: int,
    dimension: int,
    steps: int = 300,
    lr: float = 0.03,
    *,
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, ""], Vectors]:
    """Return the loss at the end, and the codes of all words.

    Raises:
        ValueError: If size, dimension or steps are below 1, or the codes run away at
            this rate.
    """
    for name, value in (("size", size), ("dimension", dimension), ("steps", steps)):
        check_at_least(name, value, 1)
    shape = 2 * size, dimension
    theta = (
        torch.randn(shape, generator=generator, dtype=torch.float32) / dimension**0.5
    )
    loss, V, _ = descended(autoencoder_slopes, theta, steps, lr)
    return loss, V
