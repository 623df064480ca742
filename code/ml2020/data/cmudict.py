"""CMUdict: 20,000 English words and names, and how each of them sounds.

Source:  the Carnegie Mellon Pronouncing Dictionary; see NOTICE-cmudict.md.
         Cut by tools/make_data.py.
"""

import csv
from functools import cache
from typing import NamedTuple

from ml2020.data.files import verified

NAME = "cmudict.csv"
SHA256 = "6226ebc60f8a6c6143816e739736e77f936f6a4dd81f740e97f3703df0bcc4c3"
PHONES = tuple(
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T"
    " TH UH UW V W Y Z ZH".split()
)


class Entry(NamedTuple):
    """A word and its sound."""

    word: str  # 3 to 12 letters, a to z
    phones: tuple[str, ...]  # of the 39 in PHONES


@cache
def cmudict() -> tuple[Entry, ...]:
    """Return the words, in an order by chance, which is the file's.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = csv.DictReader(verified(NAME, SHA256).decode().splitlines())
    return tuple(Entry(row["word"], tuple(row["phones"].split())) for row in rows)
