"""Table of contexts: the sound that a letter has had most often, between such others.

Chapter: book/rnn_attention.md
Source:  a table that backs off from wide to narrow contexts is that of Daelemans and
         van den Bosch (1997)
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ml2020.data.cmudict import Entry
from ml2020.rnn.sounds_cuts import Chunk
from ml2020.support.checks import check_at_least, check_spelling

Key = tuple[str, Chunk | None]  # a letter and its neighbours; what was said before it
EDGE = "-"  # stands beyond both ends of a word


class Table:
    """What each letter says most often, among up to so many neighbours.

    Args:
        found: Words to learn from.
        chunks: Of each of them, as `aligned` returns them.
        widest: Neighbours on both sides together, 0 or more; see `context`.
        hears: Whether it also counts what the letter before has said.

    Raises:
        ValueError: If widest is below 0, or the chunks are of other words.
    """

    def __init__(
        self,
        found: Sequence[Entry],
        chunks: Sequence[Sequence[Chunk]],
        widest: int,
        hears: bool = False,
    ) -> None:
        check_at_least("widest", widest, 0)
        check_chunks(found, chunks)
        self.widest, self.hears = widest, hears
        counts: defaultdict[Key, Counter[Chunk]] = defaultdict(Counter)
        for entry, cut in zip(found, chunks, strict=True):
            for i, chunk in enumerate(cut):
                for key in self.keys(entry.word, i, widest, cut[i - 1] if i else ()):
                    counts[key][chunk] += 1
        self.says = {key: seen.most_common(1)[0][0] for key, seen in counts.items()}

    def keys(self, word: str, i: int, widest: int, last: Chunk) -> Iterator[Key]:
        """Yield what letter i may be looked up by, the most special first."""
        for k in reversed(range(widest + 1)):
            around = context(word, i, k)
            yield from [(around, last)] * self.hears
            yield around, None

    def __call__(self, word: str, widest: int | None = None) -> list[str]:
        """Return the phones of a word; a letter that was never met says nothing."""
        check_context(word, widest, self.widest)
        most = self.widest if widest is None else widest
        said: list[Chunk] = []
        for i in range(len(word)):
            keys = self.keys(word, i, most, said[-1] if said else ())
            said.append(next((self.says[key] for key in keys if key in self.says), ()))
        return [phone for chunk in said for phone in chunk]


def context(word: str, i: int, k: int) -> str:
    """Return letter i of a word with k neighbours; an odd one stands at the right."""
    left, right = k // 2, k - k // 2
    edged = EDGE * left + word + EDGE * right
    return edged[i : i + k + 1]


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
