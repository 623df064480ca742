"""Cuts of a word's phones: which of them belong to which letter, that nobody says.

Each word is cut evenly first; then it is counted which phones each letter gets, each
word is cut anew so that its cuts are the likeliest by these counts, and so on.

Chapter: book/rnn_attention.md
Source:  hard counting and cutting is Viterbi training
"""

import math
from collections import Counter
from collections.abc import Sequence

from ml2020.data.cmudict import Entry
from ml2020.support.checks import check_at_least, check_spelling

Chunk = tuple[str, ...]  # what one letter sounds like: no phone, one, or two
MOST, UNSEEN = 2, 0.1  # phones of one letter; what a pair counts that never was met


def evenly(entry: Entry) -> list[Chunk]:
    """Return the phones of a word, cut into as many chunks as it has letters."""
    T, S = len(entry.word), len(entry.phones)
    return [entry.phones[i * S // T : (i + 1) * S // T] for i in range(T)]


def log_shares(
    found: Sequence[Entry], chunks: Sequence[Sequence[Chunk]]
) -> dict[tuple[str, Chunk], float]:
    """Return the logarithm of the share that each chunk has of what a letter says."""
    pairs = Counter(
        pair
        for entry, cut in zip(found, chunks, strict=True)
        for pair in zip(entry.word, cut, strict=True)
    )
    letters = Counter(letter for entry in found for letter in entry.word)
    return {pair: math.log(n / letters[pair[0]]) for pair, n in pairs.items()}


def likeliest(entry: Entry, shares: dict[tuple[str, Chunk], float]) -> list[Chunk]:
    """Return the chunks of a word with the largest sum of logarithms."""
    T, phones = len(entry.word), entry.phones
    unseen = math.log(UNSEEN / len(shares))
    best: dict[int, tuple[float, tuple[Chunk, ...]]] = {0: (0.0, ())}
    for i, letter in enumerate(entry.word):
        now: dict[int, tuple[float, tuple[Chunk, ...]]] = {}
        for j, (total, cut) in best.items():
            for end in range(j, min(j + MOST, len(phones)) + 1):
                chunk = phones[j:end]
                score = total + shares.get((letter, chunk), unseen)
                if len(phones) - end > MOST * (T - i - 1):
                    continue  # the letters that are left could not say the rest
                if end not in now or score > now[end][0]:
                    now[end] = score, (*cut, chunk)
        best = now
    return list(best[len(phones)][1])


def aligned(found: Sequence[Entry], rounds: int = 4) -> list[list[Chunk]]:
    """Return the chunks of each word, after so many rounds of counting and cutting.

    Raises:
        ValueError: If a word has no letter or too many phones, or there is no word.
    """
    check_sayable(found)
    check_at_least("rounds", rounds, 0)
    chunks = [evenly(entry) for entry in found]
    for _ in range(rounds):
        shares = log_shares(found, chunks)
        chunks = [likeliest(entry, shares) for entry in found]
    return chunks


def check_sayable(found: Sequence[Entry]) -> None:
    """Refuse words without letters, and those whose letters would say too much.

    Raises:
        ValueError: If there is one, or no word at all.
    """
    if not found:
        raise ValueError("found is empty: give at least one word")
    check_spelling("found", [entry.word for entry in found])
    for k, entry in enumerate(found):
        if not entry.word or len(entry.phones) > MOST * len(entry.word):
            raise ValueError(f"found[{k}], {entry.word!r}, is no word: leave it out")
