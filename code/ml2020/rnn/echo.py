"""Echo: what goes in has to come out; words, or the same letters in any order.

Chapter: book/rnn_attention.md
Source:  the auto-encoder of sequences of Li, Luong and Jurafsky (2015), section 3,
         https://doi.org/10.3115/v1/P15-1107; here of letters
"""

from collections.abc import Sequence

import torch

from ml2020.data.cmudict import Entry
from ml2020.rnn.seq2seq_pairs import Pairs, pairs_of
from ml2020.rnn.sounds import LETTERS
from ml2020.support.checks import check_spelling


def echo_pairs(
    found: Sequence[Entry],
    *,
    shuffled: bool = False,
    generator: torch.Generator | None = None,
) -> Pairs:
    """Return words as numbers of letters, in and out; 26 says stop.

    Args:
        found: Words of letters a to z; what they sound like does not matter.
        shuffled: Whether the letters of each word change their places first.
        generator: Seed it to shuffle the same again.

    Raises:
        ValueError: If there is no word, or one is not of letters a to z.
    """
    check_spelling("found", [entry.word for entry in found])
    rows = []
    for entry in found:
        letters = [LETTERS.index(letter) for letter in entry.word]
        if shuffled:
            places = torch.randperm(len(letters), generator=generator).tolist()
            letters = [letters[place] for place in places]
        rows.append(letters)
    return pairs_of(rows, rows, len(LETTERS))
