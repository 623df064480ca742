"""Polysemy: two words glued into one, so that one knows both of its meanings.

Chapter: book/word_embedding.md
Source:  pseudo-words: Gale, Church and Yarowsky (1992), and Schütze (1992)
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_finite, check_shape

Words = Int[Tensor, " pairs"]


def glued_counts(
    N: Float[Tensor, "size size"], first: Words, second: Words
) -> Float[Tensor, "size size"]:
    """Return counts as if each second word were spelled as the first one is.

    What the second ones leave behind are rows and columns of zeros.

    Raises:
        ValueError: If a word is in two pairs, has no partner, or is outside of N.
    """
    check_shape("second", second, tuple(first.shape))
    check_glued(torch.cat([first, second]).tolist(), len(N))
    owner = torch.arange(len(N))
    owner[second] = first
    rows = torch.zeros_like(N).index_add_(0, owner, N)
    return torch.zeros_like(N).index_add_(1, owner, rows)


def told_by_context(
    contexts: Float[Tensor, "tokens d"],
    first: Float[Tensor, "tokens d"],
    second: Float[Tensor, "tokens d"],
) -> Float[Tensor, " tokens"]:
    """Return by how much each context is nearer to the first word's vector: cosines.

    Raises:
        ValueError: If a context says nothing, or a vector has no numbers.
    """
    check_contexts(contexts)
    check_finite("first", first, "leave such words out")
    check_finite("second", second, "leave such words out")
    near, far = (
        torch.cosine_similarity(contexts, word, dim=1) for word in (first, second)
    )
    return near - far


def check_glued(both: list[int], size: int) -> None:
    """Refuse words that cannot be glued.

    Raises:
        ValueError: If a word stands twice, or is outside of the vocabulary.
    """
    if len(set(both)) < len(both):
        raise ValueError("first and second have a word twice: glue each word once")
    if both and not 0 <= min(both) <= max(both) < size:
        raise ValueError(f"first or second is outside 0 to {size - 1}: leave it out")


def check_contexts(contexts: Tensor) -> None:
    """Refuse contexts that tell nothing.

    Raises:
        ValueError: If one is all zeros, or has no numbers.
    """
    check_finite("contexts", contexts, "leave such places out")
    if not contexts.any(dim=1).all():
        raise ValueError("contexts has one of zeros, of no words: leave it out")
