"""Sounds: words as numbers of letters, what they sound like as numbers of phones.

Chapter: book/rnn_attention.md
Source:  the Carnegie Mellon Pronouncing Dictionary, see ml2020/data/cmudict.py
"""

from collections.abc import Sequence

from ml2020.data.cmudict import PHONES, Entry, cmudict
from ml2020.rnn.seq2seq_pairs import Pairs, pairs_of
from ml2020.support.checks import check_spelling

LETTERS = "abcdefghijklmnopqrstuvwxyz"
STOP = len(PHONES)  # the symbol after all phones
PARTS = {
    "learn": slice(16_000),
    "choose": slice(16_000, 18_000),
    "judge": slice(18_000, None),
}


def entries(part: str) -> tuple[Entry, ...]:
    """Return the words of one part: to learn from, to choose by, or to judge with.

    Raises:
        ValueError: If there is no such part.
    """
    check_part(part)
    return cmudict()[PARTS[part]]


def sound_pairs(found: Sequence[Entry]) -> Pairs:
    """Return words and their sounds as numbers; 39 says stop.

    Raises:
        ValueError: If there is no word, or one is not of letters a to z.
    """
    check_entries(found)
    sources = [[LETTERS.index(letter) for letter in entry.word] for entry in found]
    targets = [[PHONES.index(phone) for phone in entry.phones] for entry in found]
    return pairs_of(sources, targets, STOP)


def in_phones(symbols: Sequence[int]) -> str:
    """Return phones as text.

    Raises:
        ValueError: If a number is that of no phone.
    """
    check_phones(symbols)
    return " ".join(PHONES[symbol] for symbol in symbols)


def check_part(part: str) -> None:
    """Refuse a part that the words do not have.

    Raises:
        ValueError: If there is no such part.
    """
    if part not in PARTS:
        raise ValueError(f"part is {part}: choose one of {', '.join(PARTS)}")


def check_phones(symbols: Sequence[int]) -> None:
    """Refuse numbers of no phone.

    Raises:
        ValueError: If one is below 0, or that of stop or more.
    """
    for symbol in symbols:
        if not 0 <= symbol < STOP:
            raise ValueError(f"symbols has {symbol}: give 0 to {STOP - 1}")


def check_entries(found: Sequence[Entry]) -> None:
    """Refuse words that cannot be read, or sound like nothing known.

    Raises:
        ValueError: If another character is in one, or a phone that is none.
    """
    check_spelling("found", [entry.word for entry in found])
    for k, entry in enumerate(found):
        if set(entry.phones) - set(PHONES):
            said = " ".join(entry.phones)
            raise ValueError(f"found[{k}] sounds {said!r}: give phones of PHONES")
