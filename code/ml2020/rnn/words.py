"""Words as numbers: 1-of-N with a place for all others, and letter trigrams.

Chapter: book/rnn_memory.md
Source:  Lee (2020), recurrent networks; the trigrams are those of Huang et al. (2013),
         section 3.2, without their marks at the ends of a word,
         https://doi.org/10.1145/2505515.2505665
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import one_hot

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def one_of_n(
    words: Sequence[str], vocabulary: Sequence[str]
) -> Float[Tensor, "words places"]:
    """Return a row of zeros for each word, with a 1 at its place.

    The last place is for all words that the vocabulary does not know.

    Args:
        words: In their order.
        vocabulary: Each word once.

    Raises:
        ValueError: If there is no word, or the vocabulary has one twice.
    """
    check_words(words, vocabulary)
    places = {word: place for place, word in enumerate(vocabulary)}
    other = len(vocabulary)
    found = torch.tensor([places.get(w, other) for w in words], dtype=torch.int64)
    return one_hot(found, other + 1).to(torch.float32)


def letter_trigrams(word: str) -> Float[Tensor, " trigrams"]:
    """Return how often each of the 26 * 26 * 26 letter trigrams stands in a word.

    Args:
        word: Of three small letters or more.

    Raises:
        ValueError: If it is shorter, or another character is in it.
    """
    check_letters(word)
    counts = torch.zeros(26**3, dtype=torch.float32)
    for a, b, c in zip(word, word[1:], word[2:], strict=False):
        counts[trigram_place(a + b + c)] += 1
    return counts


def trigram_place(trigram: str) -> int:
    """Return the place of a trigram: aaa is 0, aab is 1, zzz the last.

    Raises:
        ValueError: If it is not three small letters.
    """
    check_trigram(trigram)
    a, b, c = map(LETTERS.index, trigram)
    return 26 * (26 * a + b) + c


def check_words(words: Sequence[str], vocabulary: Sequence[str]) -> None:
    """Refuse words that have no rows or no places.

    Raises:
        ValueError: If there is no word, or the vocabulary has one twice.
    """
    if not words:
        raise ValueError("words is empty: give at least one word")
    if len(set(vocabulary)) < len(vocabulary):
        raise ValueError("vocabulary has a word twice: leave each there once")


def check_trigram(trigram: str) -> None:
    """Refuse what has no place.

    Raises:
        ValueError: If it is not three small letters.
    """
    if len(trigram) != 3 or set(trigram) - set(LETTERS):
        raise ValueError(f"trigram is {trigram!r}: give three letters a to z")


def check_letters(word: str) -> None:
    """Refuse a word that has no trigrams of the alphabet.

    Raises:
        ValueError: If it is too short, or another character is in it.
    """
    if len(word) < 3:
        raise ValueError(f"word is {word!r}: give three letters or more")
    strange = set(word) - set(LETTERS)
    if strange:
        said = "".join(sorted(strange))
        raise ValueError(f"word has {said!r}: leave only the small letters a to z")
