"""Neighbours: which vectors point the same way, and which word completes a pair.

Chapter: book/word_embedding.md
Source:  Mikolov, Yih and Zweig (2013), section 4, https://aclanthology.org/N13-1090
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_finite

Vectors = Float[Tensor, "words d"]
Places = Int[Tensor, " places"]


def places(words: Sequence[str], vocabulary: Sequence[str]) -> Places:
    """Return the place of each word in a vocabulary.

    Raises:
        ValueError: If one is not in it.
    """
    place = {word: k for k, word in enumerate(vocabulary)}
    strange = [word for word in words if word not in place]
    if strange:
        raise ValueError(
            f"words: {', '.join(strange)} not in the vocabulary: a word without a"
            " vector has to be left out"
        )
    return torch.tensor([place[word] for word in words], dtype=torch.int64)


def unit(V: Vectors) -> Vectors:
    """Return vectors of length 1.

    Raises:
        ValueError: If one is zero, has no numbers, or has none that can be squared.
    """
    check_finite("V", V, "train anew with a lower rate")
    length = V.norm(dim=1, keepdim=True)
    check_length(V, length)
    if not length.all():
        raise ValueError("V has a vector of zeros, without direction: leave it out")
    return V / length


def nearest(V: Vectors, place: int, many: int) -> Places:
    """Return the words whose vectors have the largest cosines with that of a word.

    Raises:
        ValueError: If there are not so many other words, or the place is none.
    """
    check_many(many, len(V) - 1)
    check_place(place, len(V))
    cosines = unit(V) @ unit(V)[place]
    cosines[place] = -torch.inf
    return cosines.topk(many).indices


def analogy(V: Vectors, a: Places, b: Places, c: Places, barred: bool = True) -> Places:
    """Return for each question *a is to b as c is to what* the nearest word.

    Args:
        V: The vectors; each is brought to length 1 first.
        a: Hot, say.
        b: Hotter.
        c: Big.
        barred: Whether a, b and c themselves are no answers.

    Raises:
        ValueError: If nothing is left to answer, a place is none, or a vector has no
            direction.
    """
    check_left(len(V), barred)
    check_asked((a, b, c), len(V))
    X = unit(V)
    cosines = unit(X[b] - X[a] + X[c]) @ X.T
    if barred:
        for asked in (a, b, c):
            cosines.scatter_(1, asked[:, None], -torch.inf)
    return cosines.argmax(dim=1)


def check_length(V: Tensor, length: Tensor) -> None:
    """Refuse vectors whose squares are too large or too small for their precision.

    Raises:
        ValueError: If the length of one is infinite, or 0 and it is not.
    """
    lost = V.any(dim=1, keepdim=True) & (length == 0)
    if not length.isfinite().all() or lost.any():
        raise ValueError("V has lengths beyond its precision: scale it to about 1")


def check_asked(asked: tuple[Tensor, ...], size: int) -> None:
    """Refuse words that have no vector.

    Raises:
        ValueError: If a place is not from 0 to size - 1.
    """
    if any(((part < 0) | (part >= size)).any() for part in asked):
        raise ValueError(f"places are not all from 0 to {size - 1}: leave such out")


def check_place(place: int, size: int) -> None:
    """Refuse a place that is not in the vocabulary.

    Raises:
        ValueError: If it is not from 0 to size - 1.
    """
    if not 0 <= place < size:
        raise ValueError(f"place is {place}: give 0 to {size - 1}")


def check_left(size: int, barred: bool) -> None:
    """Refuse a vocabulary in which each word may be barred.

    Raises:
        ValueError: If it has fewer than four words, of which three are barred.
    """
    if barred and size < 4:
        raise ValueError(f"V has {size} words: give 4 or more, for 3 are no answers")


def check_many(many: int, most: int) -> None:
    """Refuse more neighbours than there are, and none.

    Raises:
        ValueError: If it is not from 1 to the most.
    """
    if not 1 <= many <= most:
        raise ValueError(f"many is {many}: give 1 to {most}")
