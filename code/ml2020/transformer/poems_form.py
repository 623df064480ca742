"""Form of a poem: four lines of five, tones that oppose each other, a rhyme.

Chapter: book/transformer_model.md
Source:  the regulated verse of the Tang, by the tones of ml2020/data/quatrains.py; what
         rhymes is read off the poems that are learned from
"""

from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ml2020.data.quatrains import TONES, quatrains
from ml2020.transformer.poems import POEM_PARTS


class Form(NamedTuple):
    """How far a poem keeps to the form.

    Attributes:
        lines: Whether it has four lines of five characters; if not, the rest is 0.
        inside: The share of its lines whose second and fourth character oppose.
        between: The share of the three steps from line to line that are right: the
            second characters oppose, agree, oppose.
        rhyme: Whether the second and the fourth line end on two characters that rhyme.
    """

    lines: bool
    inside: float
    between: float
    rhyme: bool


@cache
def usual_tones() -> dict[str, str]:
    """Return the tone that each character has most often."""
    met: dict[str, Counter[str]] = defaultdict(Counter)
    found = quatrains()
    for poem, row in zip(found.poems, found.tones.tolist(), strict=True):
        for sign, tone in zip(poem, row, strict=True):
            met[sign][TONES[tone]] += 1
    return {sign: counts.most_common(1)[0][0] for sign, counts in met.items()}


@cache
def rhymed() -> frozenset[frozenset[str]]:
    """Return the pairs that end the lines 2 and 4 of a poem that is learned from."""
    ends = {frozenset(poem[9::10]) for poem in quatrains().poems[POEM_PARTS["learn"]]}
    return frozenset(pair for pair in ends if len(pair) == 2)


def form(text: str) -> Form:
    """Return how far a poem keeps to the form.

    Args:
        text: The poem, with a stroke / between two lines.
    """
    lines = text.split("/")
    if [len(line) for line in lines] != [5] * 4:
        return Form(False, 0.0, 0.0, False)
    tones = [[usual_tones().get(sign, "?") for sign in line] for line in lines]
    inside = sum(opposed(line[1], line[3]) for line in tones) / 4
    steps = [(a[1], b[1]) for a, b in pairwise(tones)]
    between = opposed(*steps[0]) + agreed(*steps[1]) + opposed(*steps[2])
    rhyme = frozenset((lines[1][4], lines[3][4])) in rhymed()
    return Form(True, inside, between / 3, rhyme)


def opposed(a: str, b: str) -> bool:
    """Return whether one tone is level, the other one oblique."""
    return {a, b} == set("-|")


def agreed(a: str, b: str) -> bool:
    """Return whether both are level, or both oblique."""
    return a == b and a in "-|"
