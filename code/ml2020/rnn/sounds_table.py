"""Table of contexts: the sound that a letter has had most often, between such others.

Which phones belong to which letter nobody says. So each word is cut evenly first; then
it is counted which phones each letter gets, each word is cut anew so that its cuts are
the likeliest by these counts, and so on.

Chapter: book/rnn_attention.md
Source:  hard counting and cutting is Viterbi training; a table that backs off from wide
         to narrow contexts is that of Daelemans and van den Bosch (1997)
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from ml2020.data.cmudict import Entry
from ml2020.support.checks import check_at_least, check_spelling

Chunk = tuple[str, ...]  # what one letter sounds like: no phone, one, or two
MOST, UNSEEN = 2, 0.1  # phones of one letter; what a pair counts that never was met
EDGE = "-"  # stands beyond both ends of a word


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


class Table:
    """What each letter says most often, in contexts of up to so many letters each side.

    Args:
        found: Words to learn from.
        chunks: Of each of them, as `aligned` returns them.
        widest: Letters on each side, 0 or more.

    Raises:
        ValueError: If widest is below 0, or the chunks are of other words.
    """

    def __init__(
        self, found: Sequence[Entry], chunks: Sequence[Sequence[Chunk]], widest: int
    ) -> None:
        check_at_least("widest", widest, 0)
        check_chunks(found, chunks)
        self.widest = widest
        counts: defaultdict[str, Counter[Chunk]] = defaultdict(Counter)
        for entry, cut in zip(found, chunks, strict=True):
            for i, chunk in enumerate(cut):
                for k in range(widest + 1):
                    counts[context(entry.word, i, k)][chunk] += 1
        self.says = {key: seen.most_common(1)[0][0] for key, seen in counts.items()}

    def __call__(self, word: str, widest: int | None = None) -> list[str]:
        """Return the phones of a word; a letter that was never met says nothing."""
        check_context(word, widest, self.widest)
        most = self.widest if widest is None else widest
        said: list[str] = []
        for i in range(len(word)):
            for k in reversed(range(most + 1)):
                if (key := context(word, i, k)) in self.says:
                    said += self.says[key]
                    break
        return said


def context(word: str, i: int, k: int) -> str:
    """Return letter i of a word with k letters on each side of it."""
    edged = EDGE * k + word + EDGE * k
    return edged[i : i + 2 * k + 1]


def check_chunks(found: Sequence[Entry], chunks: Sequence[Sequence[Chunk]]) -> None:
    """Refuse chunks of other words.

    Raises:
        ValueError: If there is not one for each letter, a to z.
    """
    check_spelling("found", [entry.word for entry in found])
    if [len(entry.word) for entry in found] != [len(cut) for cut in chunks]:
        raise ValueError("chunks are of other words: give one for each letter of found")


def check_context(word: str, widest: int | None, most: int) -> None:
    """Refuse contexts that were not counted, and other signs than letters."""
    check_spelling("word", [word])
    if widest is not None and not 0 <= widest <= most:
        raise ValueError(f"widest is {widest}: give 0 to {most}")


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
