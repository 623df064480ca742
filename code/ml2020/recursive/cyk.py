"""CYK: all ways in which a grammar makes a sentence, from short spans to long ones.

Chapter: book/recursive.md
Source:  Younger (1967), recognition and parsing of context-free languages in time n^3,
         https://doi.org/10.1016/S0019-9958(67)80007-X
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from operator import add
from typing import Any, NamedTuple

from ml2020.support.checks import check_words


class Grammar(NamedTuple):
    """A grammar in which a part is a word or two parts (Chomsky normal form).

    Attributes:
        lexicon: Of each word, the kinds that it is.
        rules: Of two kinds, the kinds that they make.
        start: The kind of a whole sentence.
    """

    lexicon: Mapping[str, tuple[str, ...]]
    rules: Mapping[tuple[str, str], tuple[str, ...]]
    start: str


LEXICON = {
    "good": ("phrase",),
    "bad": ("phrase",),
    "not": ("modifier",),
    "very": ("modifier",),
    "both": ("both",),
    "and": ("and",),
    "either": ("either",),
    "or": ("or",),
}
SECONDS = {
    ("modifier", "phrase"): ("phrase",),
    ("and", "phrase"): ("and phrase",),
    ("or", "phrase"): ("or phrase",),
}
GRAMMAR = Grammar(
    LEXICON,
    SECONDS
    | {
        ("both", "phrase"): ("both phrase",),
        ("either", "phrase"): ("either phrase",),
        ("both phrase", "and phrase"): ("phrase",),
        ("either phrase", "or phrase"): ("phrase",),
    },
    "phrase",
)
UNMARKED = Grammar(  # without the words both and either
    LEXICON,
    SECONDS
    | {
        ("phrase", "and phrase"): ("phrase",),
        ("phrase", "or phrase"): ("phrase",),
    },
    "phrase",
)


def cyk(
    words: Sequence[str],
    grammar: Grammar,
    leaf: Callable[[str, str], Any],
    join: Callable[..., Any],
    merge: Callable[[Any, Any], Any] = add,
) -> dict[str, Any]:
    """Return what each kind of part that spans all words is worth, over all its trees.

    Args:
        words: The sentence.
        grammar: In Chomsky normal form.
        leaf: What a word is worth as a part of some kind, called with both.
        join: What a part of kind X is worth that is made of Y, worth y, and Z, worth
            z, called with the rule, (X, Y, Z), and with y and z.
        merge: What two ways to make the same part are worth together.

    Raises:
        ValueError: If there is no word, or one that the grammar does not know.
    """
    check_words(words)
    check_lexicon(words, grammar)
    n = len(words)
    chart: dict[tuple[int, int], dict[str, Any]] = {}
    for i, word in enumerate(words):
        chart[i, i + 1] = {X: leaf(X, word) for X in grammar.lexicon[word]}
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            k = i + length
            cell: dict[str, Any] = {}
            for j in range(i + 1, k):
                pairs = product(chart[i, j].items(), chart[j, k].items())
                for (Y, y), (Z, z) in pairs:
                    for X in grammar.rules.get((Y, Z), ()):
                        found = join((X, Y, Z), y, z)
                        cell[X] = merge(cell[X], found) if X in cell else found
            chart[i, k] = cell
    return chart[0, n]


def count_trees(words: Sequence[str], grammar: Grammar) -> int:
    """Return how many trees a sentence has; 0 if the grammar does not make it.

    Raises:
        ValueError: As `cyk` does.
    """
    found = cyk(words, grammar, lambda _X, _word: 1, lambda _rule, y, z: y * z)
    return int(found.get(grammar.start, 0))


def check_lexicon(words: Sequence[str], grammar: Grammar) -> None:
    """Refuse a word that the grammar does not know.

    Raises:
        ValueError: If there is one.
    """
    for word in words:
        if word not in grammar.lexicon:
            raise ValueError(f"words has {word!r}, not in the grammar: leave it out")
