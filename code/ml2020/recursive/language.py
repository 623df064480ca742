"""A small language of praise and blame: what a phrase means hangs on its tree.

Synthetic. A phrase is good or bad, not or very with a phrase, or one of two words that
join two phrases: both ... and ..., either ... or ... . Its meaning is one of four
degrees, from -2, very bad, over -1 and 1 to 2, very good. Its height counts the words
not, very, both, either on the longest way to an adjective. To draw a phrase of a
height, draw one of these four, each as likely; its phrase, or one of the two, by
chance, is a level lower; the other has any lower height, each as likely.

Chapter: book/recursive.md
Source:  Lee (2020), recursive networks, for not, very and good
"""

from functools import partial

import torch

from ml2020.recursive.trees import Tree
from ml2020.support.checks import check_at_least

WORDS = ("good", "bad", "not", "very", "both", "and", "either", "or")
DEGREES = (-2, -1, 1, 2)
SECOND = {"both": "and", "either": "or"}


def meaning(tree: Tree) -> int:
    """Return how good a phrase is, -2, -1, 1 or 2.

    It calls itself, so Python takes phrases of some hundred heights and no more.

    Raises:
        ValueError: If the tree is no phrase of the language.
    """
    match tree:
        case "good":
            return 1
        case "bad":
            return -1
        case ("not", phrase):
            return 1 if meaning(phrase) < 0 else -1
        case ("very", phrase):
            return 2 if meaning(phrase) > 0 else -2
        case (("both", first), ("and", second)):
            return min(meaning(first), meaning(second))
        case (("either", first), ("or", second)):
            return max(meaning(first), meaning(second))
    raise ValueError(f"tree has {tree!r}, no phrase: compose it otherwise")


def drawn_phrase(height: int, *, generator: torch.Generator | None = None) -> Tree:
    """Return a phrase of a height.

    Args:
        height: 0 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If the height is negative.
    """
    check_at_least("height", height, 0)
    chance = partial(torch.randint, size=(1,), generator=generator)
    if height == 0:
        return WORDS[int(chance(2))]
    word = ("not", "very", "both", "either")[int(chance(4))]
    first = drawn_phrase(height - 1, generator=generator)
    if word not in SECOND:
        return word, first
    second = drawn_phrase(int(chance(height)), generator=generator)
    parts = (first, second) if int(chance(2)) else (second, first)
    return (word, parts[0]), (SECOND[word], parts[1])


def drawn_phrases(
    count: int, heights: range, *, generator: torch.Generator | None = None
) -> list[Tree]:
    """Return phrases, of heights drawn alike.

    Args:
        count: How many.
        heights: To draw from.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no height, or a negative one, or count is negative.
    """
    check_at_least("count", count, 0)
    check_heights(heights)
    drawn = torch.randint(len(heights), (count,), generator=generator).tolist()
    return [drawn_phrase(heights[k], generator=generator) for k in drawn]


def phrases_in(tree: Tree) -> list[Tree]:
    """Return all phrases that a phrase contains, itself among them; see `meaning`.

    Raises:
        ValueError: If the tree is no phrase of the language.
    """
    match tree:
        case "good" | "bad":
            return [tree]
        case ("not" | "very", phrase):
            return [tree, *phrases_in(phrase)]
        case (("both" | "either", first), ("and" | "or", second)):
            return [tree, *phrases_in(first), *phrases_in(second)]
    raise ValueError(f"tree has {tree!r}, no phrase: compose it otherwise")


def check_heights(heights: range) -> None:
    """Refuse no height at all.

    Raises:
        ValueError: If there is none.
    """
    if not heights:
        raise ValueError("heights is empty: give at least one")
