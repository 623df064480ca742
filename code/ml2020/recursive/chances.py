"""Chances: how probable a phrase is, and what its words alone leave open.

Chapter: book/recursive.md
Source:  the rule of `drawn_phrase`
"""

from functools import cache

from ml2020.recursive.trees import Tree


@cache
def chances_of(phrase: Tree) -> tuple[int, float]:
    """Return the height of a phrase, and how probable it is among those of its height.

    It calls itself, as `meaning` does.

    Raises:
        ValueError: If the tree is no phrase of the language.
    """
    match phrase:
        case "good" | "bad":
            return 0, 1 / 2
        case ("not" | "very", part):
            height, p = chances_of(part)
            return height + 1, p / 4
        case (("both", first), ("and", second)) | (("either", first), ("or", second)):
            (one, p), (other, q) = chances_of(first), chances_of(second)
            height = 1 + max(one, other)
            # of two parts as high, each may have been drawn first
            ways = 1.0 if one == other else 0.5
            return height, ways * p * q / (4 * height)
    raise ValueError(f"phrase has {phrase!r}, no phrase: compose it otherwise")
